"""What somebody says of a village that is moved: 转了12户35人, 都转完了, 还有3个老人不肯走, 不用转. Pure. A figure is
taken where its number is plain and nothing beside it says that it is a plan, or of something else (准备转移35人,
派10人来帮忙搬); 都转完了 where nothing beside it raises a doubt."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

from bot.letters import NARROW
from broadcasts.tasks.evacuation.say import Heard
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.moving_korean import asks, moving
from handlers.chat.understand.read import understand
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import SIMPLE, bare
from handlers.reports.reading.amounts import Amount, amounts
from handlers.reports.reading.korean import HANGUL
from handlers.reports.reading.read import CUT

LONGEST = 255
REASON = 3  # letters at least of a clause that says why
ASKS = re.compile(r"[?？吗]\s*$|了没有?\s*$|([转搬撤])不\1|谁说(?:了)?不[用需必]")
APART = re.compile(rf"{CUT.pattern}|\s+")
WHO = re.compile(r".{0,8}(?:村|社区|屯|寨|组|们|这里|这边|说|长|书记|主任|领导)")  # who, and not why


class Part(StrEnum):
    """What a clause speaks of."""

    moved = "moved"
    planned = "planned"  # or not of who was moved: its figures are doubts
    left = "left"
    refuses = "refuses"
    none_refuses = "none_refuses"
    other = "other"  # how many should be moved, or need not


MOVED = frozenset({Part.moved, Part.planned})


class AtEvacuation(NamedTuple):
    """`why` is asked where 不用转 stands there without its reason."""

    heard: Heard
    why: bool = False


def at_evacuation(text: str) -> AtEvacuation | None:
    """None where nothing of it is said, or it is a question."""
    plain = moving(text[:LONGEST].translate(NARROW).translate(SIMPLE))
    if ASKS.search(plain) or asks(text):
        return None
    heard, spoken, before = Heard(), False, Part.other
    for clause in _clauses(plain):
        part = _part(clause, before)
        if part is None:
            continue
        found = _amounts(clause)
        spoken |= part is not Part.other and bool(found or part not in MOVED or _all(clause) or _going(clause))
        heard, before = _with(heard, part, clause, found), part
    if _any(plain, "needless") and not (heard.people or heard.homes or heard.refuses or heard.doubts):
        return _needless(plain) if not any(_amounts(clause) for clause in _clauses(plain)) else None
    if not spoken:
        return None
    helped = Intent.help in {understand(one).intent for one in (text, plain)}
    return AtEvacuation(replace(heard, help=helped))


def _needless(plain: str) -> AtEvacuation:
    word = next(one for one in vocabulary().part["needless"] if one in plain)
    apart = CUT if HANGUL.search(plain) else APART  # Korean has spaces between words
    reasoned = _any(plain.replace(word, ""), "needless_why") or any(map(_says_why, apart.split(plain)))
    return AtEvacuation(Heard(needless=reasoned), why=not reasoned)


def _says_why(clause: str) -> bool:
    """A clause of its own beside 不用转: 雨小了, and not 收到, 我们村 or 王书记."""
    words = bare(clause)
    known = _any(words, "needless") or vocabulary().means(words) or WHO.fullmatch(words)
    return len(words) >= REASON and not known


def _clauses(plain: str) -> Iterator[str]:
    """As far as the marks go, and before 还有, which begins what is left."""
    rest = "|".join(vocabulary().part["moved_rest"])
    for piece in CUT.split(plain):
        for clause in re.split(rf"(?=(?<!还)(?:{rest}))", piece or ""):
            if clause.strip():
                yield re.sub(r"\s+", "", clause)


def _part(clause: str, before: Part) -> Part | None:
    """None where the clause speaks of something else."""
    if _any(clause, "refuses_none"):
        return Part.none_refuses
    if _any(_without(clause, "moved_not"), "refuses"):
        return Part.refuses
    if _any(clause, "needless") or _any(clause, "should_move"):
        return Part.other
    if _any(clause, "moved_left"):
        return Part.left
    plain = _without(clause, "moved_innocent")
    if _any(plain, "moved_not"):
        return None
    if clause.startswith(vocabulary().part["moved_rest"]):
        return Part.left if before in {*MOVED, Part.left} and _whole(clause) else None
    if _any(clause, "moved") or _all(clause):
        return Part.planned if _any(plain, "moved_doubt") else Part.moved
    return before if before is not Part.other and _whole(clause) else None


def _whole(clause: str) -> bool:
    """Whether it holds nothing but amounts of people and homes, so that the verb stands before: 转了12户，35人."""
    left = clause
    for one in _amounts(clause):
        left = left.replace(one.said, "", 1)
    for name in ("moved_rest", "of_people"):
        for word in vocabulary().part[name]:
            left = left.replace(word, "")
    return bool(_amounts(clause)) and len(bare(left)) <= 1


def _amounts(clause: str) -> list[Amount]:
    """Of people and homes: 3个老人 are people."""
    found = []
    for one in amounts(clause):
        people = one.kind == "个" and clause[one.end :].startswith(vocabulary().part["of_people"])
        if one.kind in {"人", "户"} or people:
            found.append(replace(one, kind="人") if people else one)
    return found


def _with(heard: Heard, part: Part, clause: str, found: list[Amount]) -> Heard:
    if part is Part.none_refuses:
        return replace(heard, refusing=0)
    if part is Part.other:
        return heard
    heard = replace(heard, doubts=(*heard.doubts, *_vague(found, part)))
    if part is Part.refuses:
        people = _number(found[-1:], "人")
        return replace(heard, refuses=True, refusing=heard.refusing if people is None else people)
    if part is Part.planned and found:
        return heard
    names = ("homes", "people") if part in MOVED else ("left_homes", "left_people")
    said: dict[str, Any] = dict(zip(names, (_number(found, "户"), _number(found, "人")), strict=True))
    said = {name: n for name, n in said.items() if n is not None}
    heard = replace(heard, **said)
    if part not in MOVED or not _all(clause) or _any(clause, "moved_unsure"):
        return heard
    if _any(clause, "moved_some"):
        return heard if said else replace(heard, doubts=(*heard.doubts, clause))
    return replace(heard, everybody=heard.everybody or not said or _any(clause, "moved_every"))


def _number(found: list[Amount], kind: str) -> int | None:
    """The last of several: 不是两户，是三户."""
    numbers = [one.value for one in found if one.kind == kind and one.value is not None and one.value == int(one.value)]
    return int(numbers[-1]) if numbers else None


def _vague(found: list[Amount], part: Part) -> list[str]:
    return [one.said for one in found if part is Part.planned or one.value is None or one.value != int(one.value)]


def _all(clause: str) -> bool:
    return _any(clause, "moved_all")


def _going(clause: str) -> bool:
    return _any(clause, "moved_going")


def _any(clause: str, name: str) -> bool:
    return any(word in clause for word in vocabulary().part[name])


def _without(clause: str, name: str) -> str:
    for word in vocabulary().part[name]:
        clause = clause.replace(word, "")
    return clause
