"""A roster comes from a file or a pattern: each row is written or refused by its cell, after it was seen."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import xlsxwriter
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.models import Address
from drills.duty.models import DutyDay, Post, Shift
from drills.duty.rosters.daytable import read
from drills.duty.rosters.pattern import slots
from drills.duty.rosters.quality import Turn, gaps, overloads
from drills.duty.rosters.workdays import NoTable, workdays
from drills.duty.rules import rules
from tests.console_rooms.desk import desk
from tests.duty.desk import local, shift
from tests.world import PLACES, World

HEAD = "值班室,区划代码,日期,开始,结束,角色,姓名\n"
GOOD = f"县值班室,{PLACES['青崖县'][0]},2026-07-13,17:00,08:30,值班,刘洋\n"


def table(*rows: str) -> bytes:
    return (HEAD + "".join(rows)).encode()


async def written(world: World) -> list[tuple[str, str, datetime]]:
    async with world.deps.read() as session:
        rows = await session.execute(select(Post, Shift).join(Shift, col(Shift.post_id) == col(Post.id)))
        return [(post.name, one.role, one.starts_at) for post, one in rows]


async def test_a_file_is_looked_at_first_and_then_written(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        seen = await officer.press("/console/duty/roster", file=table(GOOD))
        assert "核对以后保存：1 个班" in seen.text
        assert await written(world) == []
        done = await officer.press("/console/duty/roster/write", **seen.hidden)
        assert done.at == "/console/duty?week=2026-07-13"
        assert await written(world) == [("县值班室", "值班", local("2026-07-13 17:00", world))]
        again = await officer.press("/console/duty/roster", file=table(GOOD))
        assert "没有要写入的班" in again.text
        assert "已经有 1" in again.text
        week = await officer.look("/console/duty?week=2026-07-13")
        assert "17:00—08:30" in week.text
        assert "还没有问，" in week.text
        assert 'class="silent"' not in week.text


async def test_a_workbook_of_real_dates_reads_like_a_text(world: World) -> None:
    held = BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet, when = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["青崖县值班表"])
        sheet.write_row(1, 0, ["值班室", "区划代码", "开始", "结束", "角色", "姓名"])
        sheet.write_row(2, 0, ["县值班室", PLACES["青崖县"][0]])
        sheet.write_datetime(2, 2, datetime(2026, 7, 13, 17, 0), when)  # noqa: DTZ001 - a spreadsheet knows no zone
        sheet.write_datetime(2, 3, datetime(2026, 7, 14, 8, 30), when)  # noqa: DTZ001
        sheet.write_row(2, 4, ["带班", "孙和平"])
    async with desk(world, Role.officer) as officer:
        seen = await officer.press("/console/duty/roster", file=held.getvalue())
        await officer.press("/console/duty/roster/write", **seen.hidden)
    assert await written(world) == [("县值班室", "带班", local("2026-07-13 17:00", world))]


async def test_every_bad_row_is_refused_by_its_cell_and_its_reason(world: World) -> None:
    await shift(world, "chen", starts=timedelta(hours=-1), hours=30)  # to 7月13日 07:40
    await world.gone("wang")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Address).where(col(Address.value) == "wang").values(gone_at=world.clock.now()))
    county = f"县值班室,{PLACES['青崖县'][0]}"
    rows = (
        GOOD,
        f"{county},2026-07-13,17:00,08:30,值班,王建国\n",
        f"{county},2026-07-12,17:00,08:30,值班,陈大山\n",
        f"{county},2026-07-13,20:00,22:00,主班,刘洋\n",
        "村值班室,,2026-07-13,17:00,08:30,值班,李秀英\n",
        f"{county},2026-07-13,五点,08:30,值班,李秀英\n",
        f"{county},2026-07-13,17:00,08:30,站岗,李秀英\n",
        f"{county},2026-07-13,17:00,08:30,值班,没这个人\n",
        f"{county},2026-07-13,17:00,08:30,值班,\n",
    )
    async with desk(world, Role.officer) as officer:
        seen = await officer.press("/console/duty/roster", file=table(*rows))
        assert "8 行有错，还没有写入任何东西" in seen.text
        for told in (
            "<b>G3</b></td><td>王建国已经离开",
            "<b>G4</b></td><td>陈大山这时已有一个班：县值班室，07月12日 01:40—07月13日 07:40",
            "<b>G5</b></td><td>刘洋这时已有一个班：县值班室，07月13日 17:00—07月14日 08:30",
            "<b>A6</b></td><td>没有“村值班室”这个值班室",
            "<b>D7</b></td><td>“五点”不是开始时间",
            "<b>F8</b></td><td>没有“站岗”这种角色",
            "<b>G9</b></td><td>通讯录里没有“没这个人”",
            "<b>G10</b></td><td>是空的。请写姓名。",
        ):
            assert told in seen.text, told
        assert len(await written(world)) == 1
        refused = await officer.press(
            "/console/duty/roster/write", **{k: v for k, v in seen.hidden.items() if k != "partial"}
        )
        assert refused.status == 409
        assert len(await written(world)) == 1
        await officer.press("/console/duty/roster/write", **seen.hidden)
        assert len(await written(world)) == 2


async def test_what_changed_since_it_was_seen_is_not_written(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        seen = await officer.press("/console/duty/roster", file=table(GOOD))
        starts = local("2026-07-13 18:00", world) - world.clock.now()
        await shift(world, "liu", starts=starts)
        assert (await officer.press("/console/duty/roster/write", **seen.hidden)).status == 409
    assert len(await written(world)) == 1


async def test_a_pattern_fills_workdays_and_days_off_and_says_what_is_missing(world: World) -> None:
    await shift(world, "liu", starts=timedelta(hours=-1), hours=2)  # so that the post is there
    async with world.deps.read() as session:
        post = (await session.execute(select(Post))).scalar_one()
    turn = {"turn:值班": "陈大山、周秀兰、刘洋", "turn:带班": ""}
    async with desk(world, Role.officer) as officer:
        form = {"post": post.uid, "first": "2026-09-30", "last": "2026-10-01", **turn}
        seen = await officer.press("/console/duty/roster", **form)
        # 9月30日 is a workday: its night; 10月1日 is off: its day and its night
        assert "核对以后保存：3 个班" in seen.text
        assert "县值班室 09月30日 17:00 工作日夜班：没有人带班" in seen.text
        await officer.press("/console/duty/roster/write", **seen.hidden)
        assert sorted(when for _, _, when in await written(world))[1:] == [
            local("2026-09-30 17:00", world), local("2026-10-01 08:30", world), local("2026-10-01 17:00", world),
        ]  # fmt: skip
        unknown = await officer.press("/console/duty/roster", **{**form, "first": "2026-12-31", "last": "2027-01-01"})
        assert unknown.status == 422
        assert "还没有这一年的放假和调休安排，没有排班。" in unknown.text
        assert "2027 年" in unknown.text


async def test_a_years_table_is_imported_with_its_source_or_not_at_all(world: World) -> None:
    bad = "日期,类别,名称,依据\n2027-01-01,放假,元旦,\n2027-13-01,放假,元旦,国办发明电\n".encode()
    good = "日期,类别,名称,依据\n2027-01-01,放假,元旦,国办发明电\n2027-01-02,调休,元旦,国办发明电\n".encode()
    async with desk(world, Role.admin) as admin:
        told = await admin.press("/console/duty/days", file=bad)
        assert told.status == 422
        assert "D2 请写依据" in told.text
        assert "A3 “2027-13-01”不是日期" in told.text
        async with world.deps.read() as session:
            assert (await session.execute(select(DutyDay))).all() == []
        assert (await admin.press("/console/duty/days", file=good)).status == 303
    async with world.deps.read() as session:
        table = await workdays(session)
    assert [table.kind(date(2027, 1, day)) for day in (1, 2, 4)] == ["off", "work", "work"]
    with pytest.raises(NoTable):
        table.kind(date(2028, 1, 1))


async def test_the_shipped_table_knows_the_notice(world: World) -> None:
    async with world.deps.read() as session:
        table = await workdays(session)
    expected = {(10, 1): "off", (10, 10): "work", (7, 11): "off", (7, 13): "work", (2, 14): "work", (9, 25): "off"}
    assert {day: table.kind(date(2026, *day)) for day in expected} == expected
    assert read(b"a,b\n")[1][0].cell == "A1"


async def test_gaps_and_overloads_are_named(world: World) -> None:
    zone = world.deps.settings.zone
    async with world.deps.read() as session:
        known, table = await rules(session), await workdays(session)
    wanted = [*slots(known.patterns, table, date(2026, 7, 13), date(2026, 7, 14), zone)]
    night = local("2026-07-13 17:00", world)

    def turn(role: str, begins: datetime, hours: float) -> Turn:
        return Turn("刘洋", 1, "县值班室", 1, role, begins, begins + timedelta(hours=hours))

    split = [turn("主班", night, 8), turn("副班", night + timedelta(hours=8), 7.5)]
    assert gaps(wanted, split, known, zone) == [
        "07月13日 17:00 工作日夜班：没有人带班", "07月14日 17:00 工作日夜班：没有人值班",
        "07月14日 17:00 工作日夜班：没有人带班",
    ]  # fmt: skip
    holed = [turn("主班", night, 8), turn("副班", night + timedelta(hours=9), 6.5)]
    assert "07月13日 17:00 工作日夜班：没有人值班" in gaps(wanted, holed, known, zone)
    assert overloads(holed, known, zone) == ["刘洋：07月14日 01:00下班，不到 8 小时又上班"]
    daily = [turn("值班", night + timedelta(days=day), 15) for day in range(4)]
    assert overloads(daily, known, zone) == ["刘洋：07月13日起七天里有 4 个班，多于 3 个"]


async def test_a_towns_officer_writes_for_the_town_alone(world: World) -> None:
    async with desk(world, Role.officer, place="柳湾镇") as officer:
        county = await officer.press("/console/duty/roster", file=table(GOOD))
        assert "县值班室不在您管的地方" in county.text
        town = f"镇值班室,{PLACES['柳湾镇'][0]},2026-07-13,17:00,08:30,值班,王建国\n"
        seen = await officer.press("/console/duty/roster", file=table(town))
        await officer.press("/console/duty/roster/write", **seen.hidden)
    await shift(world, "chen")
    async with desk(world, Role.viewer, place="石门乡") as other:
        page = (await other.look("/console/duty")).text
        assert "王建国" not in page
        assert "陈大山" not in page
