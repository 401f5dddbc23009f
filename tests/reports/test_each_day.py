"""零报告 and 续报 each day: which towns owe them, who is missing, one word that makes it, and the month's 及时率."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from bot.commands.due.reports import daily
from bot.directory.tree import tree
from handlers.reports.daily.listed import towns
from handlers.reports.daily.rates import rates
from handlers.reports.handed import OwedReports
from handlers.reports.joining.alike import groups
from handlers.reports.models import Report, ReportDaily, ReportDeadline, ReportDue, Stage, State
from handlers.wechat.models import Platform
from tests.both_ways import BothWays
from tests.console.browser import add, browser, console
from tests.places import area
from tests.reports.desk import reports
from tests.servers import Postgres
from tests.world import World, small_world

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "shimen", Role.officer, area=await area(world, "石门乡"))
    async with console(world.deps) as running:
        yield running


async def morning(world: World, *, hour: float) -> None:
    """The next day at this hour; the ticker has written what is owed."""
    world.clock.turn((21 + 1 / 3 + hour) * 3600)  # from 02:40
    await daily(world.deps)


async def town_hour(world: World, at_time: str) -> None:
    async with world.deps.begin() as session:
        rule = (
            await session.execute(select(ReportDeadline).where(col(ReportDeadline.at_time) == at_time))
        ).scalar_one()
        rule.active = True
        session.add(rule)


async def test_a_town_that_has_said_nothing_stands_on_the_list_until_it_does(world: World, server: TestServer) -> None:
    await world.say("li", "三组垮坡，路断了")
    await world.say("chen", "石门村两间房塌了")
    await morning(world, hour=7)
    async with browser(server) as officer:
        await officer.sign_in("officer")
        shown = await officer.open("/console/daily-reports")
        assert "还有 2 个乡镇没有报" in shown
        await world.say("chen", "续报 没有人伤")
        world.clock.turn(2.5 * 3600)  # 09:30
        await officer.sign_in("officer")
        shown = await officer.open("/console/daily-reports")
        assert "1 个乡镇缺报：先打给柳湾镇" in shown
        assert "24 小时零报告（县 9 点）" in shown
        assert "QY0712-001" in shown
        assert "1 个乡镇缺报" in await officer.open("/console/reports")
        await world.say("li", "无新增")
        shown = await officer.open("/console/daily-reports")
        assert "2/2 个乡镇都报了" in shown
        assert "晚报 1 个" in shown
        rates = await officer.open("/console/report-rates?month=2026-07")
        await officer.send("/console/sign-out")
        await officer.sign_in("shimen")
        assert "柳湾镇" not in await officer.open("/console/daily-reports")
        assert "柳湾镇" not in await officer.open("/console/report-rates?month=2026-07")
    assert ">1/1<" in rates.split("石门乡")[1].split("</tr>")[0]
    assert ">0/1<" in rates.split("柳湾镇")[1].split("</tr>")[0]
    assert ">1/2<" in rates.split("合计</b>")[1].split("</tr>")[0]


async def test_nothing_new_goes_on_from_what_goes_on_and_carries_its_figures(world: World) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    await morning(world, hour=7)
    await world.say("li", "今天无新增灾情")
    first, quiet = await reports(world)
    assert (quiet.stage, quiet.thread) == (Stage.zero, first.thread)
    assert quiet.values["紧急避险转移人口"]["value"] == 12
    last = (await world.phone("li"))[-1]
    assert last.startswith("收到零报告 QY0713-001（柳湾镇柳湾村）。")
    assert "接着 QY0712-001，数没有变。" in last
    assert "还缺" not in last


async def test_a_report_that_says_nothing_new_of_one_thing_and_something_of_another_is_no_zero(world: World) -> None:
    await world.say("li", "五户十二人转移")
    await world.say("li", "续报 无新增伤亡，倒塌两间房")
    *_, more = await reports(world)
    assert (more.stage, more.values["倒塌房屋间数"]["value"]) == (Stage.follow, 2)


async def test_one_village_does_not_speak_for_another_but_the_officer_does(world: World, server: TestServer) -> None:
    await town_hour(world, "08:00")
    await world.say("li", "三组垮坡")
    await world.say("zhou", "两间房塌了")
    await morning(world, hour=8.5)
    await world.say("li", "零报告")
    async with browser(server) as officer:
        await officer.sign_in("officer")
        shown = await officer.open("/console/daily-reports")
        assert "24 小时零报告（乡镇 8 点）" in shown
        line = shown.split("缺报名单<")[1].split("</table>")[0]
        assert ("QY0712-002" in line, "QY0712-001" in line) == (True, False)
        area = line.split('name="area" value="')[1].split('"')[0]
        await officer.send("/console/daily-reports", area=area)
        assert "1/1 个乡镇都报了" in officer.text
        await officer.send("/console/daily-reports", area=area)
        await officer.send("/console/sign-out")
        await officer.sign_in("shimen")
        await officer.open("/console/daily-reports")
        await officer.send("/console/daily-reports", area=area)
        assert officer.status == 403
    last = (await reports(world))[-1]
    assert (last.stage, last.state, last.words) == (Stage.zero, State.confirmed, "零报告：柳湾镇")
    assert last.number == "QY0713-002"


async def test_what_is_stable_or_was_no_event_is_owed_no_longer(world: World) -> None:
    await world.say("li", "三组垮坡")
    await world.say("oReader1", "石门村路上有水", platform=Platform.oa)
    await morning(world, hour=1)
    async with world.deps.begin() as session:
        rows = (await session.execute(select(Report).order_by(col(Report.id)))).scalars().all()
        rows[0].state = State.returned
        session.add(rows[0])
    await daily(world.deps)
    async with world.deps.read() as session:
        assert (await session.execute(select(ReportDaily))).scalars().all() == []


async def test_a_zero_report_owes_nothing_itself(world: World, server: TestServer) -> None:
    await world.say("li", "零报告")
    (quiet,) = await reports(world)
    async with browser(server) as officer:
        await officer.sign_in("officer")
        await officer.open(f"/console/reports/{quiet.uid}")
        await officer.send(f"/console/reports/{quiet.uid}", do="confirm")
    async with world.deps.read() as session:
        assert (await session.execute(select(ReportDue))).scalars().all() == []


async def test_one_touch_on_the_phone(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    async with both.reading("li") as page:
        shown = await page.open("/h5/report?by=wecom")
        assert "零报告：没有新的情况" in shown
        form = page.text
        await page.press("/h5/report", do="zero")
        assert "零报告" in page.text
        page.text = form
        await page.press("/h5/report", do="zero")
    first, quiet = await reports(both.world)
    assert (quiet.stage, quiet.thread, quiet.state) == (Stage.zero, first.thread, State.filed)


@pytest.mark.parametrize("kind", BOTH)
async def test_a_morning_on_either_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as world:
        zone = world.deps.settings.zone
        await world.say("li", "三组垮坡，倒塌一百二十间")
        await world.say("chen", "石门村两间房塌了")
        await morning(world, hour=7)
        await world.say("chen", "零报告")
        world.clock.turn(3 * 3600)
        async with world.deps.read() as session:
            areas = await tree(session)
            found = await rates(session, areas, None, date(2026, 7, 1), world.clock.now(), zone)
            listed = await towns(session, areas, None, date(2026, 7, 13), zone)
            together = await groups(session, areas, None, world.clock.now() - timedelta(hours=28))
            county = areas.roots[0].id
            handed = await OwedReports().lines(session, areas, county, world.clock.now(), zone)
    said = {rate.name: (rate.daily.timely, rate.daily.owed, rate.first.timely, rate.first.owed) for rate in found}
    assert said == {"柳湾镇": (0, 1, 1, 1), "石门乡": (1, 1, 1, 1), "合计": (1, 2, 2, 2)}
    assert [(town.name, [r.number for r in town.lacks]) for town in listed] == [
        ("柳湾镇", ["QY0712-001"]),
        ("石门乡", []),
    ]
    assert together == []
    assert handed[0] == "柳湾镇缺报：24 小时零报告（县 9 点），今天上午9点前"
