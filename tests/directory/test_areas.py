import pytest
import sqlalchemy as sa

from bot.deps import Deps
from bot.directory.imports.columns import Kind
from bot.directory.imports.run import HasFaults
from bot.directory.models import Area
from bot.directory.tree import Tree, tree
from tests.directory.bringing import bring, everything, look

HEAD = "code,name,parent,level\n"


async def ways(deps: Deps) -> dict[str, tuple[int, str]]:
    """Depth and town's code of each area."""
    async with deps.read() as session:
        areas = (await session.execute(sa.select(Area))).scalars().all()
    codes = {area.id: area.code for area in areas}
    for area in areas:
        assert area.path.endswith(f"/{area.id}/")
        assert area.path.count("/") == area.depth + 2
    return {area.code: (area.depth, codes[area.town_id] if area.town_id else "") for area in areas}


async def test_the_tree_knows_depth_and_town(county: Deps) -> None:
    found = await ways(county)
    assert found["99"] == (0, "")
    assert found["9901"] == (1, "9901")
    assert found["99010101"] == (3, "9901")


async def test_a_village_that_moves_takes_its_grids_along(county: Deps) -> None:
    await bring(county, Kind.areas, HEAD + "990101,,石门乡,\n")
    found = await ways(county)
    assert found["990101"] == (2, "9902")
    assert found["99010101"] == (3, "9902")


async def test_a_city_may_come_above_the_county(county: Deps) -> None:
    await bring(county, Kind.areas, HEAD + "9,远山市,,市\n99,,9,\n")
    assert (await ways(county))["990101"] == (3, "99")


async def test_children_may_stand_before_their_parents(deps: Deps) -> None:
    await bring(deps, Kind.areas, HEAD + "990101,柳湾村,9901,村\n9901,柳湾镇,青崖县,镇\n99,青崖县,,县\n")
    assert (await ways(deps))["990101"] == (2, "9901")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("9903,东坪镇,98,镇\n", ["第 2 行 C2 上级代码：没有“98”这个区划。请先导入区划，或改正代码。"]),
        ("9903,东坪镇,99,镇\n9903,东坪镇,99,镇\n", ["第 3 行 A3 区划代码：与第 2 行重复。"]),
        ("9903,东坪镇,,镇\n", ["第 2 行 C2 上级代码：没有填写。最上级只能有一个，已是 99。"]),
        ("9903,,99,\n", ["第 2 行 B2 名称：没有填写。", "第 2 行 D2 级别：没有填写。"]),
        (",东坪镇,99,镇\n", ["第 2 行 A2 区划代码：没有填写。"]),
        ("9903,东坪镇,上河村,镇\n", ["第 2 行 C2 上级代码：有 2 个区划叫“上河村”。请写代码"]),
        ("9901,,990101,\n", ["第 2 行 C2 上级代码：上级绕成了圈（9901 → 990101 → 9901）"]),
        (
            "a,甲,b,村\nb,乙,a,村\nc,丙,a,村\n",
            ["第 2 行 C2", "第 3 行 C3", "第 4 行 C4 上级代码：上级“a”那一行没有通过"],
        ),
        ("9903,,99,镇\n990301,东坪村,9903,村\n", ["第 2 行 B2 名称", "第 3 行 C3 上级代码：上级“9903”那一行没有通过"]),
    ],
)
async def test_a_bad_row_is_refused_with_its_cell_and_mend(county: Deps, rows: str, said: list[str]) -> None:
    planned = await look(county, Kind.areas, HEAD + rows)
    assert len(planned.faults) == len(said)
    for fault, words in zip(planned.faults, said, strict=True):
        assert str(fault).startswith(words)


async def test_a_circle_costs_only_the_rows_that_make_it(county: Deps) -> None:
    """Villages below stay where they are, and so are no worse for it."""
    planned = await look(county, Kind.areas, HEAD + "9901,,990101,\n990101,柳湾村,9901,村\n990102,上河新村,9901,村\n")
    assert [reject.row for reject in planned.rejects] == [2, 3]
    assert [item.label for item in planned.updates] == ["上河新村"]


async def test_deep_trees_end_somewhere(deps: Deps) -> None:
    rows = "".join(f"n{i},第{i}层,{f'n{i - 1}' if i else ''},层\n" for i in range(25))
    planned = await bring(deps, Kind.areas, HEAD + rows, partial=True)
    assert len(planned.adds) == 21
    assert str(planned.faults[0]).endswith("层级太多，最多 20 层。请改正上级代码。")


async def test_nothing_is_written_while_a_row_is_bad(county: Deps) -> None:
    before = await everything(county)
    with pytest.raises(HasFaults):
        await bring(county, Kind.areas, HEAD + "9903,东坪镇,99,镇\n9904,南岸镇,98,镇\n")
    assert await everything(county) == before
    await bring(county, Kind.areas, HEAD + "9903,东坪镇,99,镇\n9904,南岸镇,98,镇\n", partial=True)
    assert "9903" in await ways(county)


async def test_an_empty_cell_leaves_and_a_dash_takes_away(county: Deps) -> None:
    head = "code,tags,duty_phone\n"
    planned = await look(county, Kind.areas, head + "990101,,\n9901,,\n")
    assert planned.unchanged == 2
    await bring(county, Kind.areas, head + "990101,临河,\n9901,,-\n")
    async with county.read() as session:
        areas = await tree(session)
    village = numbered(areas)["990101"]
    assert areas.duty_phone(village) == "000-0000"
    assert areas.tags(village) == {"临河"}


def numbered(areas: Tree) -> dict[str, int]:
    return {node.code: node.id for node in areas.nodes.values()}


async def test_the_duty_phone_is_the_nearest_upward(county: Deps) -> None:
    async with county.read() as session:
        areas = await tree(session)
    ids = numbered(areas)
    assert [node.code for node in areas.up(ids["99010101"])] == ["99010101", "990101", "9901", "99"]
    assert areas.duty_phone(ids["99010101"]) == "000-0002"
    assert areas.duty_phone(ids["990201"]) == "000-0000"


async def test_what_lies_in_a_town(county: Deps) -> None:
    async with county.read() as session:
        areas = await tree(session)
    inside = [node.code for node in areas.below(numbered(areas)["9901"])]
    assert sorted(inside) == ["9901", "990101", "99010101", "990102"]
