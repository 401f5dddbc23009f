"""Waiting for what real processes and databases do, no longer than need be."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
LOOK = 0.01


def until(condition: Callable[[], T], seconds: float = 15.0) -> T:
    """Look until `condition` gives something true; fail when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{condition} did not come true within {seconds} s")
        time.sleep(LOOK)
    return found


async def becomes(look: Callable[[], Awaitable[T]], seconds: float = 15.0) -> T:
    """As `until`, for what is asked on the loop; others have their turn meanwhile."""
    end = time.monotonic() + seconds
    while not (found := await look()):
        if time.monotonic() > end:
            raise AssertionError(f"{look} did not come true within {seconds} s")
        await asyncio.sleep(LOOK)
    return found


async def turns(number: int = 20) -> None:
    """Let whoever could go on do so, on the disk and the network too."""
    for _ in range(number):
        await asyncio.sleep(LOOK / 10)
