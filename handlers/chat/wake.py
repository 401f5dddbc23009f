"""Waking the work: what was stored is worked on at once, and once a second in any case."""

import asyncio

from aiohttp import web

from bot.clock import Clock


class Wake:
    """A flag that callbacks set after storing. Whoever sets it twice is heard once: work takes all that waits."""

    def __init__(self) -> None:
        self._set = asyncio.Event()

    def say(self) -> None:
        self._set.set()

    async def heard(self, clock: Clock, within: float) -> None:
        """Return when it is set, or after so many seconds by `clock`; then it is no longer set."""
        waits = [asyncio.ensure_future(self._set.wait()), asyncio.ensure_future(clock.sleep(within))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
        self._set.clear()


WAKE = web.AppKey("wake", Wake)
