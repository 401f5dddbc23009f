"""A platform in a bad hour: the first call for every fifth group gets 45009, -1, a 502 or silence. All are reached."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.config import load
from tests.benchmarks.ground import Row, counts, environment, prepare, standin

WITHIN = 240.0  # seconds; 45009 alone is waited out for a minute


def measure(groups: int) -> list[Row]:
    with standin(0.005, "--faults") as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port, call_timeout=1, log_level="ERROR")
        prepare(load(env, env_file=None), groups)
        started = time.perf_counter()
        worker = subprocess.Popen([sys.executable, "-m", "bot.worker"], env={**os.environ, **env})
        try:
            while (said := counts(port))["unique"] < groups and time.perf_counter() - started < WITHIN:
                time.sleep(0.1)
            seconds = time.perf_counter() - started
        finally:
            worker.terminate()
            worker.wait()
    name = "45009, -1, 502 and time-outs in the first call of every fifth group"
    return [
        Row(f"{name}: targets never reached", groups - said["unique"], "groups", "= 0", said["unique"] == groups),
        Row(f"{name}: faults answered", said["faults"], "calls"),
        Row(f"{name}: calls", said["calls"], "calls"),
        Row(f"{name}: until all were reached", seconds, "s"),
    ]
