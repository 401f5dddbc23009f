"""What is held rings until a person decides; no warning waits for a sleeping officer."""

from datetime import timedelta
from typing import Any

from broadcasts.hazards.grades import Grade
from broadcasts.release.decide import refuse, release
from broadcasts.release.holds import open_holds
from tests.world import World


async def test_a_stale_text_rings_three_times_then_the_leader_and_goes_out_when_released(world: World) -> None:
    old = world.clock.now() - timedelta(hours=2, minutes=1)
    got = await world.issue(sent=old, hours=6)
    assert [t.alert.status for t in got.taken] == ["held"]
    assert await world.phone("li") == []
    assert len(await world.phone("liu")) == 1
    await world.forward(minutes=6)
    rings = await world.phone("liu")
    assert len(rings) == 3
    assert "第 3 次提醒" in rings[2]
    assert await world.phone("sun") == []
    await world.forward(minutes=3)
    assert len(await world.phone("sun")) == 1
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        assert await release(session, world.deps.settings, waiting, by="user:刘洋", at=world.clock.now())
    await world.work()
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")
    before = len(await world.phone("sun"))
    await world.forward(minutes=10)
    assert len(await world.phone("sun")) == before  # nothing rings any more


async def test_a_refused_alert_is_kept_and_only_one_person_decides(world: World) -> None:
    got = await world.issue(sent=world.clock.now() - timedelta(hours=3), hours=6)
    async with world.deps.begin() as session:
        (waiting,) = await open_holds(session)
        assert await refuse(session, waiting, by="user:刘洋", word="已经过去", at=world.clock.now())
        assert not await release(session, world.deps.settings, waiting, by="user:孙", at=world.clock.now())
    await world.forward(minutes=5)
    assert await world.phone("li") == []
    assert got.taken[0].new


async def test_a_cancel_of_something_unknown_waits_a_red_update_of_it_goes_out(world: World) -> None:
    cancelled = await world.issue(refers="52992641600000_20260711010101", msg_type="Cancel")
    assert cancelled.taken[0].alert.status == "held"
    await world.forward(seconds=30)
    updated = await world.issue(refers="52992641600000_20260711010101", msg_type="Update")
    assert updated.taken[0].alert.status == "issued"
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")


async def test_a_superior_station_repeats_what_ours_has_in_force(world: World) -> None:
    await world.issue()
    await world.forward(minutes=2)
    got = await world.issue(identifier="52990041600000_20260711184200", places=["青崖县"])
    assert got.taken[0].alert.status == "held"
    assert (await world.phone("liu"))[-1].startswith("待您放行 红色暴雨")


async def test_tests_and_what_lies_elsewhere_are_stored_and_ring_nobody(world: World) -> None:
    others: tuple[dict[str, Any], ...] = (
        {"status": "Test"},
        {"status": "Exercise"},
        {"scope": "Private"},
        {"msg_type": "Ack"},
    )
    for more in others:
        got = await world.issue(**more, identifier=f"52992641600000_2026071118{len(str(more)):04d}")
        assert got.taken[0].alert.status == "stored", more
    got = await world.issue(identifier="33000041600000_20260711184000", info={})
    assert got.taken[0].alert.status == "issued"  # its areas are ours, whoever sends it
    assert len(await world.phone("liu")) == 1


async def test_an_unreadable_text_rings_the_officer_and_joins_what_the_same_source_sent(world: World) -> None:
    for _ in range(3):
        got = await world.receive(b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>x</identifier>")
        assert got.unread is not None
        await world.forward(seconds=20)
    assert len(await world.phone("liu")) == 1
    assert (await world.phone("liu"))[0].startswith("请处理 收到的内容读不懂")


async def test_an_alert_without_an_end_is_sent_and_asked_about_afterwards(world: World) -> None:
    got = await world.issue("雷电", "11B14", Grade.orange, hours=None)
    assert got.taken[0].alert.status == "issued"
    async with world.deps.read() as session:
        from broadcasts.dispatch.queries import of_alert

        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
    assert "no_end" in sent.asks
