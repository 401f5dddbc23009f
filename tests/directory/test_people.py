import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.deps import Deps
from bot.directory import queries
from bot.directory.imports.columns import Kind
from bot.directory.models import Address, Area, Person
from bot.record.models import Entry
from tests.directory.bringing import bring, everything, look

HEAD = "id,name,area,roles,ab,userid,openid,phone\n"


async def person(deps: Deps, name: str) -> Person:
    async with deps.read() as session:
        return (await session.execute(sa.select(Person).where(col(Person.name) == name))).scalar_one()


async def address(deps: Deps, name: str, channel: str) -> str | None:
    query = sa.select(col(Address.value)).join(Person, col(Person.id) == col(Address.person_id))
    async with deps.read() as session:
        found = await session.execute(query.where(col(Person.name) == name, col(Address.channel) == channel))
        return found.scalar_one_or_none()


async def test_a_phone_is_sealed_and_found_by_its_digest(county: Deps) -> None:
    li = await person(county, "李秀英")
    assert li.phone_sealed
    assert county.vault.open(li.phone_sealed) == "10000000001"
    assert li.phone_digest == county.vault.digest("10000000001")
    assert "10000000001" not in repr(await everything(county))


async def test_the_record_holds_counts_and_no_names(county: Deps) -> None:
    async with county.read() as session:
        entries = (await session.execute(sa.select(Entry).order_by(col(Entry.id)))).scalars().all()
    assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
        ("user:lin", "directory.imported", kind) for kind in ("areas", "people", "groups")
    ]
    assert entries[1].detail["added"] == 4
    assert "李秀英" not in repr([entry.detail for entry in entries])


async def test_a_new_userid_replaces_the_old(county: Deps) -> None:
    await bring(county, Kind.people, HEAD + "P1,,,,,LiXY,oLi,\n")
    assert await address(county, "李秀英", "wecom_app") == "LiXY"
    assert await address(county, "李秀英", "oa") == "oLi"
    await bring(county, Kind.people, HEAD + "P1,,,,,,-,\n")
    assert await address(county, "李秀英", "wecom_app") == "LiXY"
    assert await address(county, "李秀英", "oa") is None


async def test_two_people_change_places(county: Deps) -> None:
    await bring(county, Kind.people, HEAD + "P1,,,,,zhaomin,,\nP2,,,,,lixiuying,,\n")
    assert await address(county, "李秀英", "wecom_app") == "zhaomin"
    assert await address(county, "赵敏", "wecom_app") == "lixiuying"


async def test_roles_ab_and_area_change_together(county: Deps) -> None:
    planned = await bring(county, Kind.people, HEAD + "P1,,石门村,网格员,-,,,\n")
    assert planned.updates[0].changed == ("区划代码", "角色", "AB角")
    async with county.read() as session:
        li = next(one for one in await queries.people(session) if one.name == "李秀英")
    assert (li.roles, li.ab) == ({"网格员"}, "")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("P9,王建国,990199,网格员,,,,\n", ["第 2 行 C2 区划代码：没有“990199”这个区划。请先导入区划，或改正代码。"]),
        ("P9,王建国,990101,网格员,C,李,,13\n", ["第 2 行 E2 AB角", "第 2 行 F2 企业微信账号", "第 2 行 H2 手机号"]),
        ("P9,,,,,,,\n", ["第 2 行 B2 姓名：没有填写", "第 2 行 C2 区划代码：没有填写", "第 2 行 D2 角色：没有填写"]),
        ("P9,王建国,990101,网格员,,LIXIUYING,,\n", ["第 2 行 F2 企业微信账号：这个账号已经是“李秀英（柳湾村）”的。"]),
        ("P8,甲,99,网格员,,x1,,\nP9,乙,99,网格员,,X1,,\n", ["第 3 行 F3 企业微信账号：这个账号第 2 行已经用了。"]),
        ("P8,甲,99,网格员,,,,\nP8,乙,99,网格员,,,,\n", ["第 3 行 A3 编号：与第 2 行是同一个人。"]),
        (
            ",甲,99,网格员,,,,10000000009\n,乙,99,网格员,,,,１００００００００09\n",
            ["第 3 行 H3 手机号：与第 2 行的手机号相同"],
        ),
        (",甲,99,网格员,,,,\n,甲,99,网格员,,,,\n", ["第 3 行 B3 姓名：与第 2 行同一区划、同名。"]),
        ("P1,-,,,,,,\n", ["第 2 行 B2 姓名：不能没有。请填写。"]),
    ],
)
async def test_a_bad_row_is_refused_with_its_cell_and_mend(county: Deps, rows: str, said: list[str]) -> None:
    planned = await look(county, Kind.people, HEAD + rows)
    assert len(planned.faults) == len(said)
    for fault, words in zip(planned.faults, said, strict=True):
        assert str(fault).startswith(words)


