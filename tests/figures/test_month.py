"""The leader's month: figures with their denominators, targets with their papers, charts with their tables."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.directory.models import Area, Person
from bot.ids import uuid7
from broadcasts.coverage.months import before, span
from drills.duty.models import Post, Shift
from tests.console.browser import Browser
from tests.figures.counting import counted
from tests.world import World

ZONE = ZoneInfo("Asia/Shanghai")


async def shifts(world: World) -> None:
    """Two shifts that have begun, one of them confirmed."""
    now = world.clock.now()
    async with world.deps.begin() as session:
        liu = (await session.execute(select(Person).where(col(Person.key) == "liu"))).scalar_one()
        root = (await session.execute(select(Area).where(col(Area.parent_id).is_(None)))).scalar_one()
        post = Post(uid=uuid7(now), area_id=root.id, name="县值班室")
        session.add(post)
        await session.flush()
        for hours, confirmed in ((30, None), (6, now)):
            starts = now - timedelta(hours=hours)
            session.add(
                Shift(
                    uid=uuid7(now), post_id=post.id, role="值班员", person_id=liu.id, starts_at=starts,
                    ends_at=starts + timedelta(hours=12), source="hand", made_by="user:liu", made_at=now,
                    remind_at=starts, confirmed_at=confirmed,
                )
            )  # fmt: skip


async def test_the_month_names_its_denominators_and_the_charts_have_their_tables(world: World, leader: Browser) -> None:
    await shifts(world)
    await world.issue()
    await world.forward(minutes=1)
    await world.issue(event="雷电", code="11B14", places=("石门乡",))
    await world.forward(minutes=2)
    await world.say("li", "1")
    await counted(world)
    text = await leader.open("/console/figures?month=2026-07")
    assert "2026年7月：2 条预警，从发出到应答，中位 3.0 分钟" in text
    assert "红色暴雨" in text
    assert "1/2" in text  # shifts
    assert "7/7" in text  # told, of two warnings
    assert "没有数据" in text  # no report fell due
    assert text.count('role="img"') == 3
    assert "<title>各乡镇的告知率</title>" in text
    assert "style=" not in text


async def test_a_month_without_data_says_so(world: World, leader: Browser) -> None:
    text = await leader.open("/console/figures?month=2026-05")
    assert "2026年5月没有数据" in text
    assert "<svg" not in text
    assert (await leader.open("/console/figures?month=2026-13"), leader.status)[1] == 200  # nonsense is this month


async def test_a_target_needs_its_paper_and_only_then_stands_beside_the_figure(
    world: World, leader: Browser, viewer: Browser
) -> None:
    await world.issue()
    await counted(world)
    address = "/console/figures/targets"
    await leader.open(address)
    assert "请写依据的是哪份文件" in await leader.send(address, figure="coverage", percent="95", basis="")
    assert leader.status == 422
    assert "1 到 100" in await leader.send(address, figure="coverage", percent="120", basis="x")
    await leader.send(address, figure="coverage", percent="95", basis="本县气象灾害防御规划（试行）")
    text = await leader.open("/console/figures")
    assert "95%" in text
    assert "本县气象灾害防御规划（试行）" in text
    await leader.open(address)
    await leader.send(address, figure="coverage", percent="", basis="")
    assert "95%" not in await leader.open("/console/figures")
    await viewer.open(address)
    assert viewer.status == 403


async def test_the_workbook_has_the_same_figures(world: World, viewer: Browser) -> None:
    await world.issue()
    await world.say("li", "1")
    await counted(world)
    async with viewer.client.get("/console/figures.xlsx?month=2026-07") as answer:
        book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
    rows = {row[0]: row for row in book.get_sheet_by_name("数字").to_python()}
    assert rows["应答率"][1:4] == [1.0, 6.0, 16.0]
    assert rows["上报及时率"][3] == "没有数据"
    assert book.get_sheet_by_name("怎样应答").to_python()[1][:2] == ["回数字", 1.0]


async def test_a_town_sees_its_own_month(world: World, town: Browser) -> None:
    await world.issue()
    await counted(world)
    text = await town.open("/console/figures?month=2026-07")
    assert "石门乡" in text
    assert "柳湾镇" not in text
    assert "1/1" in text


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("2026-07", datetime(2026, 6, 30, 16, tzinfo=UTC), datetime(2026, 7, 31, 16, tzinfo=UTC)),
        ("2026-12", datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_month_is_local(name: str, since: datetime, until: datetime) -> None:
    made = span(name, ZONE)
    assert (made.since, made.until) == (since, until)


@pytest.mark.parametrize(("name", "previous"), [("2026-01", "2025-12"), ("2026-10", "2026-09")])
def test_the_month_before(name: str, previous: str) -> None:
    assert before(name) == previous
