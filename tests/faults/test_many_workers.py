"""Three workers and one broadcast, on PostgreSQL and Redis: no group hears it twice, and one that is killed, or a Redis
that is gone, holds up nobody."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.config import Settings, load
from bot.deps import open_deps
from bot.leases.models import Lease
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from tests.benchmarks.ground import counts, environment, prepare, standin
from tests.deadline import until
from tests.servers import Postgres, Redis

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
GROUPS = 1500
WORKERS = 3


@contextmanager
def workers(env: dict[str, str], number: int = WORKERS) -> Iterator[list["subprocess.Popen[bytes]"]]:
    running = [_worker(env) for _ in range(number)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def _worker(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "bot.worker"], env={**os.environ, **env})


def seats(settings: Settings) -> int:
    """How many workers have begun."""

    async def asked() -> int:
        async with open_deps(settings, SystemClock()) as deps, deps.read() as session:
            held = sa.select(sa.func.count()).select_from(Lease).where(col(Lease.slot).like("worker-%"))
            return await session.scalar(held) or 0

    return asyncio.run(asked())


def owners(settings: Settings) -> set[str]:
    """Which workers have settled something, as the record tells."""

    async def asked() -> set[str]:
        async with open_deps(settings, SystemClock()) as deps, deps.read() as session:
            rows = await session.execute(sa.text("SELECT DISTINCT actor FROM record WHERE action = 'batches.settled'"))
            return {row[0] for row in rows}

    return asyncio.run(asked())


def left(settings: Settings) -> int:
    async def asked() -> int:
        async with open_deps(settings, SystemClock()) as deps, deps.read() as session:
            open_ = col(Batch.state).in_([State.queued, State.sending])
            return await session.scalar(sa.select(sa.func.count()).select_from(Batch).where(open_)) or 0

    return asyncio.run(asked())


@pytest.fixture
def city(tmp_path: Path, postgres_server: Postgres, redis_server: Redis) -> Iterator[tuple[dict[str, str], int]]:
    """Settings of a city and the stand-in's port; a broadcast to so many groups waits."""
    with standin(0.2) as port:
        env = environment(
            tmp_path, port, postgres_server.fresh(), redis_url=redis_server.url, send_open=20, claim_size=40
        )
        prepare(load(env, env_file=None), GROUPS)
        yield env, port


def test_three_workers_share_one_broadcast_and_send_nothing_twice(city: tuple[dict[str, str], int]) -> None:
    env, port = city
    settings = load(env, env_file=None)
    with workers(env):
        until(lambda: counts(port)["unique"] >= GROUPS, 60)
        until(lambda: left(settings) == 0, 30)
    assert counts(port)["calls"] == GROUPS
    assert owners(settings) == {f"worker:worker-{n}" for n in range(WORKERS)}


def test_one_that_is_killed_is_followed_at_once_and_repeats_only_what_was_open(
    city: tuple[dict[str, str], int],
) -> None:
    env, port = city
    settings = load(env, env_file=None)
    with workers(env) as running:
        until(lambda: counts(port)["calls"] >= 200 and seats(settings) == WORKERS, 60)
        running[0].send_signal(signal.SIGKILL)
        running[0].wait()
        running[0] = _worker(env)
        until(lambda: left(settings) == 0, 60)
    assert counts(port)["unique"] == GROUPS
    assert counts(port)["calls"] - GROUPS <= 60  # what one worker had claimed at most
    assert seats(settings) == WORKERS  # it sat down in the place of the one that died


def test_one_that_does_not_come_back_is_taken_over(
    tmp_path: Path, postgres_server: Postgres, redis_server: Redis
) -> None:
    with standin(0.05) as port:
        env = environment(
            tmp_path, port, postgres_server.fresh(), redis_url=redis_server.url, send_open=50,
            lease_seconds=1.0, call_timeout=1.0,
        )  # fmt: skip
        settings = load(env, env_file=None)
        prepare(settings, GROUPS)
        with workers(env, 2) as running:
            until(lambda: counts(port)["calls"] >= 100 and seats(settings) == 2, 60)
            running[0].send_signal(signal.SIGKILL)
            until(lambda: left(settings) == 0, 60)
        assert counts(port)["unique"] == GROUPS


def test_while_redis_is_gone_sending_goes_on(city: tuple[dict[str, str], int], redis_server: Redis) -> None:
    env, port = city
    settings = load(env, env_file=None)
    with workers(env):
        until(lambda: counts(port)["calls"] >= 100 and seats(settings) == WORKERS, 60)
        redis_server.end()
        until(lambda: left(settings) == 0, 60)
    assert counts(port)["calls"] == GROUPS


def test_without_redis_a_second_worker_is_refused(tmp_path: Path, postgres_server: Postgres) -> None:
    with standin(0.05) as port:
        env = environment(tmp_path, port, postgres_server.fresh())
        settings = load(env, env_file=None)
        prepare(settings, 1)
        with workers(env, 1):
            until(lambda: seats(settings) == 1, 30)
            call = [sys.executable, "-m", "bot.worker"]
            second = subprocess.run(call, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "没有设置 REDIS_URL 时只能有一个 worker" in second.stderr
