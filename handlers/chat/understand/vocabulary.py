"""The words we know, from vocabulary.csv. A county that speaks otherwise adds words there, not code."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from handlers.chat.understand.words import bare


@dataclass(frozen=True)
class Vocabulary:
    """Words by what they mean, the longest first. `whole`: all that is said; `part`: somewhere in it; `lead`: its
    beginning, and the rest is a fact."""

    whole: dict[str, tuple[str, ...]]
    part: dict[str, tuple[str, ...]]
    lead: dict[str, tuple[str, ...]]

    def means(self, words: str) -> list[str]:
        """What these whole words mean, in the file's order."""
        return [name for name, known in self.whole.items() if words in known]


@cache
def vocabulary() -> Vocabulary:
    made: dict[str, defaultdict[str, set[str]]] = {match: defaultdict(set) for match in ("whole", "part", "lead")}
    text = (files("handlers.chat.understand") / "vocabulary.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        made[row["match"]][row["intent"]].update(filter(None, map(bare, row["words"].split())))
    return Vocabulary(*({name: _ordered(words) for name, words in made[m].items()} for m in ("whole", "part", "lead")))


def found(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where its words stand, each from and to."""
    for word in vocabulary().part[name]:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + 1)


def ending(text: str, name: str) -> str:
    """The word that it ends in, the longest; empty where it ends in none."""
    return next((word for word in vocabulary().part[name] if text.endswith(word)), "")


def cut(text: str, filler: str, until: str) -> str:
    """Without the filler at its end, as far as to a word that ends it."""
    while (word := ending(text, filler)) and not ending(text, until):
        text = text.removesuffix(word)
    return text


def _ordered(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
