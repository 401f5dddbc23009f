"""The county sets its own roles, patterns and numbers: with a basis, added and ended, never deleted."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role
from bot.record.models import Entry
from drills.duty.models import DutyRole, DutyRule, ShiftPattern
from drills.duty.rosters.daytable import read
from drills.duty.rosters.pattern import slots
from drills.duty.rosters.workdays import workdays
from drills.duty.rules import Rules, rules
from tests.console_rooms.desk import Page, desk
from tests.duty.desk import shift
from tests.duty.test_rosters import GOOD, table
from tests.world import PLACES, World

PATTERN = {
    "name": "白班",
    "day": "off",
    "starts": "08:00",
    "ends": "20:00",
    "roles": "值班、带班",
    "basis": "县办〔2026〕1号",
}


async def known(world: World) -> Rules:
    async with world.deps.read() as session:
        return await rules(session)


async def named(world: World, first: date, last: date) -> list[str]:
    """The patterns by which these days are filled."""
    async with world.deps.read() as session:
        wanted = slots((await rules(session)).patterns, await workdays(session), first, last, world.deps.settings.zone)
        return list(dict.fromkeys(slot.name for slot in wanted))


async def test_the_first_own_row_takes_the_shipped_ones_along(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        assert (await leader.press("/console/duty/rules/role", name="备班", basis="县办〔2026〕1号")).status == 303
        again = await leader.press("/console/duty/rules/role", name="备班", basis="县办〔2026〕1号")
        assert again.status == 422
        assert "已经有这个角色" in again.text
        page = (await leader.look("/console/duty/rules")).text
        assert "县办〔2026〕1号" in page
        assert "绥化市防汛抗旱值班规定" in page
    assert (await known(world)).roles == {"值班": False, "主班": False, "副班": False, "带班": True, "备班": False}


async def test_what_is_ended_stays_to_be_seen_and_old_shifts_keep_it(world: World) -> None:
    await shift(world, "chen", role="主班")
    async with desk(world, Role.leader) as leader:
        assert (await leader.press("/console/duty/rules/role/end", name="主班")).status == 303
        assert (await leader.press("/console/duty/rules/role/end", name="主班")).status == 404
        used = await leader.press("/console/duty/rules/role/end", name="值班")
        assert used.status == 409
        assert "还有规律用着这个角色" in used.text
        last = await leader.press("/console/duty/rules/role/end", name="带班")
        assert "至少要留一种" in last.text
        page = (await leader.look("/console/duty/rules")).text
        assert "停用的" in page
        assert "主班" in page.split("停用的")[1]
        refused = await leader.press("/console/duty/roster", file=table(GOOD.replace("值班,刘洋", "主班,刘洋")))
        assert "没有“主班”这种角色" in refused.text
        assert "主班" in (await leader.look("/console/duty")).text
    async with world.deps.read() as session:
        assert len((await session.execute(select(DutyRole))).all()) == 4
        actions = list((await session.execute(select(Entry.action).order_by(col(Entry.id)))).scalars())
    assert actions.count("duty_role.ended") == 1


async def test_a_pattern_counts_on_its_days(world: World) -> None:
    saturday, later = date(2026, 7, 18), date(2026, 8, 1)
    async with desk(world, Role.admin) as admin:
        form = {**PATTERN, "valid_from": "2026-08-01", "valid_to": "2026-08-31"}
        assert (await admin.press("/console/duty/rules/pattern", **form)).status == 303
        assert await named(world, saturday, saturday) == ["休息日白班", "休息日夜班"]
        assert "白班" in await named(world, later, later)
        assert (await admin.press("/console/duty/rules/pattern/end", index="1")).status == 303
        assert (await admin.press("/console/duty/rules/pattern/end", index="1")).status == 404
        assert (await admin.press("/console/duty/rules/pattern/end", index="99")).status == 404
        assert await named(world, saturday, saturday) == ["休息日夜班"]
        for wrong, why in (
            ({"roles": "站岗"}, "没有这种角色"), ({"basis": ""}, "请写依据"), ({"starts": ""}, "请填时间"),
            ({"valid_from": "2026-08-02", "valid_to": "2026-08-01"}, "止的那天在起的那天之前"),
        ):  # fmt: skip
            told = await admin.press("/console/duty/rules/pattern", **{**PATTERN, **wrong})
            assert told.status == 422
            assert why in told.text
    async with world.deps.read() as session:
        assert len((await session.execute(select(ShiftPattern))).all()) == 4


async def test_a_number_is_set_within_its_bounds(world: World) -> None:
    async def change(value: str) -> Page:
        return await leader.press("/console/duty/rules/number", name="check_minutes", value=value, basis="局务会")

    async with desk(world, Role.leader) as leader:
        assert (await change("5")).status == 303
        assert (await change("15")).status == 303
        wrong = await change("500")
        assert "抽查多久内应答，3 到 60 分钟" in wrong.text
        page = (await leader.look("/console/duty/rules")).text
        assert "抽查多久内应答：15 分钟" in page
        assert "抽查多久内应答：5" in page.split("停用的")[1]
    assert (await known(world)).numbers["check_minutes"] == 15
    async with world.deps.read() as session:
        assert [row.value for row in (await session.execute(select(DutyRule))).scalars()] == [5, 15]


async def test_only_the_countys_leaders_change_them(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        assert "您只能看" in (await officer.look("/console/duty/rules")).text
        assert (await officer.press("/console/duty/rules/role", name="备班", basis="x")).status == 403
    async with desk(world, Role.leader, place="柳湾镇") as town:
        assert (await town.look("/console/duty/rules")).status == 403
    async with desk(world, Role.leader) as leader:
        assert (await leader.press("/console/duty/rules/role", csrf="wrong", name="备班", basis="x")).status == 403


async def test_the_template_is_imported_as_it_was_filled_in(world: World) -> None:
    await shift(world, "chen")
    async with desk(world, Role.officer) as officer, officer.browser.get("/console/duty/roster/template.xlsx") as got:
        book = CalamineWorkbook.from_filelike(BytesIO(await got.read()))
        head, *rest = book.get_sheet_by_name("值班表").to_python()
        assert rest == []
        filled = [*map(str, head)], ["县值班室", "", "2026-07-13", "17:00", "08:30", "值班", "刘洋", ""]
        text = "\n".join(",".join(line) for line in filled).encode()
        seen = await officer.press("/console/duty/roster", file=text)
        assert "核对以后保存：1 个班" in seen.text
        empty = await officer.press("/console/duty/roster", file=",".join(map(str, head)).encode())
        assert "没有要写入的班" in empty.text


async def test_the_page_asks_for_the_year_that_comes_without_a_table(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        assert "还没有 2027 年的放假和调休安排" not in (await officer.look("/console/duty")).text
        assert "还没有 2027 年的放假和调休安排" in (await officer.look("/console/duty?week=2027-01-05")).text
        world.clock.turn(150 * 24 * 3600)
    async with desk(world, Role.viewer) as later:
        assert "还没有 2027 年的放假和调休安排" in (await later.look("/console/duty")).text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2027,1月1日,放假,元旦,国办", date(2027, 1, 1)),
        ("2027年,2027年1月1日,放假,元旦,国办", date(2027, 1, 1)),
        (",2027/1/1,放假,元旦,国办", date(2027, 1, 1)),
        ("2026,2027-01-01,放假,元旦,国办", "A2 年写的是 2026"),
        (",1月1日,放假,元旦,国办", "B2 “1月1日”不是日期"),
        ("2027,2月30日,放假,元旦,国办", "B2 “2月30日”不是日期"),
        ("2027,1月1日,休假,元旦,国办", "C2 “休假”不认识"),
    ],
)
def test_a_day_may_be_written_in_the_ways_that_offices_write(row: str, expected: date | str) -> None:
    days, faults = read(f"年,日期,类别,名称,依据\n{row}\n".encode())
    if isinstance(expected, date):
        assert [day.day for day in days] == [expected]
    else:
        assert [f"{fault.cell} {fault.why}".startswith(expected) for fault in faults] == [True]
        assert days == []


async def test_a_role_that_ends_in_leader_is_not_cut_short(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        await leader.press("/console/duty/rules/role", name="值班领导", leads="y", basis="县办〔2026〕1号")
        row = f"县值班室,{PLACES['青崖县'][0]},2026-07-13,17:00,08:30,值班领导,刘洋\n"
        seen = await leader.press("/console/duty/roster", file=table(row))
        assert "值班领导　刘洋" in seen.text
