"""By when something has to follow: rules are rows with their paper, which a county ends and replaces."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from handlers.reports.copies.rules import add_copy
from handlers.reports.deadlines.due import due_at
from handlers.reports.models import Clock, ReportDeadline, ReportDue, Stage
from tests.console.browser import Browser, add, browser, console
from tests.world import World

ZONE = ZoneInfo("Asia/Shanghai")


def rule(clock: Clock, amount: int = 0, at_time: str = "") -> ReportDeadline:
    return ReportDeadline(
        stage=Stage.first, level="县", clock=clock, amount=amount, at_time=at_time, what="x", basis="y"
    )


@pytest.mark.parametrize(
    ("made", "due"),
    [
        (rule(Clock.minutes, 120), "2026-07-10T18:00"),
        (rule(Clock.daily, at_time="09:00"), "2026-07-11T09:00"),
        (rule(Clock.workdays, 2), "2026-07-14T17:30"),  # from a Friday
    ],
)
def test_how_a_deadline_is_counted(made: ReportDeadline, due: str) -> None:
    start = datetime(2026, 7, 10, 16, 0, tzinfo=ZONE)
    assert due_at(made, start, ZONE).astimezone(ZONE).isoformat()[:16] == due


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "leader", Role.leader)
    await add(world.deps, "officer", Role.officer)
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def leader(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("leader")
        yield made


HERE = "/console/report-deadlines"


async def test_a_county_ends_a_default_and_writes_its_own(world: World, leader: Browser) -> None:
    shown = await leader.open(HERE)
    assert "系统默认，待县里确认" in shown
    async with world.deps.read() as session:
        wanted = select(ReportDeadline).where(
            col(ReportDeadline.stage) == Stage.first, col(ReportDeadline.active).is_(True)
        )
        defaults = (await session.execute(wanted)).scalars().all()
    for one in defaults:
        await leader.send(HERE, do="off", rule=str(one.id))
    own = {"what": "20 分钟内电话报", "stage": "first", "kind": "", "level": "县", "clock": "minutes", "amount": "20"}
    await leader.send(HERE, do="add", basis="", **own)
    assert (leader.status, "依据的是哪份文件" in leader.text) == (422, True)
    await leader.send(HERE, do="add", basis="青崖县突发事件信息报告办法", **own)
    assert leader.status == 200
    await world.say("li", "三组垮坡，路断了")
    async with world.deps.read() as session:
        (due,) = (await session.execute(select(ReportDue))).scalars()
    assert (due.due_at - world.clock.now()).total_seconds() == 20 * 60


async def test_each_row_names_its_paper_in_words_that_people_read(world: World, leader: Browser) -> None:
    async with world.deps.begin() as session:
        row = {"unit": "县自然资源局", "person": "陈大山", "hazard": "滑坡", "basis": "县防指〔2026〕3号"}
        await add_copy(session, row, by="user:sun", at=world.clock.now())
    shown = await leader.open(HERE)
    assert "生产安全事故报告和调查处理条例 第 9、11 条" in shown
    assert "只抄滑坡" in shown
    read = re.sub(r"<[^>]+>", " ", shown.split('<main id="main">', 1)[1].split("</main>")[0])
    assert re.findall(r"[A-Za-z]{2,}|\d{6,}", read) == []
    assert shown.index("初报上报（灾后 2 小时内）") < shown.index("核报（灾情稳定后")


async def test_an_officer_looks_and_changes_nothing(world: World, server: TestServer) -> None:
    async with browser(server) as made:
        await made.sign_in("officer")
        shown = await made.open(HERE)
        assert "加一行" not in shown
        await made.send(HERE, csrf=shown.split('name="csrf" value="')[1].split('"')[0], do="off", rule="1")
        assert made.status == 403
