import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.deps import Deps
from bot.directory import queries, robots
from bot.directory.imports.columns import Kind
from bot.directory.models import Area, Group, Robot
from bot.directory.robots import RobotState
from tests.directory.bringing import bring, everything, look

HEAD = "id,name,area,kind,robot_key,chat_id\n"
OLD, NEW = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-00000000000a"
DUTY = "00000000-0000-4000-8000-000000000000"


async def keys(deps: Deps, group: str) -> dict[str, Robot]:
    """A group's robots by their key."""
    query = sa.select(Robot).join(Group, col(Group.id) == col(Robot.group_id)).where(col(Group.key) == group)
    async with deps.read() as session:
        return {deps.vault.open(robot.sealed): robot for robot in (await session.execute(query)).scalars()}


async def test_an_imported_robot_works_at_once_and_is_unverified(county: Deps) -> None:
    robot = (await keys(county, "G1"))[OLD]
    assert (robot.dead_at, robot.verified_at) == (None, None)
    assert robot.digest == county.vault.digest(OLD)
    assert OLD not in repr(await everything(county))
    async with county.read() as session:
        found = await queries.groups(session, kinds=["村群"])
    assert [(group.name, group.robots) for group in found] == [("柳湾村防汛群", [robot.id]), ("石门村防汛群", [])]


async def test_a_new_key_replaces_the_old_robot_and_an_old_file_brings_it_back(county: Deps) -> None:
    await bring(county, Kind.groups, HEAD + f"G1,,,,{NEW},\n")
    found = await keys(county, "G1")
    assert found[OLD].dead_reason == "replaced"
    assert found[NEW].dead_at is None
    await bring(county, Kind.groups, HEAD + f"G1,,,,{OLD},\n")
    found = await keys(county, "G1")
    assert (found[OLD].dead_at, found[NEW].dead_reason) == (None, "replaced")


async def called_gone(county: Deps) -> None:
    """As the worker settles it where the platform calls a robot gone."""
    dead = sa.update(Robot).values(dead_at=county.clock.now(), dead_reason="robot_gone")
    async with county.begin() as session:
        await session.execute(dead.where(col(Robot.digest) == county.vault.digest(OLD)))


async def test_a_robot_that_the_platform_called_gone_is_not_revived_by_its_file(county: Deps) -> None:
    await called_gone(county)
    planned = await look(county, Kind.groups, HEAD + f"G1,柳湾村防汛群,,,{OLD},\n")
    assert planned.unchanged == 1
    assert planned.notes[-1].endswith("请重新添加，换成新地址：柳湾村防汛群")
    await bring(county, Kind.groups, HEAD + f"G1,,,,{NEW},\n")
    assert (await keys(county, "G1"))[NEW].dead_at is None


async def test_two_groups_change_robots(county: Deps) -> None:
    await bring(county, Kind.groups, HEAD + f"G0,,,,{OLD},\nG1,,,,{DUTY},\n")
    assert {key for key, robot in (await keys(county, "G0")).items() if robot.dead_at is None} == {OLD}
    assert {key for key, robot in (await keys(county, "G1")).items() if robot.dead_at is None} == {DUTY}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f"G3,上河村群,990102,村群,{OLD},\n", ["第 2 行 E2 机器人地址：这个机器人地址已经是“柳湾村防汛群”的。"]),
        (
            f"G3,甲群,99,村群,{NEW},\nG4,乙群,99,村群,https://x.cn/cgi-bin/webhook/send?key={NEW},\n",
            ["第 3 行 E3 机器人地址：这个机器人地址第 2 行已经用了。"],
        ),
        ("G3,,990102,业主群,,\n", ["第 2 行 B2 群名：没有填写。", "第 2 行 D2 群类别：没有“业主群”这种群。"]),
        ("G3,甲群,99,村群,http://x.cn/,\n", ["第 2 行 E2 机器人地址：这不是企业微信群机器人的地址。"]),
        (",甲群,99,村群,,\n,甲群,99,村群,,\n", ["第 3 行 B3 群名：与第 2 行是同一个群。"]),
    ],
)
async def test_a_bad_row_is_refused_with_its_cell_and_mend(county: Deps, rows: str, said: list[str]) -> None:
    planned = await look(county, Kind.groups, HEAD + rows)
    assert len(planned.faults) == len(said)
    for fault, words in zip(planned.faults, said, strict=True):
        assert str(fault).startswith(words)
        assert NEW not in str(fault)


async def test_without_an_id_area_and_name_are_the_key(county: Deps) -> None:
    text = HEAD + f",上河村群,990102,村群,{NEW},\n"
    assert (await bring(county, Kind.groups, text)).keys == ("第 2 行 上河村群：区划和群名",)
    assert (await look(county, Kind.groups, text)).unchanged == 1
    assert (await look(county, Kind.groups, HEAD + ",柳湾村防汛群,柳湾村,,,\n")).keys[0].endswith("就是编号 G1")
    later = await bring(county, Kind.groups, HEAD + "G9,上河村群,990102,,,\n")
    assert later.updates[0].changed == ("编号",)


async def test_typing_a_code_turns_its_group_green(county: Deps) -> None:
    now = county.clock.now()
    async with county.begin() as session:
        given = await robots.give_codes(session, now)
        again = await robots.give_codes(session, now)
    assert given == again
    codes = [one.code for one in given]
    assert len(codes) == 2
    assert len(set(codes)) == 2
    assert all(len(code) == 4 and code.isdigit() and code[0] != "0" for code in codes)
    async with county.begin() as session:
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in given[1].code)
        group = await robots.verify(session, f" {wide} ", by="user:lin", at=now)
        assert group
        assert group.id == given[1].group_id
        assert await robots.verify(session, given[1].code, by="user:lin", at=now) is None
        assert await robots.verify(session, "", by="user:lin", at=now) is None
        assert len(await robots.give_codes(session, now)) == 1
        states = {state.name: state.state for state in await robots.group_states(session)}
        left = [(state.name, state.code) for state in await robots.doubtful(session)]
    assert states == {
        "县值班群": RobotState.unverified, "柳湾村防汛群": RobotState.verified, "石门村防汛群": RobotState.verified,
    }  # fmt: skip
    assert left == [("县值班群", codes[0])]


async def test_the_worst_groups_come_first(county: Deps) -> None:
    await bring(county, Kind.groups, HEAD + "G5,上河村群,990102,村群,,\n")
    await called_gone(county)
    async with county.begin() as session:
        found = [(state.name, state.state, state.reason) for state in await robots.doubtful(session)]
        town = (await session.execute(sa.select(col(Area.id)).where(col(Area.code) == "9901"))).scalar_one()
        narrowed = await robots.doubtful(session, inside=town)
    assert found == [
        ("上河村群", RobotState.missing, ""),
        ("柳湾村防汛群", RobotState.dead, "robot_gone"),
        ("县值班群", RobotState.unverified, ""),
    ]
    assert [state.name for state in narrowed] == ["上河村群", "柳湾村防汛群"]
