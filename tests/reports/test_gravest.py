"""特别重大: officer and leader are rung at once until somebody takes it, it stands first, and its page prints."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.tree import Node, Tree
from broadcasts.dispatch.states import Road
from broadcasts.release.holds import open_holds
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import Limits
from handlers.reports.models import Kind, Report, ReportDeadline, ReportDue, Stage, State
from tests.console.browser import Browser, add, browser, console
from tests.reports.desk import incident, reports
from tests.world import NIGHT, World

AT_ONCE = "特别重大：直报省和部（2 小时内）"
COUNTY, TOWN, VILLAGE, GRID = 1, 2, 3, 4
AREAS = Tree([
    Node(COUNTY, "99", "青崖县", "县", None, None, "", None),
    Node(TOWN, "9901", "石门乡", "乡", COUNTY, TOWN, "", None),
    Node(VILLAGE, "990101", "石门村", "村", TOWN, TOWN, "", None),
    Node(GRID, "99010101", "一格", "网格", VILLAGE, TOWN, "", None),
])  # fmt: skip


@pytest.fixture
async def officer(world: World) -> AsyncIterator[Browser]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "leader", Role.leader)
    async with console(world.deps) as server, browser(server) as made:
        await made.sign_in("officer")
        yield made


async def rings(world: World) -> list[str]:
    async with world.deps.read() as session:
        return [hold.said for hold in await open_holds(session) if hold.reason == "grave"]


async def owed(world: World) -> set[str]:
    wanted = select(ReportDeadline.what).join(ReportDue, col(ReportDue.rule_id) == col(ReportDeadline.id))
    async with world.deps.read() as session:
        return set((await session.execute(wanted)).scalars())


def one(area: int = VILLAGE, state: State = State.filed, **figures: float | None) -> Report:
    values = {name: {"value": value} for name, value in figures.items()}
    return Report(
        uid="u", number="QY0712-001", thread="u", stage=Stage.first, kind=Kind.disaster, state=state, source="chat",
        by="person:chen", area_id=area, values=values, first_at=NIGHT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("report", "words", "grave"),
    [
        (one(因灾死亡人口=9), "", False),
        (one(因灾死亡人口=10), "", True),
        (one(因灾死亡人口=4, 因灾失踪人口=6), "", True),
        (one(因灾失踪人口=None), "", False),
        (one(倒塌房屋间数=99), "", False),
        (one(倒塌房屋间数=100), "", True),
        (one(倒塌房屋间数=5000), "", True),
        (one(倒塌房屋间数=5001), "", False),  # of a village: asked about, and no leader is woken
        (one(GRID, 倒塌房屋间数=999_999_999), "", False),
        (one(因灾死亡人口=5001), "", False),
        (one(state=State.returned, 倒塌房屋间数=6200), "", False),
        (one(state=State.confirmed, 倒塌房屋间数=6200), "", True),
        (one(TOWN, 倒塌房屋间数=6200), "", True),
        (one(COUNTY, 倒塌房屋间数=10_000), "", True),
        (one(TOWN, 因灾死亡人口=5001), "", True),
        (one(), "三组房屋大面积倒塌", True),
        (one(), "三组没有大面积倒塌", False),
        (one(), "两间房塌了", False),
    ],
)
def test_what_goes_to_the_province_at_once(report: Report, words: str, grave: bool) -> None:
    assert bool(gravity([report], words, AREAS, Limits())) is grave


def test_many_villages_may_have_more_than_one_can_and_what_one_cannot_is_left_out() -> None:
    parts = [one(倒塌房屋间数=3000), one(倒塌房屋间数=3000), one(倒塌房屋间数=999_999)]
    assert gravity(parts, "", AREAS, Limits()) == ["倒塌房屋 6000 间，到了 100 间"]


async def test_officer_and_leader_are_rung_at_once_until_somebody_takes_it(world: World, officer: Browser) -> None:
    await world.say("chen", "石门村死亡6人，失踪5人")
    for name in ("liu", "sun"):
        last = (await world.phone(name))[-1]
        assert "请处理 特别重大，直报省和部" in last
        assert "死亡失踪 11 人，到了 10 人" in last
    before = len(await world.phone("sun"))
    await world.forward(minutes=4)
    assert len(await world.phone("sun")) > before
    shown = await officer.open("/console/")
    assert "特别重大，直报省和部，马上办：死亡失踪 11 人" in shown
    (report,) = await reports(world)
    async with world.deps.read() as session:
        holds = await open_holds(session)
    assert AT_ONCE in await owed(world)
    taken = next(hold for hold in holds if hold.reason == "grave")
    await officer.open(f"/console/held/{taken.uid}")
    await officer.send(f"/console/held/{taken.uid}", do="seen", word="正在写快报")
    quiet = len(await world.phone("sun"))
    await world.forward(minutes=7)
    assert [text for text in (await world.phone("sun"))[quiet:] if "特别重大" in text] == []
    assert report.uid in taken.about


async def test_it_comes_before_a_cry_for_help(world: World, officer: Browser) -> None:
    await world.say("li", "救命，家里进水了")
    await world.say("chen", "石门村一百二十间房塌了")
    assert "特别重大，直报省和部，马上办" in await officer.open("/console/")


async def test_what_becomes_grave_later_rings_louder(world: World) -> None:
    await world.say("li", "三组垮坡，失踪3人")
    quiet = len(await world.phone("sun"))
    await world.say("li", "续报 死亡8人")
    assert len(await world.phone("sun")) > quiet
    assert "死亡失踪 11 人" in (await world.phone("sun"))[-1]
    async with world.deps.read() as session:
        assert {hold.reason for hold in await open_holds(session)} >= {"grave"}


async def test_only_the_sum_of_an_incident_is_grave(world: World, officer: Browser) -> None:
    await world.say("chen", "石门村滑坡，六十间房塌了")
    await world.say("zhou", "上坪村滑坡，五十间房塌了")
    one_, two = await reports(world)
    uid = await incident(officer, one_, "7·12 滑坡")
    await officer.send(f"/console/reports/{two.uid}", do="join", incident=uid)
    await world.work()
    assert "事件“7·12 滑坡”合计" in (await world.phone("sun"))[-1]


async def test_a_town_tells_of_more_than_a_village_can_have(world: World, officer: Browser) -> None:
    await world.say("liu", "石门乡地震，倒塌房屋6200间")
    assert "倒塌房屋 6200 间，到了 100 间" in (await world.phone("sun"))[-1]
    assert AT_ONCE in await owed(world)
    assert "特别重大" in await officer.open("/console/reports")


async def test_what_a_village_cannot_have_rings_once_when_it_is_confirmed(world: World, officer: Browser) -> None:
    await world.say("chen", "石门村地震，倒塌房屋6200间")
    (report,) = await reports(world)
    page = f"/console/reports/{report.uid}"
    assert "一个村没有这么多" in await officer.open(page)
    assert (await rings(world), await world.phone("sun"), AT_ONCE in await owed(world)) == ([], [], False)
    await officer.send(page, do="confirm")
    await world.work()
    assert "倒塌房屋 6200 间，到了 100 间" in (await world.phone("sun"))[-1]
    assert (len(await rings(world)), AT_ONCE in await owed(world)) == (1, True)
    await world.say("chen", "续报 没人伤")
    *_, later = await reports(world)
    await officer.open(f"/console/reports/{later.uid}")
    await officer.send(f"/console/reports/{later.uid}", do="confirm")
    assert len(await rings(world)) == 1


async def test_what_has_rung_does_not_ring_again_when_it_is_confirmed(world: World, officer: Browser) -> None:
    await world.say("chen", "石门村死亡6人，失踪5人")
    (report,) = await reports(world)
    await officer.open(f"/console/reports/{report.uid}")
    await officer.send(f"/console/reports/{report.uid}", do="confirm")
    assert await rings(world) == []


async def test_what_a_village_cannot_have_wakes_nobody_by_way_of_an_incident(world: World, officer: Browser) -> None:
    await world.say("chen", "石门村地震，倒塌房屋999999间")
    await world.say("zhou", "上坪村地震，五十间房塌了")
    first, other = await reports(world)
    uid = await incident(officer, first, "7·12 地震")
    await officer.send(f"/console/reports/{other.uid}", do="join", incident=uid)
    await world.work()
    assert (await rings(world), AT_ONCE in await owed(world)) == ([], False)
    assert "特别重大" not in await officer.open(f"/console/reports/{other.uid}/bulletin?text=1")


async def test_the_bulletin_of_an_incident_says_why_by_the_sum(world: World, officer: Browser) -> None:
    for name, village in (("li", "柳湾村"), ("zhou", "上坪村"), ("chen", "石门村")):
        await world.say(name, f"{village}地震，倒塌房屋2000间")
    first, *others = await reports(world)
    uid = await incident(officer, first, "7·12 地震")
    for other in others:
        await officer.send(f"/console/reports/{other.uid}", do="join", incident=uid)
    text = await officer.open(f"/console/reports/{first.uid}/bulletin?text=1")
    assert "特别重大，直报省和部：倒塌房屋 6000 间，到了 100 间" in text


async def test_in_training_nobody_is_rung(world: World) -> None:
    await world.say("chen", "石门村死亡60人", road=Road.training)
    async with world.deps.read() as session:
        assert [hold for hold in await open_holds(session) if hold.reason == "grave"] == []


async def test_the_bulletin_is_plain_text_with_lines_left_to_fill(world: World, officer: Browser) -> None:
    await world.say("chen", "<b>石门村</b>二组滑坡，死亡6人，失踪5人")
    (report,) = await reports(world)
    shown = await officer.open(f"/console/reports/{report.uid}")
    assert "写紧急快报" in shown
    shown = await officer.open(f"/console/reports/{report.uid}/bulletin")
    assert "特别重大，直报省和部：死亡失踪 11 人，到了 10 人" in shown
    assert "&lt;b&gt;石门村" in shown
    text = await officer.open(f"/console/reports/{report.uid}/bulletin?text=1")
    assert "报送单位：青崖县值班室" in text
    assert "六、伤亡和损失：因灾死亡人口 6 人，因灾失踪人口 5 人" in text
    assert "十、请求支援的事项：" in text
    assert "国家自然灾害救助应急预案 2011" in text


async def test_a_county_writes_its_own_number_with_its_paper(world: World, officer: Browser) -> None:
    await officer.send("/console/sign-out")
    await officer.sign_in("leader")
    await officer.open("/console/report-deadlines")
    await officer.send("/console/report-deadlines", do="limit", name="lives", amount="很多", basis="县预案")
    assert (officer.status, "请写一个大于 0 的数，例如 10" in officer.text) == (422, True)
    await officer.send("/console/report-deadlines", do="limit", name="lives", amount="3", basis="")
    assert "请写依据的是哪份文件" in officer.text
    await officer.send("/console/report-deadlines", do="limit", name="lives", amount="3", basis="青崖县预案 2026")
    assert "青崖县预案 2026" in officer.text
    await world.say("chen", "石门村死亡3人")
    assert "死亡失踪 3 人，到了 3 人" in (await world.phone("sun"))[-1]
