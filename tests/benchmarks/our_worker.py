"""Our worker with everything on, in its own process: runs until the queue is empty, prints what it used."""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import cast

from bot.config import load
from bot.worker import run
from broadcasts.dispatch.claims.contract import Claims
from broadcasts.dispatch.claims.open import open_claims
from tests.benchmarks.slow_disk import SlowDisk


async def main(commit: float) -> None:
    settings = load(env_file=None)
    claims = open_claims(settings, "worker-0")
    if commit:
        claims = cast("Claims", SlowDisk(claims, commit, ours=settings.is_sqlite))
    stop = asyncio.Event()
    started, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    running = asyncio.create_task(run(settings, stop, claims=claims))
    await asyncio.to_thread(_empty, settings.database)
    stop.set()
    await running
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    said = {"cpu": cpu, "wall": time.perf_counter() - started, "memory_mb": _peak_mb()}
    sys.stdout.write(json.dumps(said) + "\n")


def _peak_mb() -> float:
    """Our own peak; getrusage would give the parent's where that was larger when it started us."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _empty(database: str) -> None:
    """Blocks on a pipe: the bench, which watches the database, closes it when nothing is left."""
    assert database
    sys.stdin.read()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(float(sys.argv[1])))
