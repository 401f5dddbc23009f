"""A city: PostgreSQL and Redis, two web and three worker processes. How soon the sample county's red warning is out,
and what it costs when a worker is killed with its hands full: how long what it had open waits."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.config import load
from bot.deps import Deps, open_deps
from bot.leases.models import Lease
from bot.migrations.run import upgrade
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from tests.benchmarks.ground import Row, counts, environment, issue_to_groups, many_groups, red_times, standin
from tests.city import WORKERS, Process, city, end, kill, process
from tests.deadline import becomes
from tests.servers import Redis, postgres

CALLS = 375
BEGUN = 0.2  # of the groups are told before the worker is killed


def measure(groups: int) -> list[Row]:
    with postgres("-c", "max_connections=100") as server, _redis() as url, tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_shared(Path(folder), server.fresh(), url))
        return rows + asyncio.run(_killed(Path(folder), server.fresh(), url, groups))


@contextmanager
def _redis() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.end()


async def _shared(folder: Path, database: str, redis: str) -> list[Row]:
    """One warning at both doors at once."""
    async with city(folder / "city", database, redis) as made:
        one, other = made.webs
        raw = made.red()
        said = await asyncio.gather(made.post(one, raw), made.post(other, raw))
        began = time.perf_counter()
        await becomes(made.over, 60)
        seconds = time.perf_counter() - began
        seen = await made.counts()
    calls = seen["calls"]["robot"] + seen["calls"]["app"]
    twice = sum(seen["copies"].values()) - sum(seen["reached"].values())
    broken, new = sum(seen["limits"].values()), sum(status == 201 for status, _ in said)
    name = f"a city, 2 web and {WORKERS} worker processes"
    return [
        Row(f"{name}: one warning at both doors, taken as new", new, "times", "= 1", new == 1),
        Row(f"{name}: calls", calls, "calls", f"= {CALLS}", calls == CALLS),
        Row(f"{name}: copies sent twice", twice, "copies", "= 0", twice == 0),
        Row(f"{name}: limits broken", broken, "times", "= 0", broken == 0),
        Row(f"{name}: from its answer to the last settled copy", seconds, "s", "<= 2", seconds <= 2.0),
    ]


async def _killed(folder: Path, database: str, redis: str, groups: int) -> list[Row]:
    """The workers begin one after the other, so that each seat's process is known; whoever died is begun again at once,
    as the supervisor does it."""
    with standin(0.04, "--red", "0") as port:
        env = environment(folder / "killed", port, database, redis_url=redis, send_open=50, claim_size=100)
        settings = load(env, env_file=None)
        await upgrade(settings)
        running: list[Process] = []
        async with open_deps(settings, SystemClock()) as deps:
            await many_groups(deps, groups)
            try:
                for number in range(WORKERS):
                    running.append(process("bot.worker", env))
                    await becomes(lambda number=number: _sit(deps, number + 1), 30)  # type: ignore[misc]
                await issue_to_groups(deps, groups)
                await becomes(lambda: _begun(port, groups * BEGUN), 60)
                kill(running[0])
                killed = time.perf_counter()
                running[0] = process("bot.worker", env)
                open_ = await _open(deps) - set(await asyncio.to_thread(red_times, port))
                await becomes(lambda: _over(deps), 120)
            finally:
                end(running)
        seen, times = counts(port), red_times(port)
    waited = max((times[group] - killed for group in open_ if group in times), default=0.0)
    lost, twice = groups - seen["unique"], seen["calls"] - seen["unique"]
    name = f"a city, one of {WORKERS} workers killed"
    return [
        Row(f"{name}: groups left out", lost, "groups", "= 0", lost == 0),
        Row(f"{name}: what it had open, not sent yet", len(open_), "groups"),
        Row(f"{name}: longest wait of these", waited, "s", "<= 1", waited <= 1.0),
        Row(f"{name}: repeated sends", twice, "calls"),
    ]


async def _sit(deps: Deps, number: int) -> bool:
    held = sa.select(sa.func.count()).select_from(Lease).where(col(Lease.slot).like("worker-%"))
    async with deps.read() as session:
        return await session.scalar(held) == number


async def _begun(port: int, calls: float) -> bool:
    return (await asyncio.to_thread(counts, port))["calls"] >= calls


async def _open(deps: Deps) -> set[int]:
    """Groups whose batch the first seat's worker had claimed, counted from 0 as their keys are."""
    mine = sa.select(col(Batch.robot_id)).where(col(Batch.state) == State.sending, col(Batch.owner) == "worker-0")
    async with deps.read() as session:
        return {int(one or 0) - 1 for one in (await session.execute(mine)).scalars()}


async def _over(deps: Deps) -> bool:
    open_ = col(Batch.state).in_([State.queued, State.sending])
    async with deps.read() as session:
        return not await session.scalar(sa.select(sa.func.count()).select_from(Batch).where(open_))
