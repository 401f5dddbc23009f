"""Knowing that the process that started us is gone: its end of a pipe closes. Imports almost nothing."""

import asyncio
import os

VARIABLE = "PARENT_PIPE"


async def gone() -> None:
    """Return when the parent's pipe closes; never, where nobody gave us one."""
    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    number = os.environ.get(VARIABLE, "")
    if not number.isdigit():
        await closed.wait()
    try:
        loop.add_reader(int(number), closed.set)
    except OSError:
        return
    try:
        await closed.wait()
    finally:
        loop.remove_reader(int(number))
