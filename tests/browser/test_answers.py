"""A night of answers in a real browser: names vanish by themselves, help comes to the top, a call is two touches."""

import pytest
import sqlalchemy as sa
from playwright.async_api import Locator, expect

from broadcasts.answers.models import Said
from tests.browser.desk import PHONE, WALL, Desk, line_of
from tests.stories.answering import Desk as Answers

pytestmark = pytest.mark.browser
WIDTHS = (PHONE, 390, 1440, WALL)


async def red(desk: Desk) -> str:
    seal = desk.world.deps.vault.seal
    async with desk.world.deps.begin() as session:
        await session.execute(sa.text("UPDATE person SET phone_sealed = :p"), {"p": seal("000-0009")})
    got = await desk.world.issue()
    return f"/console/alerts/{got.taken[0].alert.uid}"


async def comes(desk: Desk, what: Locator, count: int) -> None:
    """Within the time that the wire and the page take by themselves."""
    for _ in range(100):
        desk.world.clock.turn(0.5)
        await desk.page.wait_for_timeout(20)
        if await what.count() == count:
            return
    raise AssertionError(f"the page stood still: {await desk.page.locator('main').inner_text()}")


async def looked_over(desk: Desk, name: str) -> dict[int, list[str]]:
    found = {}
    for width in WIDTHS:
        await desk.width(width)
        await desk.shot(f"{name}-{width}")
        if faults := await desk.faults():
            found[width] = faults
    return found


async def test_names_vanish_and_help_comes_to_the_top_by_themselves(desk: Desk) -> None:
    await desk.sign_in()
    path, answers = await red(desk), Answers(desk.world)
    await desk.go(path)
    page, name = desk.page, desk.page.locator(".urgent b", has_text="王建国")
    await expect(name).to_have_count(1)
    await answers.say("wang", Said.received)
    await comes(desk, name, 0)
    await answers.say("li", Said.help)
    await comes(desk, page.locator(".next h1", has_text="需要支援，马上打电话：柳湾村 李秀英"), 1)
    await answers.say("zhou", Said.cannot)
    await comes(desk, page.locator("h2", has_text="去不了，要换人"), 1)
    assert await looked_over(desk, "board") == {}
    await page.get_by_role("button", name="接手，马上打电话").click()
    await expect(page.locator("a[href^='tel:']")).to_have_count(1)
    for key in ("chen", "liu", "sun"):
        await answers.say(key, Said.received)
    await desk.go(path)
    await expect(page.locator("main")).to_contain_text("6/6")
    await expect(page.locator("main")).not_to_contain_text("还没有应答")
    assert desk.wrong == []


async def test_the_call_sheet_is_worked_by_touch_and_prints(desk: Desk) -> None:
    await desk.sign_in()
    path, page = await red(desk), desk.page
    await desk.go(f"{path}/calls")
    assert await looked_over(desk, "calls") == {}
    line = line_of(page, "李秀英")
    await line.get_by_role("button", name="未接").click()
    await expect(line_of(page, "李秀英")).to_contain_text("未接")
    await line_of(page, "李秀英").get_by_role("button", name="收到").click()
    await expect(line_of(page, "李秀英")).to_have_count(0)
    await page.emulate_media(media="print")
    await desk.width(794)
    await desk.shot("calls-print")
    await expect(page.locator(".sheet form").first).to_be_hidden()
    await expect(page.locator(".sheet .tel").first).to_be_visible()
    await expect(page.locator(".boxes").first).to_be_visible()
    assert desk.wrong == []


async def test_tonight_and_the_ladder_can_be_read_and_touched(desk: Desk) -> None:
    await desk.sign_in()
    await red(desk)
    await Answers(desk.world).say("li", Said.help)
    await desk.go("/console/")
    assert await looked_over(desk, "tonight") == {}
    await desk.go("/console/ladder")
    assert await looked_over(desk, "ladder") == {}
    assert desk.wrong == []