async def test_a_userid_is_free_only_if_its_holders_row_is_good(county: Deps) -> None:
    planned = await look(county, Kind.people, HEAD + "P1,,999,,,other,,\nP9,王建国,99,网格员,,lixiuying,,\n")
    assert planned.rejected == 2
    assert str(planned.faults[1]).startswith("第 3 行 F3 企业微信账号：这个账号已经是“李秀英")


async def test_without_an_id_the_phone_is_the_key_and_it_is_shown(county: Deps) -> None:
    text = HEAD + ",王建国,990101,网格员,,wjg,,10000000009\n,王小石,990101,网格员,,wxs,,\n"
    planned = await bring(county, Kind.people, text)
    assert planned.keys == ("第 2 行 王建国：手机号（尾号 0009）", "第 3 行 王小石：区划和姓名")
    assert (await look(county, Kind.people, text)).unchanged == 2
    renamed = await look(county, Kind.people, HEAD + ",王健国,,,,,,10000000009\n")
    assert renamed.updates[0].changed == ("姓名",)


async def test_nobody_is_there_twice_when_the_id_comes_later_or_goes_away(county: Deps) -> None:
    await bring(county, Kind.people, HEAD + ",王建国,990101,网格员,,wjg,,10000000009\n,王小石,99,网格员,,wxs,,\n")
    later = await bring(county, Kind.people, HEAD + "P8,王建国,990101,,,,,10000000009\nP9,王小石,99,,,,,10000000008\n")
    assert [item.changed for item in later.updates] == [("编号",), ("编号", "手机号")]
    without = await look(county, Kind.people, HEAD + ",王建国,990101,,,,,10000000009\n,王小石,99,,,,,\n")
    assert without.unchanged == 2
    assert without.keys[0] == "第 2 行 王建国：就是编号 P8"


async def test_a_couple_may_share_a_phone_when_each_has_an_id(county: Deps) -> None:
    await bring(county, Kind.people, HEAD + "P8,王建国,99,网格员,,,,10000000001\n")
    async with county.read() as session:
        digests = (await session.execute(sa.select(col(Person.phone_digest)))).scalars().all()
    assert digests.count(county.vault.digest("10000000001")) == 2


async def test_who_is_missing_from_the_file_stays_and_is_listed(county: Deps) -> None:
    planned = await bring(county, Kind.people, HEAD + "P1,李秀兰,,,,,,\n")
    assert planned.missing == ("赵敏（柳湾村）", "刘洋（青崖县）", "陈大山（石门村）")
    async with county.read() as session:
        assert len(await queries.people(session)) == 4


async def test_a_role_nobody_knows_is_taken_and_pointed_out(county: Deps) -> None:
    planned = await look(county, Kind.people, HEAD + "P8,王建国,99,巡山员;网格员,,,,\n")
    assert planned.notes[0] == "这些角色是自己起的，请核对有没有写错：巡山员"
    assert planned.notes[1].startswith("1 人没有企业微信账号")


async def test_people_by_place_and_role(county: Deps) -> None:
    async with county.read() as session:
        areas = {area.code: area.id for area in (await session.execute(sa.select(Area))).scalars()}
        town, village = areas["9901"], areas["990201"]
        assert town
        assert village
        inside = await queries.people(session, inside=town, roles=["灾害信息员"])
        exactly = await queries.people(session, areas=[village])
        nobody = await queries.people(session, areas=[])
    assert [(one.name, one.ab, one.town_id) for one in inside] == [("李秀英", "A", town), ("赵敏", "B", town)]
    assert inside[1].roles == {"灾害信息员", "网格员"}
    assert inside[1].addresses == {"wecom_app": "zhaomin", "oa": "oZhao"}
    assert [(one.name, one.language) for one in exactly] == [("陈大山", "ko")]
    assert nobody == []
