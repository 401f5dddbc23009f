"""A red message behind a long blue queue: milliseconds from its commit to the wire, again and again."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.clock import SystemClock
from bot.config import load
from bot.deps import open_deps
from bot.migrations.run import upgrade
from bot.supervisor import NICER
from tests.benchmarks.ground import Row, counts, environment, issue_to_groups, many_groups, red_times, standin

APART = 0.05  # seconds between two red messages


def measure(blue: int, reds: int) -> list[Row]:
    took, left = asyncio.run(_measure(blue, reds))
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    name = f"a red message behind {blue:,} blue ones"
    return [
        Row(f"{name}: measured while blue ones were still queued", len(took), "messages"),
        Row(f"{name}: blue ones left at the end", left, "messages"),
        Row(f"{name}: median from commit to wire", statistics.median(took) * 1000, "ms"),
        Row(f"{name}: p99 from commit to wire", p99, "ms", "<= 50", p99 <= 50),
    ]


async def _measure(blue: int, reds: int) -> tuple[list[float], int]:
    with standin(0.04, "--red", str(blue)) as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port)
        settings = load(env, env_file=None)
        await upgrade(settings)
        async with open_deps(settings, SystemClock()) as deps:
            await many_groups(deps, blue + reds)
            await issue_to_groups(deps, blue, rank=3)
            worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.worker", env={**os.environ, **env})
            os.setpriority(os.PRIO_PROCESS, worker.pid, NICER)  # as the supervisor starts it
            await asyncio.sleep(1.5)
            committed: dict[int, float] = {}
            sent = reds
            for number in range(blue, blue + reds):
                await issue_to_groups(deps, 1, first=number)
                committed[number] = time.perf_counter()
                await asyncio.sleep(APART)
                if (sent := (await asyncio.to_thread(counts, port))["unique"]) - len(committed) >= blue:
                    break
            sent -= len(committed)
            await asyncio.sleep(0.5)
            came = await asyncio.to_thread(red_times, port)
            worker.terminate()
            await worker.wait()
    return [came[number] - at for number, at in committed.items()], max(0, blue - sent)
