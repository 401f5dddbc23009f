"""Coming in, going out, and who is kept out."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from sqlmodel import col

from bot.access.models import User
from bot.access.users import first_start_link
from handlers.console.sign_in import local
from tests.console.browser import PASSWORD, Browser, add, browser
from tests.world import World


@pytest.fixture
async def stranger(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        yield made


async def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(stranger: Browser) -> None:
    await stranger.open("/console/alerts?grade=red")
    assert stranger.where.startswith("/console/sign-in?next=")
    await stranger.sign_in("officer", next="/console/alerts?grade=red")
    assert stranger.where == "/console/alerts?grade=red"


async def test_the_front_door_leads_to_the_console(stranger: Browser) -> None:
    await stranger.open("/")
    assert stranger.where.startswith("/console/sign-in")


async def test_signing_out_ends_the_session(officer: Browser) -> None:
    await officer.open("/console/")
    await officer.send("/console/sign-out")
    await officer.open("/console/")
    assert officer.where.startswith("/console/sign-in")


async def test_a_wrong_password_and_an_unknown_name_are_told_the_same(stranger: Browser) -> None:
    one = await stranger.sign_in("officer", "wrong")
    assert stranger.status == 401
    assert "登录名或密码不对" in one
    assert (await stranger.sign_in("nobody", "wrong")).replace("nobody", "officer") == one


async def test_guessing_has_to_wait_by_name_and_by_address(world: World, stranger: Browser) -> None:
    for n in range(5):
        await stranger.sign_in(f"guess{n}", "wrong")
    await stranger.sign_in("officer")
    assert stranger.status == 429
    assert "请等" in stranger.text
    world.clock.turn(60)
    await stranger.sign_in("officer")
    assert stranger.where == "/console/"


async def test_a_session_is_over_after_half_a_day_without_a_look(world: World, officer: Browser) -> None:
    await officer.open("/console/")
    assert officer.where == "/console/"
    world.clock.turn(timedelta(hours=12, minutes=1).total_seconds())
    await officer.open("/console/")
    assert officer.where.startswith("/console/sign-in")


async def test_the_cookie_is_the_consoles_alone(server: TestServer, stranger: Browser) -> None:
    data = {"name": "officer", "password": "a long enough one"}
    async with stranger.client.post("/console/sign-in", data=data, allow_redirects=False) as response:
        kept = response.headers["Set-Cookie"]
    assert response.status == 303
    assert all(part in kept for part in ("HttpOnly", "SameSite=Lax", "Path=/console"))


async def test_a_one_time_password_is_changed_first(world: World, stranger: Browser) -> None:
    await add(world.deps, "new", must_change=True)
    await stranger.sign_in("new")
    assert stranger.where == "/console/password"
    await stranger.open("/console/held")
    assert stranger.where == "/console/password"
    old = "a long enough one"
    assert "两次写的不一样" in await stranger.send("/console/password", old=old, new="12345678", again="12345679")
    assert "太短" in await stranger.send("/console/password", old=old, new="123", again="123")
    assert "原来的密码不对" in await stranger.send("/console/password", old="no", new="12345678", again="12345678")
    await stranger.send("/console/password", old=old, new="12345678", again="12345678")
    assert stranger.where == "/console/"


async def test_the_first_administrators_link_works_once(world: World, stranger: Browser) -> None:
    async with world.deps.read() as session:
        link = await first_start_link(session, world.deps.settings, world.clock.now())
    assert link is not None
    path = "/console" + link.split("/console", 1)[1]
    assert "设置管理员密码" in await stranger.open(path)
    await stranger.send(path, new="12345678", again="12345678")
    assert stranger.where == "/console/"
    assert "admin" in stranger.text
    await stranger.open(path)
    assert stranger.status == 410
    await stranger.open("/console/first/forged")
    assert stranger.status == 404


@pytest.mark.parametrize(
    "onward", ["https://example.org/", "//example.org", "/\\example.org", "/console/\\\\x", "javascript:x", "", "/api"]
)
def test_nobody_is_led_elsewhere(onward: str) -> None:
    assert local(onward) == "/console/"


async def test_a_hash_of_other_parameters_is_renewed_when_the_password_was_right(
    world: World, stranger: Browser
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    async with world.deps.begin() as session:
        await session.execute(sa.update(User).where(col(User.name) == "officer").values(password_hash=old))
    await stranger.sign_in("officer", "wrong")
    assert await _hash(world) == old
    await stranger.sign_in("officer")
    assert stranger.where == "/console/"
    new = await _hash(world)
    assert not PasswordHasher().check_needs_rehash(new)
    await stranger.sign_in("officer")
    assert await _hash(world) == new


async def _hash(world: World) -> str:
    async with world.deps.read() as session:
        return (
            await session.execute(sa.select(col(User.password_hash)).where(col(User.name) == "officer"))
        ).scalar_one()
