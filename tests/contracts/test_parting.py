"""A worker ends while its database ends too, as when a machine is switched off: it ends cleanly all the same."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.worker import run
from broadcasts.dispatch.claims.contract import Claims
from tests.contracts.queues import Queue


class Deaf:
    """Claims on a database that is gone when we say that we leave."""

    def __init__(self, claims: Claims) -> None:
        self._claims, self.asked = claims, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._claims, name)

    async def leave(self) -> None:
        self.asked = True
        raise ConnectionError("the database is shutting down")


@pytest.fixture
def collecting() -> Iterator[None]:
    """A worker calms the collector of its process."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


async def test_the_database_is_gone_before_the_worker_is(
    queue: Queue, collecting: None, caplog: pytest.LogCaptureFixture
) -> None:
    claims, stop = Deaf(queue.claims), asyncio.Event()
    stop.set()
    await run(queue.deps.settings, stop, claims=cast("Claims", claims), clock=queue.deps.clock)
    assert claims.asked
    assert caplog.messages[-1] == "the database did not hear that we have ended: the database is shutting down"
