"""A supervised family for the tests of the supervisor: `python -m tests.roof.family FOLDER parent|child|stubborn`."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from bot.parent import gone
from bot.supervisor import Child, supervise


async def child(folder: Path, *, stubborn: bool) -> None:
    """Note when it came to life; end with the parent or at SIGTERM, if it listens."""
    stop = asyncio.Event()
    listen = (lambda: None) if stubborn else stop.set
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, listen)
    with (folder / ("stubborn" if stubborn else "child")).open("a") as births:
        births.write(f"{os.getpid()} {time.monotonic()}\n")
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(gone())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)


async def parent(folder: Path, *kinds: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    call = (sys.executable, "-m", "tests.roof.family", str(folder))
    await supervise([Child(kind, (*call, kind), nice=3) for kind in kinds], os.environ, stop)


if __name__ == "__main__":
    place, role, *rest = sys.argv[1:]
    asyncio.run(parent(Path(place), *rest) if role == "parent" else child(Path(place), stubborn=role == "stubborn"))
