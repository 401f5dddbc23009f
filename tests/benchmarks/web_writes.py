"""The web process's own writes, 200 a second, while the worker sends a red broadcast on the same SQLite file."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.clock import SystemClock
from bot.config import load
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.record.entries import record
from bot.supervisor import NICER
from tests.benchmarks.ground import Row, counts, environment, issue_to_groups, many_groups, standin

PER_SECOND = 200


def measure(groups: int, seconds: float) -> list[Row]:
    with standin(0.04) as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port)
        took = asyncio.run(_beside(env, port, groups, seconds))
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    return [
        Row("web writes beside a red broadcast: commits", len(took), "commits"),
        Row("web writes beside a red broadcast: median", statistics.median(took) * 1000, "ms"),
        Row("web writes beside a red broadcast: p99", p99, "ms", "<= 50", p99 <= 50),
    ]


async def _beside(env: dict[str, str], port: int, groups: int, seconds: float) -> list[float]:
    settings = load(env, env_file=None)
    await upgrade(settings)
    async with open_deps(settings, SystemClock()) as deps:
        await many_groups(deps, groups)
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.worker", env={**os.environ, **env})
        os.setpriority(os.PRIO_PROCESS, worker.pid, NICER)  # as the supervisor starts it
        await asyncio.sleep(1.5)
        await issue_to_groups(deps, groups)
        took = await _write(deps, port, groups, seconds)
        worker.terminate()
        await worker.wait()
    return took


async def _write(deps: Deps, port: int, groups: int, seconds: float) -> list[float]:
    """Open loop: a write is begun every 5 ms, however long the last one took; its time counts from its due moment."""
    started = time.perf_counter()
    took: list[float] = []

    async def one(due: float) -> None:
        async with deps.begin() as session:
            record(session, "bench", "written", "x", deps.clock.now())
        took.append(time.perf_counter() - due)

    async with asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * PER_SECOND)):
            due = started + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(due))
            if number % 100 == 0 and (await asyncio.to_thread(counts, port))["calls"] >= groups:
                break
    return took
