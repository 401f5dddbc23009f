"""Letting callbacks go first: the platform waits five seconds for an answer and gives up after three tries, while what
is stored can wait. Working on words takes fifty times the CPU of storing them, in the same process."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from aiohttp import web

WINDOW = 0.1  # seconds over which arrivals are counted
MANY = 20  # arrivals in one window from which on they pour in; a county's answers are fewer
CALM = 0.3  # seconds without a pouring window after which it is over; a loop that stood still has heard nothing
PAUSE = 0.05
LONGEST = 0.5  # seconds that the next word waits at most: work goes on, slowly, however long it pours


class Ebb:
    """Measures machine time, not the county's: it turns with no story's clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._time = now
        self._last: deque[float] = deque(maxlen=MANY)
        self._until = 0.0
        self._gate = asyncio.Lock()

    def arrived(self) -> None:
        now = self._time()
        self._last.append(now)
        if len(self._last) == MANY and now - self._last[0] <= WINDOW:
            self._until = now + CALM

    @property
    def pouring(self) -> bool:
        return self._time() < self._until

    async def calm(self) -> None:
        """Return when it does not pour. While it does one word is let through at a time, one in LONGEST."""
        if self.pouring:
            async with self._gate:
                await self._wait()

    async def _wait(self) -> None:
        for _ in range(round(LONGEST / PAUSE)):
            if not self.pouring:
                return
            await asyncio.sleep(PAUSE)


EBB = web.AppKey("ebb", Ebb)
