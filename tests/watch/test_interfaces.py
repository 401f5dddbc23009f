"""WeCom's base frequency: what we called is counted, shown beside what is allowed, and told before it is used up."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col
from yarl import URL

from bot.access.models import Role
from bot.channels.wecom_app.cards import UPDATE, interfaces
from bot.deps import DEPS
from bot.wechat.called import CALLED
from bot.wechat.frequency import OF_ALL
from bot.wechat.models import InterfaceCall
from broadcasts.dispatch.planning.interfaces import interfaces as uses
from handlers.wechat.counting import KEPT, interfaces_counted, write_down
from tests.console.browser import add, browser, console
from tests.contracts.test_interfaces import Desk
from tests.servers import Postgres
from tests.stories import test_customer_groups as customers
from tests.watch.looking import kinds, look, said
from tests.world import World, small_world

LISTED, READ, ADDED = (f"externalcontact/{name}" for name in ("groupchat/list", "groupchat/get", "add_msg_template"))
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


async def called(world: World, seconds: float = 60.0) -> dict[str, int]:
    """By interface."""
    await write_down(world.deps, world.clock.now())
    async with world.deps.read() as session:
        found = await uses(session, world.deps.settings, world.clock.now())
    return {use.subject: use.used for use in found if use.quota.seconds == seconds}


@pytest.mark.parametrize("database", BOTH)
async def test_what_web_and_worker_called_is_counted_by_interface(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if database == "postgres" else None
    async with customers.opened(tmp_path, server.fresh() if server else "") as world:
        CALLED.taken(world.base)
        assert await called(world) == {OF_ALL: 0}
        await customers.settled(world)
        await world.issue(places=("柳湾村",))
        found = await called(world)
        assert {name: found[name] for name in (LISTED, READ, ADDED)} == {LISTED: 1, READ: 2, ADDED: 1}
        assert not [name for name in found if name.endswith("/send")]  # messages do not count there
        assert found[OF_ALL] == sum(number for name, number in found.items() if name != OF_ALL)
        world.clock.turn(61)
        assert (await called(world))[READ] == 0
        assert (await called(world, 3600.0))[READ] == 2
        world.clock.turn(KEPT.total_seconds())
        CALLED.note(url(world))
        await called(world)
        async with world.deps.read() as session:
            assert await session.scalar(sa.select(sa.func.count()).select_from(InterfaceCall)) == 1


async def test_what_could_not_be_written_is_counted_with_the_next_and_the_rest_at_the_end(tmp_path: Path) -> None:
    async with small_world(tmp_path) as world:
        CALLED.taken(world.base)
        CALLED.note(url(world))
        await refuse(world, True)
        with pytest.raises(sa.exc.DBAPIError):
            await write_down(world.deps, world.clock.now())
        await refuse(world, False)
        app = web.Application()
        app[DEPS] = world.deps
        async with asynccontextmanager(interfaces_counted)(app):
            CALLED.note(url(world))
        async with world.deps.read() as session:
            assert await session.scalar(sa.select(sa.func.sum(col(InterfaceCall.calls)))) == 2


async def refuse(world: World, refused: bool) -> None:
    """As a full database does."""
    refusal = "BEFORE INSERT ON interface_call BEGIN SELECT RAISE(ABORT, 'full'); END"
    async with world.deps.begin() as session:
        await session.execute(sa.text(f"CREATE TRIGGER full {refusal}" if refused else "DROP TRIGGER full"))


async def test_four_fifths_are_told_and_past_the_number_it_is_bad(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"wecom_base_minute": "10"}) as world:
        CALLED.taken(world.base)
        for number, found in ((7, []), (1, ["interface_often"]), (2, ["interface_often"])):
            for _ in range(number):
                CALLED.note(url(world))
            await write_down(world.deps, world.clock.now())
            await look(world, "interfaces")
            assert await kinds(world) == found
        assert "企业微信“看一个客户群”这一分钟调了 100%（10/10）" in await said(world)
        assert any("看一个客户群" in text for text in await world.phone("liu"))
        world.clock.turn(61)
        await look(world, "interfaces")
        assert await kinds(world) == []


async def test_the_page_shows_what_is_used_of_what_is_allowed_and_says_what_nobody_knows(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"wecom_base_minute": "10"}) as world:
        CALLED.taken(world.base)
        for _ in range(9):
            CALLED.note(url(world))
        await write_down(world.deps, world.clock.now())
        await add(world.deps, "root", Role.admin)
        async with console(world.deps) as server, browser(server) as admin:
            await admin.sign_in("root")
            page = await admin.open("/console/watch")
        rows = [row for row in page.split("<tr>") if "看一个客户群" in row]
        assert ["9/10 次" in rows[0], "9/150,000 次" in rows[1]] == [True, True]
        assert 'class="silent"' in rows[0]
        assert "9/20,000 次" in page
        assert "人次，上限没有告诉我们" in page  # the account cap is the administrator's to tell
        assert "别的系统也在调的，我们看不到" in page


async def test_a_number_that_the_county_was_given_is_kept() -> None:
    desk = Desk(interfaces(20, 1000))
    desk.issue(30, UPDATE)
    assert await desk.work(0) == 18  # the rest is kept for red
    assert await desk.work(61) == 12


def url(world: World) -> URL:
    return URL(f"{world.base}/cgi-bin/{READ}?access_token=t", encoded=True)
