from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both_ways import BothWays, both_ways
from tests.console.conftest import officer, server, viewer

__all__ = ["officer", "server", "viewer"]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        yield made
