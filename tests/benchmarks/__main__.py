"""`make bench`: measures, prints one table and writes bench.json. QUICK=1 is what CI runs."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    answers,
    callbacks,
    city,
    county,
    faults,
    first_word,
    kills,
    masses,
    overtaking,
    schedules,
    throughput,
    web_writes,
    words,
)
from tests.benchmarks.ground import Row


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    parts: list[tuple[str, Callable[[], list[Row]]]] = [
        ("the sample county", lambda: county.measure()),
        ("throughput", lambda: throughput.measure(10_000 if quick else 100_000, 2 if quick else 5)),
        ("kill -9", lambda: kills.measure(5_000 if quick else 20_000, 5 if quick else 20)),
        ("callbacks", lambda: callbacks.measure(5 if quick else 15)),
        ("answers", lambda: answers.measure(4 if quick else 12)),
        ("words", lambda: words.measure(60 if quick else 200)),
        ("first word", lambda: first_word.measure(60 if quick else 300)),
        ("a bad hour", lambda: faults.measure(2_000 if quick else 10_000)),
        ("mass plan", lambda: masses.measure(50_000 if quick else 500_000)),
        ("overtaking", lambda: overtaking.measure(10_000 if quick else 100_000, 60 if quick else 300)),
        ("schedules", lambda: schedules.measure(1_000 if quick else 10_000)),
        ("a city", lambda: city.measure(2_000 if quick else 10_000)),
        ("web writes", lambda: web_writes.measure(5_000 if quick else 20_000, 5 if quick else 20)),
    ]
    wanted = set(sys.argv[1:])
    console, rows = Console(stderr=True), []
    for name, measure in parts:
        if not wanted or name in wanted:
            console.print(f"measuring {name} …")
            rows += measure()
    _table(rows)
    Path("bench.json").write_text(json.dumps([row.__dict__ for row in rows], ensure_ascii=False, indent=1) + "\n")
    return 0


def _table(rows: list[Row]) -> None:
    table = Table("what", "measured", "unit", "bar", "holds")
    for row in rows:
        holds = "" if row.holds is None else ("yes" if row.holds else "NO")
        table.add_row(
            row.name, f"{row.value:,.3g}" if row.value < 100 else f"{row.value:,.0f}", row.unit, row.bar or "", holds
        )
    Console(width=150).print(table)


if __name__ == "__main__":
    sys.exit(main())
