"""The pictures of README and docs are taken of the real pages: `make pictures` writes them to docs/pictures."""

import pytest
from playwright.async_api import ViewportSize, expect

from broadcasts.hazards.grades import Grade
from tests.browser.desk import Desk
from tests.browser.pictures import picture
from tests.browser.test_calendar import WEEK, calendar
from tests.browser.test_desk import PASTED, held_alert

pytestmark = pytest.mark.browser
SIZE = ViewportSize(width=1280, height=800)


async def shown(desk: Desk, name: str) -> None:
    await desk.page.set_viewport_size(SIZE)
    await picture(desk.page, desk.shots, name)


async def test_a_night_at_the_desk_in_pictures(desk: Desk) -> None:
    await held_alert(desk)
    await desk.world.gone("wang")
    await desk.world.issue("雷电", "11B14", Grade.orange, identifier="52992641600000_20260711184000")
    await desk.sign_in()
    await expect(desk.page.locator("main h1").first).to_contain_text("决定发不发")
    await shown(desk, "board")
    await desk.page.locator(".next a.button").first.click()
    await shown(desk, "held")
    await desk.go("/console/alerts")
    await desk.page.locator("main a", has_text="雷电").first.click()
    await shown(desk, "alert")
    await desk.go("/console/paste")
    await desk.page.get_by_label("预警原文").fill(PASTED)
    await desk.page.locator("main form button.button").last.click()
    await expect(desk.page.locator("main h1").first).to_contain_text("核对")
    await shown(desk, "paste")
    assert desk.wrong == []


async def test_a_week_of_duty_in_pictures(desk: Desk) -> None:
    await calendar(desk.world)
    await desk.sign_in()
    await desk.go(WEEK)
    await shown(desk, "duty")
    assert desk.wrong == []
