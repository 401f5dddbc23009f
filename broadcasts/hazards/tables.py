"""Reads the files of data/ once. events.csv: national event codes. signals.json: signals by region, with dates.
qweather.csv: the event codes of QWeather's alerts (source s2)."""

import csv
import json
from functools import cache
from importlib.resources import files
from typing import Any


def _text(name: str) -> str:
    return (files("broadcasts.hazards") / "data" / name).read_text(encoding="utf-8")


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Event codes: code, name, official, en, status, nmc, weather_com_cn, aliases, aliases_en, source."""
    return tuple(csv.DictReader(_text("events.csv").splitlines()))


@cache
def qweather() -> dict[str, str]:
    """QWeather's event code → what it is called."""
    return {row["code"]: row["name"] for row in csv.DictReader(_text("qweather.csv").splitlines())}


@cache
def table() -> dict[str, Any]:
    """`regions` (name → prefix of its division codes) and `signals`."""
    return dict(json.loads(_text("signals.json")))


@cache
def sources() -> dict[str, str]:
    """Short key of a source → where it was read."""
    return dict(json.loads(_text("sources.json")))
