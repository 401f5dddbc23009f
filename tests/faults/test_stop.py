"""SIGTERM to a real worker in the middle of a broadcast: in time, cleanly, and nobody hears it twice for that."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.config import Settings, load
from bot.deps import open_deps
from bot.supervisor import GRACE
from broadcasts.dispatch.models import Batch
from tests.benchmarks.ground import counts, environment, prepare, standin
from tests.deadline import until
from tests.servers import Postgres

pytestmark = pytest.mark.faults
GROUPS = 1000
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def states(settings: Settings) -> Counter[tuple[str, str, int]]:
    """(state, reason, attempts) of all batches."""

    async def asked() -> Counter[tuple[str, str, int]]:
        async with open_deps(settings, SystemClock()) as deps, deps.read() as session:
            rows = await session.execute(sa.select(col(Batch.state), col(Batch.reason), col(Batch.attempts)))
            return Counter((state.value, reason, attempts) for state, reason, attempts in rows)

    return asyncio.run(asked())


def worker(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "bot.worker"], env={**os.environ, **env})


def stop(process: "subprocess.Popen[bytes]") -> float:
    """Seconds from SIGTERM to a clean end."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=GRACE) == 0
    return time.monotonic() - began


@pytest.mark.parametrize("kind", BOTH)
def test_a_worker_that_is_stopped_again_and_again_repeats_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    with standin(0.05) as port:
        env = environment(tmp_path, port, server.fresh() if server else "", send_open=50)
        settings = load(env, env_file=None)
        prepare(settings, GROUPS)
        for wanted in (100, 300, 500):
            process = worker(env)
            until(lambda wanted=wanted: counts(port)["calls"] >= wanted, 30)  # type: ignore[misc]
            stop(process)
            assert {state for state, _, _ in states(settings)} <= {"sent", "queued"}
        process = worker(env)
        until(lambda: counts(port)["unique"] >= GROUPS, 30)
        stop(process)
        assert counts(port)["calls"] == GROUPS
    assert states(settings) == {("sent", "", 1): GROUPS}


@pytest.mark.parametrize("kind", BOTH)
def test_a_platform_that_hangs_does_not_keep_a_worker_from_ending(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    with standin(60.0) as port:
        env = environment(tmp_path, port, server.fresh() if server else "", send_open=50)
        settings = load(env, env_file=None)
        prepare(settings, GROUPS)
        process = worker(env)
        until(lambda: counts(port)["calls"] >= 50, 30)
        stop(process)
        assert counts(port)["calls"] == 50
    assert states(settings) == {("queued", "timeout", 1): 50, ("queued", "", 0): GROUPS - 50}
