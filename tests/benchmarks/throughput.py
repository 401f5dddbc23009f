"""Our worker with everything on against a raw loop that keeps nothing, alternating in one run; medians are compared."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.config import load
from bot.db.moments import sqlite_text
from bot.record.values import made
from broadcasts.dispatch.claims.contract import Claimed, Group, settled_detail
from broadcasts.dispatch.states import State
from tests.benchmarks.ground import Row, environment, ours, prepare, raw, reset, standin
from tests.servers import postgres

Databases = Callable[[], AbstractContextManager[Callable[[], str]]]
OPEN = 100
CLAIM = 500
SLOW_COMMIT = 0.005  # seconds


def measure(groups: int, rounds: int) -> list[Row]:
    rows = [Row("throughput: open requests", OPEN, "requests"), Row("throughput: claim size", CLAIM, "batches")]
    rows += _against("SQLite", groups, rounds, _sqlite)
    rows += _against("PostgreSQL", groups, rounds, _postgres)
    rows += _slow_disk("SQLite", groups // 5, rounds, _sqlite)
    rows += _slow_disk("PostgreSQL", groups // 5, rounds, _postgres)
    return rows


def _slow_disk(name: str, groups: int, rounds: int, databases: Databases) -> list[Row]:
    """Once more with 5 ms for each commit, since fsync is nearly free on the machines that measure."""
    walls: list[float] = []
    ratios: list[float] = []
    with standin() as port, databases() as fresh:
        for _ in range(min(rounds, 3)):
            with tempfile.TemporaryDirectory() as folder:
                env = environment(Path(folder), port, fresh(), send_open=OPEN, claim_size=CLAIM, lease_seconds=30)
                prepare(load(env, env_file=None), groups, rank=3)
                reset(port)
                told = raw(port, groups, OPEN)
                reset(port)
                said = ours(env, port, groups, commit=SLOW_COMMIT)
                reset(port)
            walls.append(groups / said["sending"])
            ratios.append(told["cpu"] / said["cpu"])
    label, ratio = f"{name}, {groups:,} groups, 5 ms a commit", statistics.median(ratios)
    return [
        Row(f"{label}: ours ÷ raw by CPU", ratio, "", ">= 0.8", ratio >= 0.8),
        Row(f"{label}: our worker, wall (with its start)", statistics.median(walls), "messages/s"),
    ]


@contextmanager
def _sqlite() -> Iterator[Callable[[], str]]:
    """Each measurement's own file, by default."""
    yield lambda: ""


@contextmanager
def _postgres() -> Iterator[Callable[[], str]]:
    """A server that keeps its promises: fsync and synchronous commit are on."""
    with postgres("-c", "max_connections=50") as server:
        yield server.fresh


def _against(name: str, groups: int, rounds: int, databases: Databases) -> list[Row]:
    peer: list[float] = []
    mine: list[float] = []
    peer_wall: list[float] = []
    mine_wall: list[float] = []
    memory = 0.0
    small = 0.0
    with standin() as port, databases() as fresh:
        for number in range(rounds + 1):
            size = max(1000, groups // 10) if number == 0 else groups
            with tempfile.TemporaryDirectory() as folder:
                env = environment(Path(folder), port, fresh(), send_open=OPEN, claim_size=CLAIM, lease_seconds=30)
                prepare(load(env, env_file=None), size, rank=3)
                reset(port)
                told = raw(port, size, OPEN)
                reset(port)
                said = ours(env, port, size)
                reset(port)
            if number == 0:  # also the warm-up
                small = said["cpu"] / size
                continue
            peer.append(told["cpu"] / size)
            mine.append(said["cpu"] / size)
            peer_wall.append(size / told["wall"])
            mine_wall.append(size / said["sending"])
            memory = max(memory, said["memory_mb"])
    ratio = statistics.median(peer) / statistics.median(mine)
    growth = statistics.median(mine) / small
    label = f"{name}, {groups:,} groups"
    return [
        Row(f"{label}: raw loop, CPU", statistics.median(peer) * 1e6, "µs/message"),
        Row(f"{label}: our worker, CPU", statistics.median(mine) * 1e6, "µs/message"),
        Row(f"{label}: ours ÷ raw by CPU", ratio, "", ">= 0.8", ratio >= 0.8),
        Row(f"{label}: raw loop, wall", statistics.median(peer_wall), "messages/s"),
        Row(f"{label}: our worker, wall (with its start)", statistics.median(mine_wall), "messages/s"),
        Row(f"{label}: worker memory", memory, "MB", "<= 120", memory <= 120),
        Row(f"{label}: CPU per message, ÷ that of a tenth of the groups", growth, "", "<= 1.15", growth <= 1.15),
        Row(
            f"{label}: record's share of the CPU",
            _record_share(statistics.median(mine)),
            "",
            "<= 0.05",
            _record_share(statistics.median(mine)) <= 0.05,
        ),
    ]


def _record_share(per_message: float, size: int = 250) -> float:
    """What making and writing the record's entries costs, as a part of the CPU per message."""
    import json
    import sqlite3

    at = SystemClock().now()
    batches = [
        Claimed(
            n,
            "b" * 36,
            "live",
            "wecom_robot",
            0,
            1,
            1,
            f"第{n}村 值班电话 000-0000",
            n,
            b"",
            None,
            '{"1": 1}',
            None,
            0,
            0,
            "",
        )
        for n in range(size)
    ]
    group = Group(State.sent, "", None, 1, True, True, batches)
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(os.path.join(folder, "r.db"), isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE record (at, actor, action, subject, detail, digest)")
        times = []
        for _ in range(50):
            started = time.process_time()
            entry = made("worker:worker-0", "batches.settled", "b" * 36, at, settled_detail(group))
            db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)",
                (sqlite_text(at), entry.actor, entry.action, entry.subject, json.dumps(entry.detail), entry.digest),
            )
            times.append(time.process_time() - started)
        db.close()
    return statistics.median(times) / size / per_message
