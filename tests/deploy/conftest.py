from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import TurnedClock
from bot.deps import Deps, open_deps
from tests.grounds import Grounds


@pytest.fixture
async def deps(grounds: Grounds, tmp_path: Path) -> AsyncIterator[Deps]:
    clock = TurnedClock(datetime(2026, 7, 11, 18, 40, tzinfo=UTC))
    async with open_deps(grounds.settings("sqlite", tmp_path), clock) as made:
        yield made
