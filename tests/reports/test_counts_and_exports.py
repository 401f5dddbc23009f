"""What the desk's pages count is the county's, and the town's, not the page's; an export says where it ends; and a
report is placed, and joined, only where its officer answers."""

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.ids import uuid7
from bot.record.models import Entry
from handlers.console.reports.reports import EXPORTED, PAGE
from handlers.reports.models import Report, State
from tests.console.browser import Browser, browser
from tests.places import area
from tests.reports.desk import incident, reports
from tests.reports.test_at_the_desk import officer, server  # noqa: F401 - fixtures
from tests.world import World


async def many(world: World, count: int, mark: str = "M", **more: Any) -> None:
    """The first report, so many times again."""
    (first, *_) = await reports(world)
    kept, at = first.model_dump(exclude={"id", "key"}) | more, world.clock.now()
    made = [
        kept | {"uid": uuid7(at), "thread": uuid7(at), "number": f"QY0712-{mark}{number}"} for number in range(count)
    ]
    async with world.deps.begin() as session:
        await session.execute(sa.insert(Report), made)


async def rows(desk: Browser, path: str) -> list[list[Any]]:
    async with desk.client.get(path) as answer:
        return CalamineWorkbook.from_filelike(BytesIO(await answer.read())).get_sheet_by_index(0).to_python()


async def last_export(world: World) -> dict[str, Any]:
    async with world.deps.read() as session:
        wanted = select(Entry.detail).where(col(Entry.action) == "reports.exported").order_by(col(Entry.id).desc())
        detail = (await session.execute(wanted.limit(1))).scalar_one()
    return {name: value for name, value in detail.items() if name != "salt"}


async def test_all_that_wait_are_counted_whatever_is_listed(
    world: World,
    officer: Browser,  # noqa: F811
    server: TestServer,  # noqa: F811
) -> None:
    await world.say("li", "两间房塌了")
    await many(world, PAGE + 30)
    await many(world, 3, "E", area_id=await area(world, "石门村"))
    for tab in ("", "?state=filed", "?state=confirmed", "?state=returned"):
        assert f"共 {PAGE + 34} 份待核实" in await officer.open(f"/console/reports{tab}"), tab
    async with browser(server) as town:
        await town.sign_in("town")
        assert f"共 {PAGE + 31} 份待核实" in await town.open("/console/reports?state=confirmed")


async def test_the_gravest_presses_however_many_are_newer(world: World, officer: Browser) -> None:  # noqa: F811
    await world.say("chen", "石门村死亡6人，失踪5人")
    (grave,) = await reports(world)
    await many(world, PAGE + 1, values={}, words="两间房塌了")
    for tab in ("", "?state=confirmed"):
        assert f"特别重大，直报省和部：{grave.number}" in await officer.open(f"/console/reports{tab}"), tab


async def test_an_incidents_sheet_holds_all_its_reports(world: World, officer: Browser) -> None:  # noqa: F811
    await world.say("li", "两间房塌了")
    (first,) = await reports(world)
    uid = await incident(officer, first, "7·12 暴雨")
    await many(world, EXPORTED + 1, incident_id=None)
    assert [row[0] for row in await rows(officer, f"/console/reports.xlsx?incident={uid}")][1:] == [first.number]
    assert await last_export(world) == {"count": 1}
    assert len(await rows(officer, f"/console/reports.xlsx?incident={uid[::-1]}")) == 1


async def test_a_sheet_that_is_cut_says_so(world: World, officer: Browser) -> None:  # noqa: F811
    await world.say("li", "两间房塌了")
    await many(world, EXPORTED)
    found = await rows(officer, "/console/reports.xlsx")
    assert len(found) == EXPORTED + 2
    assert found[-1][0].startswith(f"没有导全：一次最多导 {EXPORTED} 份")
    assert await last_export(world) == {"count": EXPORTED, "cut": True}
    async with officer.client.get("/console/reports.geojson") as answer:
        told = await answer.json(content_type=None)
    assert told["note"].startswith("没有导全")
    assert len(told["features"]) == EXPORTED


@pytest.mark.parametrize(("place", "status"), [("石门村", 403), ("青崖县", 403), ("上坪村", 200)])
async def test_a_report_is_placed_only_where_its_officer_answers(
    world: World,
    server: TestServer,  # noqa: F811
    place: str,
    status: int,
) -> None:
    await world.say("li", "五户十二人转移，没人伤")
    (first,) = await reports(world)
    async with browser(server) as town:
        await town.sign_in("town")
        await town.open(f"/console/reports/{first.uid}")
        await town.send(f"/console/reports/{first.uid}", do="follow")
        draft = town.where
        await town.send(draft, do="send", words="核定", area=str(await area(world, place)))
        assert town.status == status
    assert (await reports(world))[1].area_id == (await area(world, place if status == 200 else "柳湾村"))


async def test_a_report_is_joined_only_into_what_its_officer_sees(
    world: World,
    officer: Browser,  # noqa: F811
    server: TestServer,  # noqa: F811
) -> None:
    await world.say("chen", "三间房塌了")
    await world.say("li", "两间房塌了")
    other, mine = await reports(world)
    uid = await incident(officer, other, "石门乡的事")
    async with browser(server) as town:
        await town.sign_in("town")
        for wanted in (uid, uid[::-1]):
            await town.open(f"/console/reports/{mine.uid}")
            await town.send(f"/console/reports/{mine.uid}", do="join", incident=wanted, name="别的名字")
            assert town.status == 404
        await officer.open(f"/console/reports/{mine.uid}")
        await officer.send(f"/console/reports/{mine.uid}", do="join", incident=uid)
        await town.open(f"/console/reports/{mine.uid}")
        await town.send(f"/console/reports/{mine.uid}", do="join", incident=uid)
        assert town.status == 200
    assert {one.state for one in await reports(world)} == {State.filed}
