from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, small_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with small_world(tmp_path) as made:
        yield made
