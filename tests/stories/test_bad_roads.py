"""A dead robot, an invalid member, a wrong secret, a time-out, an answer that is no JSON: each with its own reason."""

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Group, Robot
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.queries import copies, of_alert
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from tests.world import DUTY_GROUP, World, robot_key


async def states(world: World, alert_id: int | None) -> dict[str, tuple[State, str]]:
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, alert_id or 0)
        return {c.name: (c.state, c.reason) for c in await copies(session, sent.id)}


async def test_each_failure_ends_with_its_reason_and_stops_nobody_else(world: World) -> None:
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    await world.fault(endpoint="robot", target=robot_key("上坪村群"), kind="drop_reply")
    await world.fault(endpoint="robot", target=robot_key("石门村群"), kind="not_json", times=1)
    got = await world.issue()
    await world.forward(minutes=2)
    found = await states(world, got.taken[0].alert.id)
    assert found["柳湾村群"] == (State.failed, "robot_gone")
    assert found["上坪村群"] == (State.unknown, "connection_lost")  # asked once more, and lost again
    assert found["石门村群"][0] is State.sent
    assert found[DUTY_GROUP][0] is State.sent
    assert len(await world.group("上坪村群")) == 2  # a duplicate beats a silence
    assert all(found[name][0] is State.sent for name in ("李秀英", "陈大山", "刘洋"))


async def test_what_is_not_woken_is_not_repeated_when_its_answer_is_lost(world: World) -> None:
    await world.issue(places=["石门村"])
    await world.forward(minutes=3)
    await world.fault(endpoint="robot", target=robot_key("石门村群"), kind="drop_reply")
    before = len(await world.group("石门村群"))
    got = await world.issue(refers="52992641600000_20260711184000", msg_type="Cancel", text="解除。")
    await world.forward(minutes=2)
    assert (await states(world, got.taken[0].alert.id))["石门村群"] == (State.unknown, "connection_lost")
    assert len(await world.group("石门村群")) == before + 1


async def test_an_invalid_member_fails_alone(world: World) -> None:
    await world.gone("zhou")
    got = await world.issue()
    found = await states(world, got.taken[0].alert.id)
    assert found["周秀兰"] == (State.failed, "member_invalid")
    assert found["李秀英"][0] is State.sent
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
        counted = (await progress(session, sent)).total
    assert (counted["sent"], counted["failed"], counted["targets"]) == (9, 1, 10)


async def test_the_token_that_ended_is_replaced_once_and_nothing_is_lost(world: World) -> None:
    await world.issue("暴雨", "11B03", Grade.red)
    await world.fault(endpoint="app", kind="errcode", code=42001, times=1)
    await world.forward(minutes=1)
    await world.issue("大风", "11B06", Grade.red)
    assert len(await world.phone("li")) == 2


async def test_the_platform_is_down_for_ten_minutes_and_nobody_is_forgotten(world: World) -> None:
    await world.fault(endpoint="*", kind="errcode", code=-1, times=40)
    await world.issue(hours=3)
    await world.forward(minutes=12)
    for userid in ("li", "chen", "liu"):  # once each: no reminder overtakes a copy that has not left
        warned = [text for text in await world.phone(userid) if text.startswith("红色暴雨")]
        assert len(warned) == 1
    assert len(await world.group("石门村群")) == 1


async def test_copies_past_their_alerts_end_are_not_sent(world: World) -> None:
    await world.fault(endpoint="robot", kind="errcode", code=-1)
    got = await world.issue(hours=0.1)
    await world.forward(minutes=8)
    found = await states(world, got.taken[0].alert.id)
    assert found["石门村群"] == (State.skipped, "expired")
    assert await world.group("石门村群") == []


async def test_a_key_that_does_not_open_ends_its_own_copy_and_no_others(world: World) -> None:
    """SECRET_KEY was changed after some of the robots were imported."""
    async with world.deps.begin() as session:
        mine = sa.select(col(Group.id)).where(col(Group.name) == "柳湾村群").scalar_subquery()
        await session.execute(sa.update(Robot).where(col(Robot.group_id) == mine).values(sealed=b"another key's"))
    got = await world.issue()
    assert await world.group("柳湾村群") == []
    assert (await world.group("上坪村群"))[-1].startswith("红色暴雨")
    assert (await world.phone("li"))[-1].startswith("红色暴雨")
    assert (await states(world, got.taken[0].alert.id))["柳湾村群"] == (State.failed, "bug")
