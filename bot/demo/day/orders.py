"""How the story turns the clock of the processes that it started: a line of seconds goes in, a line comes back when
what was due then is done."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.demo.day.clock import ShiftedClock

Due = Callable[[], Awaitable[str]]
DONE = "-"  # the line that says that all went well


async def obey(clock: ShiftedClock, due: Due) -> None:
    """Until the pipe closes, or SIGTERM: set the clock as each line says, do what is due, and answer with one line."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    obeying, stopping = asyncio.create_task(_each(lines, clock, due)), asyncio.create_task(stop.wait())
    await asyncio.wait([obeying, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in (obeying, stopping):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _each(lines: asyncio.StreamReader, clock: ShiftedClock, due: Due) -> None:
    while line := await lines.readline():
        clock.shift = timedelta(seconds=float(line))
        said = await due()
        sys.stdout.write(f"{said or DONE}\n")
        sys.stdout.flush()
