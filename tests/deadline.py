"""Waiting for what real processes do, no longer than need be."""

import time
from collections.abc import Callable
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
