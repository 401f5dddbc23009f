"""A road is down: its copies wait and none is given up, others go on, red is tried, and people see since when."""

from collections import Counter
from datetime import timedelta

import pytest

from broadcasts.dispatch.queries import copies, of_alert
from broadcasts.dispatch.sending.roads_down import Outage, roads_down
from broadcasts.hazards.grades import Grade
from tests.stories.test_member_windows import restart
from tests.world import NIGHT, World, robot_key

GROUPS = ("柳湾村群", "上坪村群", "石门村群")


async def mend(world: World) -> None:
    async with world.http.delete(f"{world.base}/_sim/faults") as answer:
        assert answer.status < 300


async def down(world: World) -> list[Outage]:
    async with world.deps.read() as session:
        return await roads_down(session)


async def calls(world: World, name: str) -> int:
    return int((await world.counts())["calls"].get(name, 0))


async def first(world: World, alert_id: int | None) -> Counter[str]:
    """The states of the copies that went to everybody; what a rung added is left out."""
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, alert_id or 0)
        return Counter(c.state.value for c in await copies(session, sent.id) if c.purpose == "first")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"endpoint": "app", "kind": "http", "status": 502}, "bad_answer"),
        ({"endpoint": "app", "kind": "close"}, "connection_lost"),
        ({"endpoint": "token", "kind": "errcode", "code": 40001}, "credentials"),
        ({"endpoint": "app", "kind": "errcode", "code": 60020}, "address_not_trusted"),
        ({"endpoint": "app", "kind": "errcode", "code": 50003}, "application_off"),
    ],
)
async def test_application_messages_wait_for_their_road_and_robots_go_on(
    world: World, fault: dict[str, object], reason: str
) -> None:
    await world.fault(**fault)
    got = await world.issue(hours=3)
    assert all([len(await world.group(name)) == 1 for name in GROUPS])
    await world.forward(minutes=40)
    (outage,) = await down(world)
    assert (outage.road, outage.channel, outage.reason) == ("live", "wecom_app", reason)
    assert outage.since - NIGHT < timedelta(seconds=1)
    assert await first(world, got.taken[0].alert.id) == {"sent": 4, "queued": 6}
    assert await calls(world, "app") < 260  # 80 looks of three calls at the most, and the first
    await mend(world)
    await world.forward(minutes=2)
    assert await first(world, got.taken[0].alert.id) == {"sent": 10}
    for userid in ("li", "chen", "liu"):
        assert sum("青崖县气象台" in text for text in await world.phone(userid)) >= 1
    assert await down(world) == []


async def test_groups_get_a_red_warning_after_the_robots_road_was_down_for_long(world: World) -> None:
    await world.fault(endpoint="robot", kind="http", status=503)
    got = await world.issue(hours=3)
    await world.forward(minutes=30)
    assert [o.channel for o in await down(world)] == ["wecom_robot"]
    assert (await first(world, got.taken[0].alert.id))["queued"] == 4
    await mend(world)
    await world.forward(minutes=1)
    assert await first(world, got.taken[0].alert.id) == {"sent": 10}
    assert [len(await world.group(name)) for name in GROUPS] == [1, 1, 1]


async def test_a_red_warning_is_tried_at_once_though_the_road_is_down(world: World) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    await world.issue("大风", "11B06", Grade.orange, hours=3, identifier="52992641600000_20260711184001")
    await world.forward(minutes=5)
    before = await calls(world, "app")
    while await calls(world, "app") == before:
        await world.forward(seconds=1)
    before = await calls(world, "app")  # somebody has just looked: the next look is half a minute away
    await world.issue("大雾", "11B17", Grade.blue, hours=3, identifier="52992641600000_20260711184501")
    assert await calls(world, "app") == before
    await world.issue(hours=3)
    assert await calls(world, "app") == before + 1


async def test_a_worker_that_starts_again_remembers_since_when(world: World) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    await world.issue(hours=3)
    await world.forward(minutes=5)
    before = await down(world)
    await restart(world)
    await world.forward(minutes=5)
    assert await down(world) == before
    await mend(world)
    await restart(world)
    await world.forward(minutes=1)
    assert await down(world) == []
    assert len(await world.phone("li")) >= 1


async def test_one_robot_that_answers_badly_takes_nobody_with_it(world: World) -> None:
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="http", status=502)
    for n in range(3):
        await world.issue(hours=3, identifier=f"52992641600000_2026071118400{n}")
        await world.forward(minutes=1)
    assert [len(await world.group(name)) for name in GROUPS] == [0, 3, 3]
    assert await down(world) == []


@pytest.mark.parametrize("grade", [Grade.red, Grade.orange])
async def test_a_group_whose_answers_are_lost_for_an_hour_hears_it_twice_and_no_more(
    world: World, grade: Grade
) -> None:
    await world.fault(endpoint="robot", kind="drop_reply")
    got = await world.issue(grade=grade, hours=6)
    await world.forward(minutes=60)
    assert [len(await world.group(name)) for name in GROUPS] == [1, 1, 1]
    assert (await first(world, got.taken[0].alert.id))["queued"] == 4
    assert [o.channel for o in await down(world)] == ["wecom_robot"]
    await mend(world)
    await world.forward(minutes=2)
    assert [len(await world.group(name)) for name in GROUPS] == [2, 2, 2]
    assert await first(world, got.taken[0].alert.id) == {"sent": 10}
    assert await down(world) == []


async def test_who_asks_if_the_road_is_up_reaches_nobody(world: World) -> None:
    await world.issue("大风", "11B06", Grade.orange, hours=3)  # all went well
    await world.fault(endpoint="robot", kind="http", status=503)
    await world.issue(hours=3, identifier="52992641600000_20260711184001")
    await world.forward(minutes=5)
    before = await calls(world, "robot")
    await mend(world)
    await world.forward(minutes=1)
    assert [len(await world.group(name)) for name in GROUPS] == [2, 2, 2]
    assert await calls(world, "robot") - before <= 8  # four copies, and who asked
