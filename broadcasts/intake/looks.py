"""Looking at feeds, each by itself: one that is slow is still being looked at while the others are looked at again.
Nothing outlives the block."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType

from broadcasts.intake.models import Feed

log = logging.getLogger(__name__)
AT_ONCE = 8  # feeds looked at together


def due(feed: Feed, at: datetime) -> bool:
    """Whether its interval is over. A look that lies ahead was noted by a clock that has been set back since."""
    return feed.polled_at is None or not timedelta(0) <= at - feed.polled_at < timedelta(seconds=feed.every_seconds)


class Looks:
    """`look` is one look at one feed, which raises nothing. Leaving the block cuts off those that go on."""

    def __init__(self, look: Callable[[Feed, datetime], Awaitable[None]]) -> None:
        self._look = look
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def __aenter__(self) -> "Looks":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:  # fmt: skip
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def begin(self, feeds: list[Feed], at: datetime) -> int:
        """Begin to look at those that are due and are not being looked at. How many."""
        begun = [feed for feed in feeds if feed.id not in self._tasks and due(feed, at)]
        for feed in begun:
            self._tasks[feed.id] = asyncio.create_task(self._one(feed, at))
        return len(begun)

    async def wait(self, seconds: float | None = None) -> bool:
        """Until all is looked at, or for so long. Whether anything still is."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)
        ended = [number for number, task in self._tasks.items() if task.done()]
        for number in ended:
            if error := self._tasks.pop(number).exception():
                log.error("feed %d: a look broke", number, exc_info=error)
        return bool(self._tasks)

    async def _one(self, feed: Feed, at: datetime) -> None:
        async with self._gate:
            await self._look(feed, at)
