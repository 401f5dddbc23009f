"""A browser at the duty desk: signed in as somebody, it looks at pages, fills in their forms and presses buttons."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData, web
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access import sessions
from bot.access.models import Role, User, UserRole
from bot.deps import DEPS
from bot.directory.models import Area
from bot.ids import uuid7
from handlers.console import app as console
from handlers.console.county import advice, clips, failover, feeds, imports, robots, rules, shelters
from handlers.console.drills import rooms as drills
from handlers.console.paste import screens as paste
from handlers.console.people import account_rights, accounts
from handlers.console.warnings import upload
from tests.world import PLACES, World

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
ROOMS = (
    *(paste, imports, robots, shelters, feeds, rules, failover, clips, advice, upload, accounts, account_rights),
    *console.ROSTERS,
    *drills.ROOMS,
)


@dataclass
class Page:
    """What came back. `at` is the path at which the browser stands in the end."""

    status: int
    text: str
    at: str

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the last form in which each is."""
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Desk:
    world: World
    browser: ClientSession
    csrf: str

    async def look(self, path: str) -> Page:
        async with self.browser.get(path) as answer:
            return Page(answer.status, await answer.text(errors="replace"), answer.url.path)

    async def press(self, path: str, **fields: Any) -> Page:
        """Send a form with this browser's csrf, unless another is given; bytes go as a file."""
        form = FormData()
        for name, value in {"csrf": self.csrf, **fields}.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, bytes):
                    form.add_field(name, BytesIO(one), filename="file", content_type="application/octet-stream")
                else:
                    form.add_field(name, str(one))
        async with self.browser.post(path, data=form, allow_redirects=False) as answer:
            at = answer.headers.get("Location", answer.url.path)
            return Page(answer.status, await answer.text(), at)


@asynccontextmanager
async def desk(world: World, *roles: Role, place: str = "") -> AsyncIterator[Desk]:
    """Somebody with these roles, of the whole county or of one place, has signed in."""
    app = web.Application(client_max_size=2 * 1024 * 1024)
    app[DEPS] = world.deps
    for room in ROOMS:
        app.add_routes(room.routes)
    async with world.deps.begin() as session:
        at = world.clock.now()
        name = f"{'-'.join(roles)}{place}"
        wanted = select(Area.id).where(col(Area.code) == PLACES[place][0]) if place else None
        area = (await session.execute(wanted)).scalar_one() if wanted is not None else None
        user = User(uid=uuid7(at), name=name, password_hash="-", must_change=False, area_id=area)
        session.add(user)
        await session.flush()
        session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
        opened = await sessions.sign_in(session, user, at)
    async with TestServer(app) as server:
        jar = CookieJar(unsafe=True)
        async with ClientSession(base_url=server.make_url("/"), cookies=None, cookie_jar=jar) as browser:
            jar.update_cookies({sessions.COOKIE: opened.cookie}, server.make_url("/"))
            yield Desk(world, browser, sessions.masked(opened.csrf))
