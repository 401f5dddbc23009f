"""Whether a sentence counts people who are dead, missing or trapped, by the words that reports are read by. Pure."""

from bot.letters import NARROW
from handlers.chat.understand.words import SIMPLE
from handlers.reports.reading.counts import counted
from handlers.reports.reading.read import LONGEST, clauses

LIVES = frozenset({"因灾死亡人口", "因灾失踪人口", "被困人口"})


def lives(text: str) -> bool:
    """死2人, 三人不见了. How many may be open; none is none."""
    typed = text[:LONGEST]
    found = counted(clauses(typed.translate(NARROW).translate(SIMPLE), typed))
    return any(one.name in LIVES and one.value != 0 for one in found.figures)
