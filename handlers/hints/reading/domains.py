"""Which of the three domains the words speak of: proposed beside the words, decided by a person. Pure."""

import csv
from functools import cache
from importlib.resources import files

from handlers.hints.models import Domain


def proposed(text: str) -> tuple[Domain | None, str]:
    """The domain whose words stand in the text, the longest of all words first; and that word."""
    found = [(word, domain) for word, domain in _known() if word in text]
    return (found[0][1], found[0][0]) if found else (None, "")


@cache
def _known() -> tuple[tuple[str, Domain], ...]:
    """Every word with its domain, the longest first. A county that speaks otherwise adds words to the file."""
    text = (files("handlers.hints.reading") / "domains.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    pairs = [(word, Domain(row["domain"])) for row in rows for word in row["words"].split()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
