"""kill -9 of the worker in the middle of a red broadcast, again and again: nobody is forgotten, little is repeated."""

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.config import load
from tests.benchmarks.ground import Row, counts, environment, prepare, standin


def measure(groups: int, kills: int, *, seed: int = 1) -> list[Row]:
    chance = random.Random(seed)
    with standin(0.005) as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port)
        settings = load(env, env_file=None)
        prepare(settings, groups)
        open_, longest, done = 0, 0.0, 0
        worker, _ = _spawn(env, port)
        while done < kills:
            done += 1
            time.sleep(chance.uniform(0.02, 0.12))
            worker.kill()
            worker.wait()
            open_ += _unsettled(settings.sqlite_path)
            if counts(port)["unique"] >= groups:
                break
            worker, first = _spawn(env, port)
            longest = max(longest, first)
        _until(lambda: _left(settings.sqlite_path) == 0, 120)
        worker.terminate()
        worker.wait()
        said = counts(port)
    repeats = said["calls"] - said["unique"]
    return [
        Row("kill -9: times the worker was killed", done, "kills"),
        Row("kill -9: targets never reached", groups - said["unique"], "groups", "= 0", said["unique"] == groups),
        Row("kill -9: open or unsettled at the kills", open_, "batches"),
        Row("kill -9: repeated sends", repeats, "calls", f"<= {open_}", repeats <= open_),
        Row("kill -9: longest from spawn to first new send", longest, "s", "<= 1", longest <= 1.0),
    ]


def _spawn(env: dict[str, str], port: int) -> tuple[subprocess.Popen[bytes], float]:
    """A worker, and the seconds until its first send."""
    before = counts(port)["calls"]
    started = time.perf_counter()
    worker = subprocess.Popen([sys.executable, "-m", "bot.worker"], env={**os.environ, **env})
    _until(lambda: counts(port)["calls"] > before, 30)
    return worker, time.perf_counter() - started


def _until(holds: object, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        if callable(holds) and holds():
            return
        time.sleep(0.005)
    raise TimeoutError


def _unsettled(path: str) -> int:
    return _ask(path, "SELECT count(*) FROM batch WHERE state = 'sending'")


def _left(path: str) -> int:
    return _ask(path, "SELECT count(*) FROM batch WHERE state IN ('queued', 'sending')")


def _ask(path: str, question: str) -> int:
    with sqlite3.connect(path, timeout=10) as db:
        return int(db.execute(question).fetchone()[0])
