"""A disk that takes its time: claims whose every commit costs some milliseconds more, as fsync does on real disks."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome


class SlowDisk:
    """Delegates to `claims`. On SQLite (`ours`) fsync stops the worker's loop, and so does this; a PostgreSQL server
    waits by itself. One fsync for each commit that changed something; those of checkpoints are left out."""

    def __init__(self, claims: Claims, seconds: float, *, ours: bool) -> None:
        self._claims, self._seconds, self._ours = claims, seconds, ours

    def __getattr__(self, name: str) -> Any:
        return getattr(self._claims, name)

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        claimed = await self._claims.take(at, most, rank)
        if claimed:
            await self._wait()
        return claimed

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        await self._claims.settle(outcomes, at)
        await self._wait()

    async def renew(self) -> None:
        await self._claims.renew()
        await self._wait()

    async def _wait(self) -> None:
        if self._ours:
            time.sleep(self._seconds)  # noqa: ASYNC251 - the point of it
        else:
            await asyncio.sleep(self._seconds)
