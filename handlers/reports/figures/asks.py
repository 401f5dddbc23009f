"""The words of what is asked about a report and of its figures, from templates/messages/asks.txt. They are kept in
Chinese, as the desk reads them; to a reporter of another language each is said again in theirs."""

import re
from functools import cache

from broadcasts.dispatch.texts.render import CHINESE, wording

FILE = "asks.txt"
SLOT = re.compile(r"\\{(\w+)\\}")
COUNTED = re.compile(r"(?<=[0-9]) ?([\u4e00-\u9fff]+)")  # 3间, 0.2 公顷


def ask(name: str, /, **facts: str) -> str:
    """A question as it is kept."""
    return wording(FILE, "ASKS")[name].format(**facts)


def in_language(kept: str, language: str) -> str:
    """The same question as it is said; one that we do not know by its form stays as it was kept."""
    if language == CHINESE:
        return kept
    for name, form in _forms().items():
        if found := form.fullmatch(kept):
            facts = {key: called(fact, language) for key, fact in found.groupdict().items()}
            return wording(FILE, "ASKS", language)[name].format(**facts)
    return kept


def told(name: str, language: str, /, **facts: str) -> str:
    """A figure as a receipt repeats it."""
    said = {key: called(fact, language) for key, fact in facts.items()}
    return wording(FILE, "FIGURES", language)[name].format(**said)


def called(fact: str, language: str) -> str:
    """An indicator, a unit or an amount by its name in that language; anything else as it is."""
    if language == CHINESE:
        return fact
    names, units = wording(FILE, "NAMES", language), wording(FILE, "UNITS", language)
    bare = fact.removeprefix("其中：").removesuffix("(累计值)")
    if bare in names or bare in units:
        return names.get(bare) or units[bare]
    return COUNTED.sub(lambda found: units.get(found[1], found[0]), fact)


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    """Each question's form with its facts as groups, the longest first: what one says more another would take in."""
    forms = sorted(wording(FILE, "ASKS").items(), key=lambda one: -len(one[1]))
    return {name: re.compile(_pattern(form), re.S) for name, form in forms}


def _pattern(form: str) -> str:
    return SLOT.sub(lambda slot: f"(?P<{slot[1]}>.+?)", re.escape(form))
