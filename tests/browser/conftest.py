from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.chromium import opened
from tests.browser.desk import Desk, sat_down
from tests.world import World


@pytest.fixture
async def desk(world: World, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened() as browser, sat_down(world, browser, tmp_path) as made:
        yield made
