"""Real messages for an invented county: samples as they were found, changed by a listed table and nothing else."""

import csv
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from broadcasts.hazards.catalogue import signal
from broadcasts.hazards.grades import BY_CHINESE, Grade

HERE = Path(__file__).parent
STATION = "52992641600000"
LASTS = timedelta(hours=3)


class Change(NamedTuple):
    """One row of the table: what was found, what stands there now, and why."""

    file: str
    found: str
    put: str
    why: str


@cache
def table() -> tuple[Change, ...]:
    with (HERE / "table.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Change(**row) for row in csv.DictReader(file))


def identifier(at: datetime, zone: ZoneInfo) -> str:
    """As the national platform makes one: the station, and the moment."""
    return f"{STATION}_{at.astimezone(zone):%Y%m%d%H%M%S}"


def sample(name: str, at: datetime, zone: ZoneInfo, **facts: str) -> bytes:
    """A sample of now, for the sample county. Raises ValueError where a row of the table finds nothing to change."""
    text = (HERE / name).read_text(encoding="utf-8")
    known = {**_times(at, zone), "id": identifier(at, zone), **_says(facts.get("zh", ""), at), **facts}
    for change in (c for c in table() if c.file == name):
        if change.found not in text:
            raise ValueError(f"{name}: {change.found}")
        text = text.replace(change.found, change.put.format(**known) if "{" in change.put else change.put)
    return text.encode()


def _says(zh: str, at: datetime) -> dict[str, str]:
    """What a typhoon of this colour is: a red signal with the blue one's text would be nobody's."""
    typhoon = signal("11B01", BY_CHINESE.get(zh[:1], Grade.blue), at.date())
    rain = signal("11B03", Grade.orange, at.date())
    return {
        "criterion": typhoon.criteria if typhoon else "",
        "guide": typhoon.guide if typhoon else "",
        "rain": rain.criteria if rain else "",
    }


def _times(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    local, end = at.astimezone(zone), at.astimezone(zone) + LASTS
    return {
        "at": local.isoformat(timespec="seconds"),
        "blank": local.isoformat(" ", timespec="seconds"),
        "expires": end.isoformat(timespec="seconds"),
        "blankend": end.isoformat(" ", timespec="seconds"),
        "plain": f"{local:%Y-%m-%d %H:%M:%S}",
        "plainend": f"{end:%Y-%m-%d %H:%M:%S}",
        "minute": f"{local:%Y-%m-%d %H:%M}",
        "said": f"{local.year}年{local.month}月{local.day}日{local:%H时%M分}",
    }
