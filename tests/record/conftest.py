from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import TurnedClock
from bot.deps import Deps, open_deps
from tests.grounds import Grounds

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
async def deps(request: pytest.FixtureRequest, grounds: Grounds, tmp_path: Path) -> AsyncIterator[Deps]:
    """A migrated, empty database of each kind, under a clock that is turned."""
    settings = grounds.settings(request.param, tmp_path)
    async with open_deps(settings, TurnedClock(datetime(2026, 7, 11, 18, 40, tzinfo=UTC))) as made:
        yield made
