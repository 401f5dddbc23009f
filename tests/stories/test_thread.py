"""An alert's life: upgraded, updated by someone who was asleep, ended; everyone who was told is told again."""

from broadcasts.hazards.grades import Grade
from broadcasts.intake.readers.paste import to_message
from tests.grounds import ON_BOTH
from tests.world import World

pytestmark = ON_BOTH


async def identifier(world: World) -> str:
    return f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"


async def test_an_upgrade_says_first_what_changed_and_reaches_the_newly_affected(world: World) -> None:
    first = await identifier(world)
    await world.issue("暴雨", "11B03", Grade.orange, places=["柳湾镇"])
    assert await world.phone("chen") == []
    await world.forward(minutes=5)
    got = await world.issue("暴雨", "11B03", Grade.red, refers=first, msg_type="Update")
    assert (await world.phone("li"))[-1].startswith("升级：橙色→红色 暴雨 青崖县")
    assert (await world.phone("chen"))[-1].startswith("升级：橙色→红色 暴雨 青崖县")
    async with world.deps.read() as session:
        from broadcasts.alerts.queries import by_identity

        old = await by_identity(session, "青崖县气象台", first, national=True)
    assert old is not None
    assert (old.status, old.replaced_by) == ("ended", got.taken[0].alert.uid)


async def test_the_all_clear_reaches_exactly_those_who_were_told(world: World) -> None:
    first = await identifier(world)
    await world.issue(places=["柳湾镇"])
    await world.forward(minutes=5)
    await world.issue(refers=first, msg_type="Cancel", text="暴雨红色预警信号解除。")
    for userid in ("li", "wang", "zhou", "liu", "sun"):
        assert (await world.phone(userid))[-1].startswith("解除 红色暴雨 青崖县")
    assert await world.phone("chen") == []
    assert len(await world.group("柳湾村群")) == 2
    assert await world.group("石门村群") == []


async def test_what_still_waits_is_let_go_when_the_all_clear_comes(world: World) -> None:
    first = await identifier(world)
    await world.fault(endpoint="robot", kind="errcode", code=-1, times=4)
    await world.issue()
    await world.issue(refers=first, msg_type="Cancel", text="解除。", identifier=first.replace("_2026", "_2026") + "_1")
    await world.forward(minutes=2)
    texts = await world.group("石门村群")
    assert [t.split("\n")[0] for t in texts] == ["解除 红色暴雨 青崖县"]


async def test_the_same_message_again_is_known_and_rings_nobody(world: World) -> None:
    at = await identifier(world)
    sent = world.clock.now()
    await world.issue(identifier=at)
    await world.forward(minutes=1)
    got = await world.issue(identifier=at, sent=sent, hours=None)
    assert [t.new for t in got.taken] == [False]
    assert len(await world.phone("li")) == 1


async def test_a_paste_that_a_feed_has_proved_is_still_known_when_it_is_pasted_again(world: World) -> None:
    at, text = world.clock.now(), "青崖县气象台发布暴雨红色预警信号：请注意防范。"
    paste = to_message(text, station="青崖县气象台", sent=at, event="暴雨", event_code="11B03", colour=Grade.red)
    await world.take(paste, confirmed=True)
    (proved,) = (await world.issue()).taken
    assert not proved.new
    (again,) = (await world.take(paste, confirmed=True)).taken
    assert (again.new, again.alert.uid) == (False, proved.alert.uid)
    assert len(await world.phone("li")) == 1


async def test_another_source_that_contradicts_is_not_sent_but_shown(world: World) -> None:
    at = await identifier(world)
    await world.issue(identifier=at)
    got = await world.issue(identifier=at, grade=Grade.orange)
    assert [c.fields for c in got.contradictions] == [("颜色",)]
    assert len(await world.phone("li")) == 1
    ring = (await world.phone("liu"))[-1]
    assert ring.startswith("请核对 红色暴雨")
    assert "先收到的一份照常，另一份没有发出" in ring
