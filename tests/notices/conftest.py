"""A desk with everybody whom a notice passes: who writes, who approves, who only looks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, select

from bot.access import sessions
from bot.access.models import Role, Scope, User, UserRole
from bot.access.tokens import add_token
from bot.app import create_app
from bot.directory.models import Area, Person
from bot.ids import uuid7
from broadcasts.notices.models import Notice
from tests.console.browser import Browser
from tests.world import PLACES, World

WHO = {
    "writer": (Role.officer,),
    "other": (Role.officer,),
    "chief": (Role.approver,),
    "looker": (Role.viewer,),
}
APPROVER = "孙和平"


@dataclass
class Room:
    world: World
    server: TestServer
    desks: dict[str, Browser]
    token: dict[str, str]

    def __getitem__(self, name: str) -> Browser:
        return self.desks[name]

    async def notice(self, uid: str = "") -> Notice:
        """The newest, or the one of this uid."""
        wanted = select(Notice).order_by(col(Notice.id).desc()).limit(1)
        if uid:
            wanted = select(Notice).where(col(Notice.uid) == uid)
        async with self.world.deps.read() as session:
            return (await session.execute(wanted)).scalar_one()

    async def url(self) -> str:
        return f"/console/notices/{(await self.notice()).uid}"

    async def enter(self, name: str, *roles: Role, place: str = "") -> Browser:
        """Somebody else signs in."""
        area = None
        if place:
            async with self.world.deps.read() as session:
                wanted = select(Area.id).where(col(Area.code) == PLACES[place][0])
                area = (await session.execute(wanted)).scalar_one()
        at = self.world.clock.now()
        async with self.world.deps.begin() as session:
            user = User(uid=uuid7(at), name=name, password_hash="-", must_change=False, area_id=area)
            session.add(user)
            await session.flush()
            session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
            opened = await sessions.sign_in(session, user, at)
        jar = CookieJar(unsafe=True)
        jar.update_cookies({sessions.COOKIE: opened.cookie}, self.server.make_url("/"))
        self.desks[name] = Browser(TestClient(self.server, cookie_jar=jar))
        return self.desks[name]

    async def ask(self, method: str, path: str, token: str = "read", **more: Any) -> tuple[int, Any]:
        """As a machine; the body of JSON, or the bytes."""
        headers = {"Authorization": f"Bearer {self.token[token]}"} if token else {}
        headers |= more.pop("headers", {})
        async with (
            ClientSession() as http,
            http.request(method, self.server.make_url(path), headers=headers, **more) as got,
        ):
            return got.status, await got.json(content_type=None) if "json" in got.content_type else await got.read()


@pytest.fixture
async def room(world: World) -> AsyncIterator[Room]:
    at = world.clock.now()
    async with world.deps.begin() as session:
        token = {s.value: await add_token(session, s.value, s, by="cli", at=at) for s in (Scope.notices, Scope.read)}
    server = TestServer(create_app(world.deps))
    async with server:
        made = Room(world, server, {}, token)
        for name, roles in WHO.items():
            await made.enter(name, *roles)
        async with world.deps.begin() as session:
            chief = sa.select(col(Person.id)).where(col(Person.name) == APPROVER).scalar_subquery()
            await session.execute(sa.update(User).where(col(User.name) == APPROVER).values(person_id=None))
            await session.execute(sa.update(User).where(col(User.name) == "chief").values(person_id=chief))
        yield made
        for browser in made.desks.values():
            await browser.client.session.close()
