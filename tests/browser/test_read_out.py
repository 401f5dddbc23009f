"""请播出 at three in the morning: what is read out and its button are there without a scroll, the rest is folded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from bot.directory.outlets.write import carry_out, planned
from tests.both_ways import BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.test_both_ways_pictures import as_phone
from tests.stories.test_outlets import ROWS, table

pytestmark = pytest.mark.browser
PHONES = [ViewportSize(width=390, height=844), ViewportSize(width=360, height=640)]
SECOND = "52992641600000_20260711184500"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        async with made.world.deps.begin() as session:
            seen = await planned(session, table(ROWS))
            await carry_out(session, table(ROWS), seen, partial=False, by="test", at=made.world.clock.now())
        await made.world.issue(places=("柳湾村",))
        await made.world.issue(places=("柳湾村",), identifier=SECOND)
        yield made


async def ends(page: Page, part: Locator) -> float:
    """How far down it reaches, in heights of the window."""
    box, size = await part.bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    return (box["y"] + box["height"]) / size["height"]


@pytest.mark.parametrize("size", PHONES, ids=lambda size: str(size["width"]))
async def test_what_to_read_and_the_button_are_there_without_a_scroll(both: BothWays, size: ViewportSize) -> None:
    async with opened() as browser, await browser.new_context(locale="zh-CN") as context:
        page = await as_phone(both, context, "li", "/h5/duty?by=wecom")
        await page.set_viewport_size(size)
        await page.goto(f"{both.web}/h5/outlets?by=wecom")
        first, button = page.locator(".readout").first, page.get_by_role("button", name="已播")
        assert await ends(page, first.locator("p").nth(2)) < 1  # the warning's own words
        assert await ends(page, button) <= 1
        assert await page.evaluate("document.documentElement.scrollHeight") < 1500
        await expect(first.get_by_text("再播一遍")).to_be_visible()
        await expect(first.get_by_text("播送完了")).to_be_visible()
        assert await first.get_by_text("有危险，先离开").count() == 2  # the second reading is behind one touch
        await expect(first.get_by_text("有危险，先离开").nth(1)).to_be_hidden()
        await expect(page.get_by_role("button", name="播不了")).to_have_count(0)
        await page.get_by_text("不是 2 遍，或播不了").first.click()
        await page.get_by_label("播了几遍").first.fill("3")
        await button.click()
        await expect(page.get_by_text("已播 3 遍")).to_be_visible()
        await expect(page.get_by_role("button", name="已上屏")).to_be_visible()  # the next is open now
