"""What is said in Korean of a village that is moved, in the Chinese words that our tables know, from moving_korean.csv:
what was not done, or is only meant to be, before what was. Pure."""

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare
from handlers.reports.reading.korean import HANGUL, chinese

# Where one thing ends and the next begins, and not 하고 있습니다, 간다고 합니다.
JOINED = re.compile(r"(?<=[가-힣])(고|며|지만|는데|은데|으나)\s+(?!합|해요|하[여십네는]|함(?![가-힣])|했|있|싶)")
MARKED = r"\1，"


def moving(text: str) -> str:
    """As it is where there is nothing Korean in it."""
    if not HANGUL.search(text):
        return text
    said = JOINED.sub(MARKED, unicodedata.normalize("NFC", text))
    for korean, word in _words():
        said = korean.sub(word, said)
    return chinese(said)


def asks(text: str) -> bool:
    """대피했습니까: a question without its mark."""
    return bool(HANGUL.search(text)) and bare(text).endswith(vocabulary().part["report_question"])


def besides(text: str) -> str:
    """Without the Korean words for moving people, which a report has too."""
    return re.sub("|".join(vocabulary().part["moving"]), "", text)


@cache
def _words() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = (files("handlers.chat.understand") / "moving_korean.csv").read_text(encoding="utf-8")
    return tuple((re.compile(row["korean"]), row["chinese"]) for row in csv.DictReader(table.splitlines()))
