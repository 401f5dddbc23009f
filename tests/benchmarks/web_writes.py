"""What the web process writes while the worker sends a red broadcast on the same SQLite file: words that come in, 2,000
a second by group commit; and in a run of its own 200 transactions a second by AsyncSession."""

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bot.clock import SystemClock
from bot.config import load
from bot.db.moments import sqlite_text
from bot.db.together import Together, open_together
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.record.entries import record
from bot.supervisor import NICER
from tests.benchmarks.ground import Row, counts, environment, issue_to_groups, many_groups, standin

PER_SECOND = 2000
SESSIONS = 200  # a second
AGAIN = 10  # every tenth word comes twice, as WeChat repeats what was answered late
STEP = 0.002  # seconds between two looks at what is due
KEEP = """
INSERT INTO inbound
    (key, road, platform, sender, kind, event, body, said_at, received_at, state, attempts, error, intent)
SELECT json_extract(value, '$[0]'), 'live', 'wecom', json_extract(value, '$[1]'), 'text', '',
       json_extract(value, '$[2]'), ?2, ?2, 'waiting', 0, '', '' FROM json_each(?1) WHERE true
ON CONFLICT (key) DO NOTHING RETURNING key
"""
Word = tuple[str, str, str]  # key, sender, body
Run = Callable[[Deps, int], Awaitable[list[float]]]


def measure(groups: int, seconds: float) -> list[Row]:
    took, kept = uvloop.run(_words(groups, seconds))
    name = f"words beside a red broadcast, {PER_SECOND:,}/s"
    p99 = _at(took, 0.99)
    rows = [
        Row(f"{name}: accepted", len(took), "words"),
        Row(f"{name}: kept once each", kept, "rows", f"= {_distinct(len(took))}", kept == _distinct(len(took))),
        Row(f"{name}: median until durable", statistics.median(took) * 1000, "ms"),
        Row(f"{name}: p99 until durable", p99 * 1000, "ms", "<= 50", p99 <= 0.05),
    ]
    took = uvloop.run(_sessions(groups, seconds))
    name = f"AsyncSession beside a red broadcast, {SESSIONS}/s"
    return [
        *rows,
        Row(f"{name}: median", statistics.median(took) * 1000, "ms"),
        Row(f"{name}: p99", _at(took, 0.99) * 1000, "ms"),
    ]


def _at(took: list[float], part: float) -> float:
    return sorted(took)[int(len(took) * part)]


def _distinct(words: int) -> int:
    return len({_key(number) for number in range(words)})


def _key(number: int) -> str:
    return f"live:wecom:{number - 1 if number % AGAIN == AGAIN - 1 else number}"


async def _words(groups: int, seconds: float) -> tuple[list[float], int]:
    said: Counter[str] = Counter()

    def keep(db: sqlite3.Connection, words: list[Word]) -> list[str]:
        now = sqlite_text(SystemClock().now())
        new = {key for (key,) in db.execute(KEEP, (json.dumps(words), now)).fetchall()}
        return ["new" if word[0] in new else "known" for word in words]

    async def elsewhere(db: object, words: list[Word]) -> list[str]:
        raise NotImplementedError("this benchmark is of SQLite")

    async def run(deps: Deps, port: int) -> list[float]:
        heard: Together[Word, str] = open_together(deps.settings, sqlite=keep, postgres=elsewhere)
        body = json.dumps({"MsgType": "text", "Content": "柳湾村道路积水约三十厘米，已劝返两辆车", "AgentID": "1"})

        async def one(number: int) -> None:
            said[await heard.write((_key(number), f"user{number % 500}", body))] += 1

        took = await _open_loop(one, PER_SECOND, port, groups, seconds)
        await heard.close()
        return took

    with standin(0.04) as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port)
        path = load(env, env_file=None).sqlite_path
        took = await _beside(env, port, groups, run)
        with sqlite3.connect(path) as db:
            kept = int(db.execute("SELECT count(*) FROM inbound").fetchone()[0])
    return took, kept


async def _sessions(groups: int, seconds: float) -> list[float]:
    async def run(deps: Deps, port: int) -> list[float]:
        async def one(_: int) -> None:
            async with deps.begin() as session:
                record(session, "bench", "written", "x", deps.clock.now())

        return await _open_loop(one, SESSIONS, port, groups, seconds)

    with standin(0.04) as port, tempfile.TemporaryDirectory() as folder:
        return await _beside(environment(Path(folder), port), port, groups, run)


async def _beside(env: dict[str, str], port: int, groups: int, run: Run) -> list[float]:
    settings = load(env, env_file=None)
    await upgrade(settings)
    async with open_deps(settings, SystemClock()) as deps:
        await many_groups(deps, groups)
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.worker", env={**os.environ, **env})
        os.setpriority(os.PRIO_PROCESS, worker.pid, NICER)  # as the supervisor starts it
        await asyncio.sleep(1.5)
        await issue_to_groups(deps, groups)
        took = await run(deps, port)
        worker.terminate()
        await worker.wait()
    return took


async def _open_loop(
    one: Callable[[int], Awaitable[None]], rate: int, port: int, groups: int, seconds: float
) -> list[float]:
    """Begin `rate` a second, however long the last ones took, until all is sent; each counts from its due moment."""
    started = time.perf_counter()
    took: list[float] = []

    async def timed(number: int) -> None:
        await one(number)
        took.append(time.perf_counter() - started - number / rate)

    number = 0
    asked = asyncio.ensure_future(asyncio.to_thread(counts, port))
    async with asyncio.TaskGroup() as tasks:
        while number < seconds * rate:
            await asyncio.sleep(STEP)
            while number / rate <= time.perf_counter() - started and number < seconds * rate:
                tasks.create_task(timed(number))
                number += 1
            if asked.done():
                if asked.result()["calls"] >= groups:
                    break
                asked = asyncio.ensure_future(asyncio.to_thread(_later, port))
    await asked
    return took


def _later(port: int) -> dict[str, int]:
    time.sleep(0.2)  # in a thread: the stand-in is not to be asked all the time
    return counts(port)
