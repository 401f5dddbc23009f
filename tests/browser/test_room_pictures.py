"""Pictures of the rooms that a guide speaks of beside the night: a county in which every room has something in it."""

from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize

from bot.commands.watched import WATCHED
from bot.simulator.config import NOTICE
from broadcasts.coverage.sweep import count_due
from broadcasts.watch.run import look_at
from tests.both_ways import BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.desk import users
from tests.browser.lived_in import at_the_desk, known, lived_in
from tests.browser.pictures import picture, shots_of

pytestmark = pytest.mark.browser
DESK, ROOM = ViewportSize(width=1280, height=800), ViewportSize(width=1440, height=900)
ELSEWHERE = ("worker", "backup")
WALL, PHONE = ViewportSize(width=1920, height=1080), ViewportSize(width=390, height=844)


async def looked(both: BothWays) -> None:
    """All is looked at that does not ask for processes of their own; the month is counted."""
    world, at = both.world, both.world.clock.now()
    await look_at(world.deps, [look for look in WATCHED if look.name not in ELSEWHERE], at)
    await count_due(world.deps, at)


async def of_room(page: Page, address: str, size: ViewportSize) -> None:
    await page.set_viewport_size(size)
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200, address


async def test_the_rooms_in_pictures(tmp_path: Path) -> None:
    shots = shots_of(tmp_path)
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id, oa_mass="true") as both, opened() as browser:
        await users(both.world)
        await lived_in(both)
        page = await at_the_desk(both, browser)
        await looked(both)
        for name, (address, size) in (await rooms(both)).items():
            await of_room(page, address, size)
            await picture(page, shots, name)


async def rooms(both: BothWays) -> dict[str, tuple[str, ViewportSize]]:
    ids, desk = await known(both), f"{both.web}/console"
    return {
        "setup": (f"{desk}/setup", PHONE),
        "watch": (f"{desk}/watch", ROOM),
        "drills": (f"{desk}/drills/{ids.drill}", DESK),
        "reports": (f"{desk}/reports", DESK),
        "hints": (f"{desk}/hints/{ids.hint}", DESK),
        "month": (f"{desk}/figures", DESK),
        "mass": (f"{desk}/broadcasts/{ids.broadcast}/mass?whom=all", DESK),
        "shelters": (f"{desk}/shelters", DESK),
        "evacuation": (f"{desk}/alerts/{ids.alert}/evacuation", DESK),
        "wall": (f"{desk}/alerts/{ids.alert}?wall", WALL),
        "chat": (f"{both.world.base}/phones/li", PHONE),
    }
