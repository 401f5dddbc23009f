"""Several who tell of one event: proposed, joined by one button, and every one of them hears of it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.access.models import Role
from handlers.reports.models import Incident
from handlers.wechat.models import Platform
from tests.console.browser import Browser, add, browser, console
from tests.places import area
from tests.reports.desk import reports
from tests.world import World


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "shimen", Role.officer, area=await area(world, "石门乡"))
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


async def there(world: World, who: str, lon: float, lat: float) -> None:
    await world.say(who, kind="location", Location_X=str(lat), Location_Y=str(lon), Label="")


async def test_one_button_joins_what_is_one_and_all_reporters_hear(world: World, officer: Browser) -> None:
    await world.say("li", "三组滑坡，路断了")
    await world.say("wang", "三组山体滑坡，没人伤")
    await world.say("chen", "石门村滑坡")
    one, two, other = await reports(world)
    shown = await officer.open(f"/console/reports/{two.uid}")
    card = shown.split("像是同一件事")[1].split("</section>")[0]
    assert (one.number in card, other.number in card) == (True, False)
    await officer.send(f"/console/reports/{two.uid}", do="together", name="柳湾滑坡", **{"with": one.uid})
    assert "已告诉报的人" in officer.text
    await world.work()
    assert (await world.phone("li"))[-1] == "QY0712-001 已并入“柳湾滑坡”，一起处理。"
    assert (await world.phone("wang"))[-1] == "QY0712-002 已并入“柳湾滑坡”，一起处理。"
    one, two, other = await reports(world)
    assert one.incident_id == two.incident_id is not None
    assert other.incident_id is None
    assert "像是同一件事" not in await officer.open(f"/console/reports/{one.uid}")


async def test_the_list_proposes_too_and_a_third_goes_into_the_same(world: World, officer: Browser) -> None:
    await world.say("li", "三组滑坡，路断了")
    await world.say("wang", "三组山体滑坡，没人伤")
    one, two = await reports(world)
    shown = await officer.open("/console/reports")
    assert "2 份并成一件：柳湾镇柳湾村滑坡（7月12日）" in shown
    await officer.send(f"/console/reports/{one.uid}", do="together", name="柳湾镇柳湾村滑坡", **{"with": two.uid})
    assert "份并成一件" not in await officer.open("/console/reports")
    await world.say("oReader1", "柳湾村三组滑坡了", platform=Platform.oa)
    *_, three = await reports(world)
    await officer.open(f"/console/reports/{three.uid}")
    await officer.send(f"/console/reports/{three.uid}", do="together", **{"with": one.uid})
    rows = await reports(world)
    assert len({row.incident_id for row in rows}) == 1
    async with world.deps.read() as session:
        assert len((await session.execute(select(Incident))).scalars().all()) == 1


@pytest.mark.parametrize(
    ("apart", "later", "words", "proposed"),
    [
        (0.01, 0, "上坪村滑坡", True),  # a kilometre, another village
        (0.05, 0, "上坪村滑坡", False),  # five
        (0.01, 70, "上坪村滑坡", False),
        (0.01, 0, "上坪村下冰雹，庄稼打了", False),  # another danger
    ],
)
async def test_within_an_hour_and_two_kilometres(
    world: World, officer: Browser, apart: float, later: int, words: str, proposed: bool
) -> None:
    await world.say("li", "三组滑坡")
    await there(world, "li", 103.5, 27.5)
    world.clock.turn(later * 60)
    await world.say("zhou", words)
    await there(world, "zhou", 103.5 + apart, 27.5)
    await officer.sign_in("officer")
    assert ("份并成一件" in await officer.open("/console/reports")) is proposed


async def test_who_sees_one_town_joins_nothing_of_another(world: World, server: TestServer) -> None:
    await world.say("chen", "石门村滑坡")
    await there(world, "chen", 103.5, 27.5)
    await world.say("zhou", "上坪村滑坡")
    await there(world, "zhou", 103.501, 27.5)
    one, two = await reports(world)
    async with browser(server) as town:
        await town.sign_in("shimen")
        assert "份并成一件" not in await town.open("/console/reports")
        await town.open(f"/console/reports/{one.uid}")
        assert two.number not in town.text
        await town.send(f"/console/reports/{one.uid}", do="together", name="滑坡", **{"with": two.uid})
    assert [row.incident_id is None for row in await reports(world)] == [False, True]


async def test_who_is_parted_hears_it_and_who_cannot_be_told_is_said(world: World, officer: Browser) -> None:
    await world.say("li", "三组滑坡")
    await world.say("oReader1", "柳湾村三组滑坡了", platform=Platform.oa)
    one, two = await reports(world)
    world.clock.turn(49 * 3600)
    await officer.open("/console/")
    await officer.sign_in("officer")
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="together", name="柳湾滑坡", **{"with": two.uid})
    assert "没有能告诉报的人" in officer.text  # the account's window is closed
    await officer.send(f"/console/reports/{one.uid}", do="part")
    await world.work()
    assert (await world.phone("li"))[-1] == "QY0712-001 已从“柳湾滑坡”里分出来，单独处理。"


async def test_everybody_on_a_thread_hears_of_the_incident(world: World, officer: Browser) -> None:
    await world.say("li", "三组滑坡")
    await world.say("wang", "续报 QY0712-001 没人伤")
    one, _ = await reports(world)
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="join", name="柳湾滑坡")
    await world.work()
    assert "已并入“柳湾滑坡”" in (await world.phone("li"))[-1]
    assert "QY0712-002 已并入“柳湾滑坡”" in (await world.phone("wang"))[-1]
