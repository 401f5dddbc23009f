"""A group has two robots: when the first is gone on the way, the same copy goes by the second."""

from bot.directory.models import Robot
from broadcasts.dispatch.states import State
from tests.stories.test_bad_roads import states
from tests.world import World, robot_key

SECOND = "00000000-0000-4000-8000-999999999999"


async def second_robot(world: World) -> None:
    group = {"key": SECOND, "name": "柳湾村群（二）"}
    async with world.http.post(f"{world.base}/_sim/world", json={"groups": [group]}) as answer:
        assert answer.status < 300, await answer.text()
    vault = world.deps.vault
    async with world.deps.begin() as session:
        session.add(Robot(group_id=1, sealed=vault.seal(SECOND), digest=vault.digest(SECOND)))


async def heard(world: World, key: str) -> list[str]:
    async with world.http.get(f"{world.base}/_sim/groups/{key}") as answer:
        return [m["text"] for m in (await answer.json())["messages"]]


async def test_the_second_robot_says_the_same_to_the_byte(world: World) -> None:
    await second_robot(world)
    await world.issue(identifier="52992641600000_20260711183900")
    first = (await heard(world, robot_key("柳湾村群")))[0]
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    got = await world.issue(identifier="52992641600000_20260711184000")
    assert await heard(world, SECOND) == [first]
    assert (await states(world, got.taken[0].alert.id))["柳湾村群"] == (State.sent, "")
    async with world.deps.read() as session:
        robot = await session.get(Robot, 1)
        assert robot is not None
        assert (robot.dead_at, robot.dead_reason) == (world.clock.now(), "robot_gone")


async def test_only_when_none_lives_the_copy_has_failed(world: World) -> None:
    await second_robot(world)
    for key in (robot_key("柳湾村群"), SECOND):
        await world.fault(endpoint="robot", target=key, kind="errcode", code=93008)
    got = await world.issue()
    assert (await states(world, got.taken[0].alert.id))["柳湾村群"] == (State.failed, "robot_gone")
    assert (await states(world, got.taken[0].alert.id))["石门村群"] == (State.sent, "")
