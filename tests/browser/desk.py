"""The duty desk as a person sees it: the small world's console on a real server, looked at by a real browser."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, ViewportSize, expect
from sqlmodel import col

from bot.access.models import Role, User
from bot.access.passwords import hashed
from bot.access.users import add_user
from bot.app import create_app
from tests.world import World

OFFICER, ADMIN = "刘洋", "管理员"
PASSWORD = "for-tests-only-9"
PHONE, WALL = 360, 1920
LEAST = 44  # pixels of what is touched
TOUCHED = "a.button, button, select, textarea, nav a, input:not([type=hidden]):not([type=checkbox]):not([type=radio])"
SMALL = """([touched, least]) => [...document.querySelectorAll(touched)]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < least - 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""


@dataclass
class Desk:
    """`wrong` collects what the browser complains of, and every address beyond our own server."""

    world: World
    page: Page
    base: str
    shots: Path
    wrong: list[str] = field(default_factory=list)

    async def go(self, address: str) -> None:
        answer = await self.page.goto(self.base + address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)

    async def sign_in(self, name: str = OFFICER) -> None:
        await self.go("/console/sign-in")
        await self.page.locator("input[name=name]").fill(name)
        await self.page.locator("input[name=password]").fill(PASSWORD)
        await self.page.locator("main button").click()
        await expect(self.page).to_have_url(f"{self.base}/console/")

    async def width(self, pixels: int) -> None:
        await self.page.set_viewport_size(ViewportSize(width=pixels, height=844 if pixels < 760 else 1000))

    async def shot(self, name: str) -> None:
        await self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    async def faults(self) -> list[str]:
        return await faults(self.page)

    def listen(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"{message.text} {message.location.get('url', '')}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.base):
            self.wrong.append(request.url)


def line_of(page: Page, name: str) -> Locator:
    """Somebody's line on the call sheet; who could go there stands in others' lines too."""
    return page.locator(".sheet li", has=page.locator(".who b", has_text=name))


async def faults(page: Page) -> list[str]:
    """What axe finds, what is too small to touch, and whether one has to scroll sideways."""
    found = await Axe().run(page)
    said = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    said += [f"too small: {html}" for html in await page.evaluate(SMALL, [TOUCHED, LEAST])]
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return said + ([f"{wide} px too wide"] if wide > 0 else [])


@asynccontextmanager
async def sat_down(world: World, browser: Browser, folder: Path) -> AsyncIterator[Desk]:
    """SHOTS names a folder that keeps the screenshots."""
    await users(world)
    shots = Path(os.environ.get("SHOTS") or folder / "shots")
    async with TestServer(create_app(world.deps)) as server:
        page = await browser.new_page(locale="zh-CN")
        desk = Desk(world, page, str(server.make_url("")).rstrip("/"), shots)
        desk.listen()
        try:
            yield desk
        finally:
            await page.close()


async def users(world: World) -> None:
    kept, at = await hashed(PASSWORD), world.clock.now()
    async with world.deps.begin() as session:
        officer = sa.update(User).where(col(User.name) == OFFICER)
        await session.execute(officer.values(password_hash=kept, must_change=False))
        await add_user(
            session, ADMIN, [Role.admin, Role.officer], password_hash=kept, by="cli", at=at, must_change=False
        )
