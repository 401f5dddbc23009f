"""Phones in a real browser: the simulator's page of each phone, and what opens from it, each in its own browser."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from tests.both_ways import BothWays
from tests.browser.desk import faults

DEADLINE = 60.0  # seconds of real time that a page is given to show what must come
LOOK = 50  # milliseconds
WIDTHS = (390, 1440)


@dataclass
class Phone:
    """`page` is the chat. `both` makes the county work while we wait."""

    both: BothWays
    name: str
    browser: BrowserContext
    page: Page

    async def sees(self, words: str) -> None:
        await waited(self.both, self.page, words)

    async def types(self, words: str) -> None:
        await self.page.locator("#say").fill(words)
        await self.page.locator("form[action$='/say'] button").click()

    async def opens(self) -> Page:
        """Touch the newest link; what opens, signed in."""
        async with self.browser.expect_page() as opening:
            await self.page.locator(".bubble a").last.click()
        page = await opening.value
        await page.wait_for_url(f"{self.both.web}/h5/**")
        await page.wait_for_load_state()
        return page


async def waited(both: BothWays, page: Page, words: str) -> None:
    """Until the page shows the words; the county works, and the page is loaded again."""
    end = time.monotonic() + DEADLINE
    while words not in await page.locator("body").inner_text():
        assert time.monotonic() < end, f"{words} did not come: {await page.locator('body').inner_text()}"
        await both.world.work()
        await page.wait_for_timeout(LOOK)
        await page.reload()


@asynccontextmanager
async def phone(both: BothWays, browser: Browser, name: str) -> AsyncIterator[Phone]:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    page = await context.new_page()
    try:
        await page.goto(f"{both.world.base}/phones/{name}")
        yield Phone(both, name, context, page)
    finally:
        await context.close()


async def looked_over(page: Page) -> list[str]:
    """What axe and a finger find wrong, at a phone's and a desk's width."""
    found = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px {page.url}: {fault}" for fault in await faults(page)]
    return found


class Weighed:
    """Bytes that a page costs on the wire, its redirects and everything it loads."""

    def __init__(self) -> None:
        self.bytes = 0

    async def watch(self, page: Page) -> None:
        session = await page.context.new_cdp_session(page)
        session.on("Network.loadingFinished", self._finished)
        await session.send("Network.enable")

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
