"""Our worker with everything on, in its own process: runs until the queue is empty, prints what it used."""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from bot.config import load
from bot.worker import run


async def main() -> None:
    settings = load(env_file=None)
    stop = asyncio.Event()
    started, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    running = asyncio.create_task(run(settings, stop))
    await asyncio.to_thread(_empty, settings.database)
    stop.set()
    await running
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    sys.stdout.write(
        json.dumps({"cpu": cpu, "wall": time.perf_counter() - started, "memory_mb": now.ru_maxrss / 1024}) + "\n"
    )


def _empty(database: str) -> None:
    """Blocks on a pipe: the bench, which watches the database, closes it when nothing is left."""
    assert database
    sys.stdin.read()


if __name__ == "__main__":
    import uvloop

    assert Path.cwd()
    uvloop.run(main())
