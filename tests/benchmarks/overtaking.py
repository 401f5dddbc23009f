"""A red message behind a long blue queue, which is being sent or waits for the morning: milliseconds from its commit to
the wire, again and again, on both databases."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.clock import SystemClock
from bot.config import load
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.supervisor import NICER
from broadcasts.dispatch.models import Batch
from tests.benchmarks.ground import Row, counts, environment, issue_to_groups, many_groups, red_times, standin
from tests.servers import postgres

APART = 0.05  # seconds between two red messages
MORNING = timedelta(hours=6)
SAFE = ("-c", "max_connections=50")  # as it runs in earnest, each commit on the disk


@dataclass(frozen=True)
class Case:
    """`later`: the blue ones are not due before the morning."""

    database: str
    blue: int
    reds: int
    later: bool

    @property
    def name(self) -> str:
        whose = "that wait for the morning" if self.later else "that are being sent"
        return f"{self.database}: a red message behind {self.blue:,} blue ones {whose}"


def measure(blue: int, reds: int) -> list[Row]:
    rows: list[Row] = []
    for database in ("SQLite", "PostgreSQL"):
        for later in (False, True):
            case = Case(database, blue, reds, later)
            with _database(database) as dsn:
                rows += _told(case, *asyncio.run(_measure(case, dsn)))
    return rows


@contextmanager
def _database(database: str) -> Iterator[str]:
    if database == "SQLite":
        yield ""
        return
    with postgres(*SAFE) as server:
        yield server.fresh()


def _told(case: Case, took: list[float], left: int) -> list[Row]:
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    return [
        Row(f"{case.name}: measured while they were queued", len(took), "messages"),
        Row(f"{case.name}: of those left at the end", left, "messages"),
        Row(f"{case.name}: median from commit to wire", statistics.median(took) * 1000, "ms"),
        Row(f"{case.name}: p99 from commit to wire", p99, "ms", "<= 50", p99 <= 50),
    ]


async def _measure(case: Case, dsn: str) -> tuple[list[float], int]:
    with standin(0.04, "--red", str(case.blue)) as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port, dsn)
        settings = load(env, env_file=None)
        await upgrade(settings)
        async with open_deps(settings, SystemClock()) as deps:
            await many_groups(deps, case.blue + case.reds)
            await issue_to_groups(deps, case.blue, rank=3)
            if case.later:
                await _put_off(deps)
            worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.worker", env={**os.environ, **env})
            os.setpriority(os.PRIO_PROCESS, worker.pid, NICER)  # as the supervisor starts it
            await asyncio.sleep(1.5)
            committed, sent = await _reds(deps, case, port)
            await asyncio.sleep(0.5)
            came = await asyncio.to_thread(red_times, port)
            worker.terminate()
            await worker.wait()
    return [came[number] - at for number, at in committed.items()], max(0, case.blue - sent)


async def _put_off(deps: Deps) -> None:
    async with deps.begin() as session:
        await session.execute(sa.update(Batch).values(due_at=deps.clock.now() + MORNING))


async def _reds(deps: Deps, case: Case, port: int) -> tuple[dict[int, float], int]:
    """When each was committed, while there are blue ones; and how many of those had been sent by then."""
    committed: dict[int, float] = {}
    sent = 0
    for number in range(case.blue, case.blue + case.reds):
        await issue_to_groups(deps, 1, first=number)
        committed[number] = time.perf_counter()
        await asyncio.sleep(APART)
        sent = (await asyncio.to_thread(counts, port))["unique"] - len(committed)
        if sent >= case.blue:
            break
    return committed, sent
