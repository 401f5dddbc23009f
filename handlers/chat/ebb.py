"""Letting callbacks go first: the platform waits five seconds for an answer and gives up after three tries, while what
is stored can wait. Working on words takes thirty times the CPU of storing them, in the same process."""

import asyncio
import time

from aiohttp import web

WINDOW = 0.1  # seconds over which arrivals are counted
MANY = 20  # arrivals in one window from which on they pour in; a county's answers are fewer
PAUSE = 0.05
LONGEST = 0.5  # seconds that the next word waits at most: work goes on, slowly, however long it pours


class Ebb:
    """Measures machine time, not the county's: it turns with no story's clock."""

    def __init__(self) -> None:
        self._window, self._now, self._before = 0, 0, 0
        self._gate = asyncio.Lock()

    def arrived(self) -> None:
        self._turn()
        self._now += 1

    @property
    def pouring(self) -> bool:
        self._turn()
        return max(self._now, self._before) >= MANY

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

    def _turn(self) -> None:
        window = int(time.monotonic() / WINDOW)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else 0
            self._window, self._now = window, 0


EBB = web.AppKey("ebb", Ebb)
