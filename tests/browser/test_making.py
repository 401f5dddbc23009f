"""A pack that takes long: the page says that it is being made and takes no second press, until the browser has it."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.async_api import expect
from sqlmodel import col

from bot.record.models import Entry
from handlers.console.figures.evidence import MADE, ONE_AT_A_TIME
from tests.both_ways import both_ways
from tests.browser.chromium import opened
from tests.browser.lived_in import at_the_desk, somebody_who_may_do_all
from tests.figures.counting import newest_alert

pytestmark = pytest.mark.browser
TELLS = """() => new MutationObserver(() => seen(document.getElementById("making").textContent,
  [...document.querySelectorAll("form[data-making] button")].every(one => one.disabled)))
  .observe(document.getElementById("making"), {childList: true})"""  # while the press is under way, a locator waits


async def test_who_waits_for_a_pack_sees_that_it_is_being_made_and_presses_once(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both, opened() as browser:
        await somebody_who_may_do_all(both)
        await both.world.issue(places=("柳湾镇",))
        page = await at_the_desk(both, browser)
        await page.goto(f"{both.web}/console/alerts/{(await newest_alert(both.world)).uid}/evidence")
        pdf = page.get_by_role("button", name="做成 PDF")
        waits = asyncio.Event()

        def seen(text: str, locked: bool) -> None:
            if "不用再按" in text and locked:
                waits.set()

        await page.expose_function("seen", seen)
        await page.evaluate(TELLS)
        async with page.expect_download() as coming:
            await both.app[ONE_AT_A_TIME].acquire()  # another's is being made
            await pdf.click(no_wait_after=True)
            async with asyncio.timeout(20):
                await waits.wait()
            both.app[ONE_AT_A_TIME].release()
        assert (await coming.value).suggested_filename.endswith(".pdf")
        await expect(page.get_by_text("做好了，在浏览器的下载里")).to_be_visible()
        await expect(pdf).to_be_enabled()
        async with both.world.deps.read() as session:
            made = sa.select(sa.func.count()).where(col(Entry.action) == MADE)
            assert await session.scalar(made) == 1
