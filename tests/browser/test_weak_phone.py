"""The informant's night on a cheap phone with a weak signal: she answers, begins a report, loses all that her phone has
kept, and finds her words again; a photograph goes with them."""

import time
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect
from sqlmodel import col, select

from handlers.reports.models import Report, State
from tests.both_ways import BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.desk import PHONE, faults
from tests.browser.phones import Weighed
from tests.reports.test_pictures_on_the_form import photo

pytestmark = pytest.mark.browser
FIRST_LOAD = 20 * 1024  # bytes on the wire, compressed, redirects and all
WEAK = {"offline": False, "latency": 300, "downloadThroughput": 16_000, "uploadThroughput": 8_000}  # ms, bytes a second
PATIENCE = 15.0  # seconds until she can answer
WORDS, GROUP = "三组垮坡，路断了，没人伤", "三组"


async def cheap(both: BothWays, browser: Browser) -> Page:
    """Li's phone, small and slow."""
    context = await browser.new_context(
        locale="zh-CN", viewport={"width": PHONE, "height": 640}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    await page.goto(f"{both.world.base}/phones/li")
    return page


async def touched(both: BothWays, page: Page, wait_until: Literal["commit", "load"] = "load") -> None:
    """The newest link in her chat, as a finger opens it."""
    link = await page.locator(".bubble a").last.get_attribute("href")
    await page.goto(f"{both.world.base}{link}", wait_until=wait_until)


async def weak(page: Page) -> None:
    """As on the edge of an old network."""
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.emulateNetworkConditions", WEAK)


async def answered(both: BothWays, page: Page) -> None:
    """Her page opens from the message for the first time; one touch, and the answer counts."""
    weighed = Weighed()
    await weighed.watch(page)
    await weak(page)
    begun = time.monotonic()
    await touched(both, page, wait_until="commit")
    touch = page.get_by_role("button", name="收到").first
    await touch.wait_for()
    assert time.monotonic() - begun < PATIENCE
    await page.wait_for_load_state("networkidle")
    assert 1_000 < weighed.bytes <= FIRST_LOAD
    assert await faults(page) == []
    await touch.click()
    await expect(page.locator("h1")).to_contain_text("收到了：1 收到")


async def begun(both: BothWays, page: Page) -> str:
    """Half a report, kept by the county while she types; its address."""
    await page.goto(f"{both.web}/h5/report?by=wecom")
    await page.get_by_role("button", name="报一件新的").click()
    await page.get_by_label("出了什么事").fill(WORDS)
    await page.get_by_label("哪个组").fill(GROUP)
    await expect(page.locator("[data-kept]")).to_contain_text("已存到县里")
    return page.url


async def wiped(both: BothWays, page: Page) -> None:
    """Nothing of ours is left on her phone. WeChat still knows whose it is, and shows the message."""
    await page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    await page.context.clear_cookies()
    await page.goto(f"{both.world.base}/phones/li")
    await touched(both, page)


async def test_she_answers_and_her_words_outlive_the_phones_memory(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both, opened() as browser:
        await both.world.issue()
        page = await cheap(both, browser)
        await answered(both, page)
        address = await begun(both, page)
        await wiped(both, page)
        await page.goto(f"{both.web}/h5/report?by=wecom")
        await page.get_by_role("link", name="补充、改正").click()
        await expect(page).to_have_url(address)
        assert await page.get_by_label("出了什么事").input_value() == WORDS
        assert await page.get_by_label("哪个组").input_value() == GROUP
        picture = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        await page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
        await page.get_by_role("button", name="报上去").click()
        await expect(page.locator("main")).to_contain_text("报上去了")
        await expect(page.locator("main")).to_contain_text("已有 1 张图片")
        assert await faults(page) == []
        async with both.world.deps.read() as session:
            report = (await session.execute(select(Report).order_by(col(Report.id).desc()))).scalars().first()
    assert report is not None
    assert (report.words, report.group, report.state) == (WORDS, GROUP, State.filed)
