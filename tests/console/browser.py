"""A browser for the console's stories: it keeps its cookie, reads the csrf field, and sends forms as people do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.access.models import Role
from bot.access.passwords import hashed
from bot.access.users import add_user
from bot.deps import DEPS, Deps
from bot.wechat.opened import opened
from handlers.console.app import add_console

PASSWORD = "a long enough one"


@dataclass
class Browser:
    """What came last is `text` and `status`; redirects are followed."""

    client: TestClient[web.Request, web.Application]
    text: str = ""
    status: int = 0
    where: str = ""

    async def open(self, path: str, **headers: str) -> str:
        async with self.client.get(path, headers=headers) as response:
            return await self._read(response)

    async def send(self, path: str, *, csrf: str | None = None, **fields: str) -> str:
        """Send a form; the csrf field is the last page's unless given."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        token = csrf if csrf is not None else (found.group(1) if found else "")
        async with self.client.post(path, data={"csrf": token, **fields}) as response:
            return await self._read(response)

    async def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> str:
        return await self.send("/console/sign-in", name=name, password=password, **fields)

    async def _read(self, response: ClientResponse) -> str:
        self.text, self.status, self.where = await response.text(), response.status, response.url.path_qs
        return self.text


@asynccontextmanager
async def console(deps: Deps) -> AsyncIterator[TestServer]:
    app = web.Application()
    app[DEPS] = deps
    app.cleanup_ctx.append(opened)
    add_console(app)
    async with TestServer(app) as server:
        assert isinstance(server, TestServer)
        yield server


@asynccontextmanager
async def browser(server: TestServer) -> AsyncIterator[Browser]:
    """Another one each time."""
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
        yield Browser(client)


async def add(deps: Deps, name: str, *roles: Role, area: int | None = None, must_change: bool = False) -> None:
    password = await hashed(PASSWORD)
    async with deps.begin() as session:
        at = deps.clock.now()
        await add_user(
            session, name, roles, password_hash=password, by="cli", at=at, area_id=area, must_change=must_change
        )
