"""The officer's night in one tab: a warning that came on paper goes out, a call is worked by touch, and a name vanishes
from the board while nobody touches the page."""

import re

import pytest
import sqlalchemy as sa
from playwright.async_api import Locator, Page, expect

from broadcasts.answers.models import Said
from tests.browser.desk import Desk, line_of
from tests.browser.test_desk import PASTED
from tests.stories.answering import Desk as Answers

pytestmark = pytest.mark.browser
MARK = "() => { window.untouched = true; }"
NAMES = ".urgent b"


async def with_telephones(desk: Desk) -> None:
    async with desk.world.deps.begin() as session:
        await session.execute(
            sa.text("UPDATE person SET phone_sealed = :p"), {"p": desk.world.deps.vault.seal("000-0009")}
        )


async def pasted_and_sent(desk: Desk) -> None:
    """Paste, check, and send with the county's first character; the board opens."""
    await desk.go("/console/paste")
    await desk.page.get_by_label("预警原文").fill(PASTED)
    for _ in ("check", "send", "sent"):
        if await desk.page.get_by_label("县名").count():
            await desk.page.get_by_label("县名").fill("青")
        await desk.page.locator("main form button.button:not(.plain)").last.click()
    await expect(desk.page).to_have_url(re.compile("/console/alerts/"))
    await desk.world.work()


async def gone(desk: Desk, name: Locator) -> None:
    """The wire tells the page; nobody loads it again."""
    for _ in range(100):
        desk.world.clock.turn(0.5)
        await desk.page.wait_for_timeout(20)
        if await name.count() == 0:
            break
    await expect(name).to_have_count(0)
    assert await untouched(desk.page)


async def untouched(page: Page) -> bool:
    return bool(await page.evaluate("window.untouched"))


async def test_from_the_paper_to_the_last_name(desk: Desk) -> None:
    await with_telephones(desk)
    await desk.width(1440)
    await desk.sign_in()
    await pasted_and_sent(desk)
    board, page = desk.page.url.removeprefix(desk.base), desk.page
    assert PASTED in (await desk.world.phone("li"))[-1]
    await desk.go(board)
    await expect(page.locator(NAMES, has_text="李秀英")).to_have_count(1)
    await desk.go(f"{board}/calls")
    line = line_of(page, "周秀兰")
    await expect(line.locator("a[href^='tel:']")).to_have_count(1)
    await line.get_by_role("button", name="接通，没说清").click()
    await expect(line_of(page, "周秀兰")).to_contain_text("接通")  # reached, and has not answered
    await line_of(page, "周秀兰").get_by_role("button", name="收到", exact=True).click()
    await expect(line_of(page, "周秀兰")).to_have_count(0)
    await desk.go(board)
    await expect(page.locator("main")).to_contain_text("1/5")
    await page.evaluate(MARK)
    answers = Answers(desk.world)
    for key, name in (("li", "李秀英"), ("wang", "王建国")):
        await answers.say(key, Said.received)
        await gone(desk, page.locator(NAMES, has_text=name))
    await expect(page.locator("main")).to_contain_text("3/5")
    assert await desk.faults() == []
    assert desk.wrong == []
