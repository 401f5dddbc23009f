from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers import postgres_server, redis_server
from tests.world import World, small_world

__all__ = ["postgres_server", "redis_server"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with small_world(tmp_path) as made:
        yield made
