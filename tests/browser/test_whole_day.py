"""The demo's day in a real browser: every form that it fills in and every button that it presses is on a page."""

from pathlib import Path

import pytest

from bot.demo.day.county import dawn
from bot.demo.stories.days import WHOLE
from bot.demo.stories.perform import perform
from bot.demo.telling import Telling
from tests.browser.chromium import opened
from tests.browser.seat import SeatedHands

pytestmark = pytest.mark.browser


async def test_the_day_in_a_browser(tmp_path: Path) -> None:
    told = Telling("whole")
    async with opened() as chromium, dawn(tmp_path, WHOLE.dawn) as day:
        hands = SeatedHands(day, chromium)
        await perform(WHOLE, day, told, hands=hands)
        assert hands.wrong == []
    assert not told.missed
