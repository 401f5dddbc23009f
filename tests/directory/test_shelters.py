import pytest

from bot.deps import Deps
from bot.directory.imports.columns import Kind
from bot.directory.imports.run import HasFaults
from bot.directory.shelters.models import Openness
from bot.directory.shelters.queries import NoSuchCount, counted, say, shelters
from tests.directory.bringing import bring, everything, look

HEAD = "name,area,address,capacity,lon,lat,phone\n"
SCHOOL = "柳湾小学,柳湾村,柳湾村东头,120,103.52,26.41,000-0002\n"


async def test_a_shelter_is_known_by_its_place_and_name(county: Deps) -> None:
    planned = await bring(county, Kind.shelters, HEAD + SCHOOL + "石门祠堂,990201,,,,,\n")
    assert [item.label for item in planned.adds] == ["柳湾小学", "石门祠堂"]
    assert planned.notes == ("1 个避难场所没有经纬度，手机上指不了路。请补上。",)
    before = await everything(county)
    again = await bring(county, Kind.shelters, HEAD + SCHOOL)
    assert (again.unchanged, again.missing) == (1, ("石门祠堂",))
    assert await everything(county) == before
    changed = await bring(county, Kind.shelters, "name,area,capacity,lon,lat\n柳湾小学,990101,200,-,-\n")
    assert changed.updates[0].changed == ("容纳人数", "经度", "纬度")
    async with county.read() as session:
        school = next(one for one in await shelters(session) if one.name == "柳湾小学")
    assert (school.capacity, school.lon, school.address, school.phone) == (200, None, "柳湾村东头", "000-0002")


async def test_what_its_keeper_said_stays_whatever_a_file_says(county: Deps) -> None:
    await bring(county, Kind.shelters, HEAD + SCHOOL + "石门祠堂,990201,,,,,\n")
    async with county.begin() as session:
        hall = next(one for one in await shelters(session) if one.name == "石门祠堂")
        await say(session, hall, Openness.open, 17, by="user:lin", at=county.clock.now())
    await bring(county, Kind.shelters, HEAD + "石门祠堂,990201,祠堂路,40,,,\n")
    async with county.read() as session:
        found = await shelters(session)
    assert [(one.name, one.state, one.people) for one in found] == [
        ("石门祠堂", Openness.open, 17), ("柳湾小学", Openness.closed, 0),
    ]  # fmt: skip
    assert counted(found) == {Openness.closed: 1, Openness.open: 1, Openness.full: 0}
    async with county.begin() as session:
        with pytest.raises(NoSuchCount):
            await say(session, found[0], Openness.full, -1, by="user:lin", at=county.clock.now())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("甲,990101,,,26.41,103.52,\n", ["第 2 行 E2 经度：经度和纬度写反了。"]),
        ("甲,990101,,,103.52,,\n", ["第 2 行 E2 经度：经度和纬度要一起写。"]),
        ("甲,990101,,,403000,2641000,\n", ["第 2 行 E2 经度：不是以度", "第 2 行 F2 纬度：不是以度"]),
        ("甲,990101,,很多,,,\n", ["第 2 行 D2 容纳人数：应是 1 到 100000 的整数"]),
        (",990101,,,,,\n", ["第 2 行 A2 名称：没有填写。"]),
        ("甲,没有村,,,,,\n", ["第 2 行 B2 区划代码：没有“没有村”这个区划。"]),
        ("甲,990101,,,,,\n甲,柳湾村,,,,,\n", ["第 3 行 A3 名称：与第 2 行是同一个避难场所。"]),
        ("甲,990101,,,,,12\n", ["第 2 行 G2 联系电话：不像电话号码。"]),
    ],
)  # fmt: skip
async def test_a_bad_row_is_refused_with_its_cell_and_mend(county: Deps, rows: str, said: list[str]) -> None:
    planned = await look(county, Kind.shelters, HEAD + rows)
    faults = [str(fault) for fault in planned.faults]
    assert len(faults) == len(said)
    assert all(fault.startswith(start) for fault, start in zip(faults, said, strict=True))
    with pytest.raises(HasFaults):
        await bring(county, Kind.shelters, HEAD + rows)
