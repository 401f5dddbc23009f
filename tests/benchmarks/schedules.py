"""Random schedules by the thousand, played on a clock that jumps by the worker's own code: the fewest calls, as fast as
the limits allow, no limit broken, nothing red behind what is not."""

import multiprocessing
import time

from tests.benchmarks.ground import Row
from tests.virtual.schedules import SLOWER, WOKEN, Verdict, played, random_schedule

CORES = 2
PIECE = 50  # schedules that a process takes at once


def measure(count: int) -> list[Row]:
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        verdicts = list(pool.imap_unordered(_played, range(count), PIECE))
    took = time.perf_counter() - began
    slowest = max(verdict.ratio for verdict in verdicts)
    calls, least = sum(v.calls for v in verdicts), sum(v.least + v.pieces for v in verdicts)
    name = f"{count:,} random schedules"
    faults = {
        "limits broken, fixed or sliding": sum(verdict.broken for verdict in verdicts),
        "calls lost or made twice": sum(verdict.lost for verdict in verdicts),
        "red that waited for a token spent on others": sum(verdict.late for verdict in verdicts),
    }
    return [
        Row(f"{name}: calls, beside the least possible", calls / least, "ratio", "= 1", calls == least),
        *(Row(f"{name}: {what}", number, "times", "= 0", not number) for what, number in faults.items()),
        Row(
            f"{name}: slowest, beside the limits less what is red's",
            slowest,
            "ratio",
            f"<= {SLOWER}",
            slowest <= SLOWER,
        ),
        Row(
            f"{name}: batches claimed for one call, beside one turn for each that waits",
            sum(v.claims for v in verdicts) / sum(v.turns for v in verdicts),
            "ratio",
            f"<= {WOKEN}",
            sum(v.claims for v in verdicts) <= WOKEN * sum(v.turns for v in verdicts),
        ),
        Row(f"{name}: took on {CORES} cores", took, "s"),
    ]


def _played(seed: int) -> Verdict:
    return played(random_schedule(seed))
