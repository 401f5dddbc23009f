"""Waiting for what other processes do, no longer than need be."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
LOOK = 0.02
PATIENCE = 20.0  # seconds; on a quiet machine nothing takes two


async def until(look: Callable[[], Awaitable[T]], seconds: float = PATIENCE) -> T:
    """Look until it gives something true; what it gave last, where it does not come true in time."""
    end = time.monotonic() + seconds
    while True:
        found = await look()
        if found or time.monotonic() > end:
            return found
        await asyncio.sleep(LOOK)
