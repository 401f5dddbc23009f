"""The words of reports, from the files beside this one. A county that speaks otherwise adds words there, not code."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """An amount with `unit` near one of the words counts for these indicators."""

    unit: str
    words: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word tells of the kind of event, and of the danger."""

    kind: str
    code: str
    words: tuple[str, ...]


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(Rule(row["unit"], _longest(row["words"]), tuple(row["names"].split())) for row in _rows("rules.csv"))


@cache
def none_of() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """没人伤 → 因灾受伤人口. The longest first."""
    pairs = [(word, tuple(row["names"].split())) for row in _rows("none.csv") for word in row["words"].split()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def meanings() -> tuple[Meant, ...]:
    return tuple(Meant(row["kind"], row["code"], _longest(row["words"])) for row in _rows("kinds.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("handlers.reports.reading") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _longest(words: str) -> tuple[str, ...]:
    return tuple(sorted(words.split(), key=lambda word: -len(word)))
