"""The queue that the contracts of the sender stand on, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import TurnedClock
from bot.deps import open_deps
from broadcasts.dispatch.claims.open import open_claims
from tests.contracts.queues import NOW, Queue
from tests.grounds import Grounds
from tests.world import settle_county


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def queue(request: pytest.FixtureRequest, tmp_path: Path, grounds: Grounds) -> AsyncIterator[Queue]:
    settings = grounds.settings(request.param, tmp_path)
    async with open_deps(settings, TurnedClock(NOW)) as deps:
        await settle_county(deps)
        claims = open_claims(settings, "worker-0")
        await claims.start(NOW)
        yield Queue(deps, claims)
        await claims.close()
