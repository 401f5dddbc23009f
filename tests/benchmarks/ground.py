"""What the benchmarks stand on: a database with many groups, a planned broadcast, the stand-in, child processes."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.clock import SystemClock
from bot.config import Settings, load
from bot.deps import Deps, open_deps
from bot.directory.models import Area, Group, Robot
from bot.ids import uuid7
from bot.migrations.run import upgrade
from broadcasts.audience.select import Target
from broadcasts.dispatch.alert import due_times
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.states import Mode, Purpose
from tests.benchmarks.raw_loop import TEXT

TOWNS = 11


@dataclass(frozen=True)
class Row:
    """One line of the table. `bar` is what it must reach, None where the row only informs."""

    name: str
    value: float
    unit: str
    bar: str | None = None
    holds: bool | None = None


def settings_for(folder: Path, port: int, database: str = "", **more: object) -> Settings:
    return load(environment(folder, port, database, **more), env_file=None)


def environment(folder: Path, port: int, database: str = "", **more: object) -> dict[str, str]:
    """A worker's settings as variables; the same for every process of one measurement."""
    given = {
        "DATA_DIR": folder,
        "DATABASE_URL": database,
        "SECRET_KEY": "a key for benchmarks only",
        "WECOM_API_BASE": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        **{k.upper(): v for k, v in more.items()},
    }
    return {f"SIGNALTREE_{name}": str(value) for name, value in given.items() if value != ""}


@contextlib.contextmanager
def standin(delay: float = 0.0, *more: str) -> Iterator[int]:
    """The counting server's port."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.standin", "--delay", str(delay), *more],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def counts(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts") as answer:
        made: dict[str, int] = json.load(answer)
    return made


def red_times(port: int) -> dict[int, float]:
    """When each red group's first call came, by the clock that all processes of a machine share."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/red") as answer:
        return {int(number): at for number, at in json.load(answer).items()}


def reset(port: int) -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/reset").close()


async def many_groups(deps: Deps, groups: int) -> None:
    """A county with so many groups, each with a robot of its own."""
    now = deps.clock.now()
    async with deps.begin() as session:
        areas = [
            {
                "uid": uuid7(now),
                "code": f"52992610{n}",
                "name": f"镇{n}",
                "level": "镇",
                "path": f"/{n + 1}/",
                "depth": 1,
                "town_id": n + 1,
                "duty_phone": "",
            }
            for n in range(TOWNS)
        ]
        await session.execute(sa.insert(Area), areas)
        await session.execute(
            sa.insert(Group),
            [
                {
                    "uid": uuid7(now),
                    "key": f"g{n}",
                    "name": f"群{n}",
                    "kind": "村群",
                    "area_id": n % TOWNS + 1,
                    "chat_id": "",
                }
                for n in range(groups)
            ],
        )
        keys = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(groups)]
        await session.execute(
            sa.insert(Robot),
            [
                {"group_id": n + 1, "sealed": deps.vault.seal(key), "digest": f"{n:032x}", "dead_reason": ""}
                for n, key in enumerate(keys)
            ],
        )


async def issue_to_groups(deps: Deps, groups: int, rank: int = 0, *, first: int = 0) -> str:
    """Plan and write one broadcast to so many groups from the `first` on, as issuing an alert does."""
    now = deps.clock.now()
    targets = [
        Target("group", n + 1, n % TOWNS + 1, n % TOWNS + 1, "村群", "zh-CN", Mode.wake, {"wecom_robot": str(n + 1)})
        for n in range(first, first + groups)
    ]
    made = plan(targets, lambda *_: [TEXT], lambda t: f"第{t.id}村 值班电话 000-0000", frozenset({"wecom_robot"}))
    async with deps.begin() as session:
        sending = Sending(Purpose.first, rank, due_times(deps.settings, now))
        return (await write(session, made, sending, by="bench", at=now)).id


async def prepared(settings: Settings, groups: int, rank: int = 0) -> float:
    """A fresh database with one planned broadcast. The seconds that issuing took."""
    await upgrade(settings)
    async with open_deps(settings, SystemClock()) as deps:
        await many_groups(deps, groups)
        started = time.perf_counter()
        await issue_to_groups(deps, groups, rank)
        return time.perf_counter() - started


def prepare(settings: Settings, groups: int, rank: int = 0) -> float:
    return asyncio.run(prepared(settings, groups, rank))


def raw(port: int, messages: int, open_: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.raw_loop", str(port), str(messages), "--open", str(open_)],
        check=True,
        capture_output=True,
        text=True,
    )
    made: dict[str, float] = json.loads(done.stdout)
    return made


def ours(
    env: dict[str, str], port: int, messages: int, *, within: float = 300.0, commit: float = 0.0
) -> dict[str, Any]:
    """Run the worker until the stand-in has counted every message. `commit`: seconds that each commit costs more."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.our_worker", str(commit)],
        env={**os.environ, **env},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        started = time.perf_counter()
        while counts(port)["calls"] < messages and time.perf_counter() - started < within and process.poll() is None:
            time.sleep(0.02)
        sending = time.perf_counter() - started
        process.stdin.close()
        made: dict[str, Any] = json.loads(process.stdout.readline())
        made["sending"] = sending
        return made
