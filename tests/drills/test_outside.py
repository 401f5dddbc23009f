"""What others see of drills: a machine by its token, a participant by asking, another database."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import TypeAdapter
from sqlmodel import col, select

from bot.access.models import Role, Scope
from bot.app import create_app
from bot.commands.ticks import TICKS
from bot.ticker import run_due
from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.texts.marks import MARK
from drills.drills.models import InjectState, Stage
from handlers.api.drill_shapes import DrillPage
from tests.both_ways import both_ways
from tests.console.browser import add, browser, console
from tests.drills.playing import drilled, local
from tests.roof.test_shapes import token
from tests.servers import Postgres
from tests.world import World, small_world


async def test_a_machine_reads_what_a_drill_came_to_and_nothing_of_a_blind_one(world: World) -> None:
    blind, played = await drilled(world, blind=True), await drilled(world)
    await played.begin()
    await played.do("end")
    app = create_app(world.deps)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/api/v1/drills", headers=await token(world, Scope.read))
        page = await answer.json()
    TypeAdapter(DrillPage).validate_python(page)
    (one,) = page["items"]
    assert one["id"] == played.uid != blind.uid
    assert one["name"] == f"{MARK}柳湾镇山洪演练{MARK}"
    assert (one["people"], one["told"], one["asked"], one["answered"], one["silent"]) == (3, 3, 3, 0, 3)


async def test_a_drill_is_no_warning_to_a_machine(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    app = create_app(world.deps)
    async with TestClient(TestServer(app)) as client:
        headers = await token(world, Scope.read)
        page = await (await client.get("/api/v1/warnings", headers=headers)).json()
        assert page["items"] == []
        sent = await client.get(f"/api/v1/broadcasts/{(await played.lines())[0].broadcast_id}", headers=headers)
        body = await sent.json()
        assert (body["drill"], body["purpose"]) == (True, "drill")
        assert (await client.get(f"/api/v1/warnings/{body['alert_id']}", headers=headers)).status == 404
        assert MARK not in await (await client.get("/feeds/cap.atom")).text()


async def test_whoever_takes_part_asks_what_comes(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        starts = local(both.world, "2026-07-13T09:20")
        await (await drilled(both.world, starts_at=starts)).announce()
        await (await drilled(both.world, starts_at=starts, blind=True, name="夜里的演练")).announce()
        assert await both.type("li", "演练") == f"{MARK}柳湾镇山洪演练：明天上午9:20开始，柳湾镇\n{MARK}"
        assert await both.type("chen", "有演练吗") == "没有排到您的演练。"


@pytest.mark.postgres
async def test_a_drill_runs_on_the_other_database_too(tmp_path: Path, postgres_server: Postgres) -> None:
    async with small_world(tmp_path, postgres_server.fresh()) as world:
        played = await drilled(world)
        await played.begin()
        await world.issue(places=("柳湾村",))
        assert (await played.now()).state is Stage.paused
        await played.do("resume")
        await world.forward(minutes=21)
        assert [one.state for one in await played.lines()] == [InjectState.sent, InjectState.sent]
        await played.do("end")
        assert (await world.phone("li"))[-1].startswith(f"{MARK}演练结束")


async def test_the_tick_plays_what_is_due(world: World) -> None:
    played = await drilled(world)
    await played.announce(sure=True)
    await played.do("start", sure=True)
    world.clock.turn(20 * 60 + 1)
    tick = [tick for tick in TICKS if tick.name == "drills.sweep"]
    assert await run_due(world.deps, tick, {}) == []
    assert [one.state for one in await played.lines()] == [InjectState.sent, InjectState.sent]


async def test_a_drills_message_has_no_page_among_the_warnings(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    async with world.deps.read() as session:
        uid = (await session.execute(select(Alert.uid).where(col(Alert.kind) == Kind.drill))).scalar_one()
    await add(world.deps, "officer", Role.officer)
    async with console(world.deps) as server, browser(server) as officer:
        await officer.open("/console/")
        await officer.sign_in("officer")
        await officer.open(f"/console/alerts/{uid}")
        assert officer.where == f"/console/drills/{played.uid}"
        assert "柳湾镇山洪演练" not in await officer.open("/console/alerts")
