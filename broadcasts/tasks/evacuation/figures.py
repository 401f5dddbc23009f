"""What stands of all that was said of a village: of each figure the latest, with its moment. Nothing is inferred:
都转完了 makes no number, and a number no 都转完了. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcasts.tasks.evacuation.models import Evacuation, EvacuationWord, State


@dataclass(frozen=True)
class Figure:
    value: int
    at: datetime


@dataclass(frozen=True)
class Standing:
    """`homes` and `people` were moved; None: nobody has said. `refuses`: somebody does not want to go."""

    homes: Figure | None = None
    people: Figure | None = None
    left_homes: Figure | None = None
    left_people: Figure | None = None
    refusing: Figure | None = None
    refuses: bool = False
    everybody: bool = False
    needless: bool = False
    cannot: bool = False  # whoever has spoken of it cannot go
    place: str = ""
    last: EvacuationWord | None = None

    @property
    def state(self) -> State:
        if self.last is None:
            return State.asked
        if self.needless:
            return State.needless
        return State.done if self.everybody and not self.refuses else State.heard


FIGURES = ("homes", "people", "left_homes", "left_people", "refusing")


def standing(said: Iterable[EvacuationWord]) -> Standing:
    """Of one village's words, the oldest first. 都转完了 takes back who was left, or refused, before it."""
    words = [one for one in said if one.undone_at is None]
    if not words:
        return Standing()
    kept: dict[str, Figure] = {}
    refuses = everybody = needless = False
    place = ""
    for one in words:
        new = {name: Figure(n, one.at) for name in FIGURES if (n := getattr(one, name)) is not None}
        if one.everybody:
            kept = {name: figure for name, figure in kept.items() if name in {"homes", "people"}}
        kept |= new
        refuses = one.refuses or (refuses and not one.everybody and one.refusing != 0)
        everybody = one.everybody or (everybody and not _unfinished(one))
        needless = one.needless or (needless and not (new or one.refuses or one.everybody))
        place = one.place or place
    return Standing(
        **kept, refuses=refuses, everybody=everybody, needless=needless, place=place, last=words[-1],
        cannot=all(declined(words, who) for who in {one.person_id for one in words}),
    )  # fmt: skip


def declined(said: Iterable[EvacuationWord], person_id: int | None) -> bool:
    """Whether it is the last word of this person that they cannot go."""
    mine = [one for one in said if one.undone_at is None and one.person_id == person_id]
    return bool(mine) and mine[-1].cannot


def _unfinished(one: EvacuationWord) -> bool:
    return bool(one.refuses or one.left_homes or one.left_people or one.needless)


@dataclass(frozen=True)
class Sum:
    """Over several villages, beside how many of them have named it."""

    value: int
    of: int


@dataclass(frozen=True)
class Totals:
    villages: int
    silent: int
    done: int
    expected: Sum
    people: Sum
    homes: Sum
    left: Sum
    refusing: Sum
    refuse: int  # villages in which somebody does not want to go


def totals(rows: Sequence[tuple[Evacuation, Standing]]) -> Totals:
    stand = [one for _, one in rows]
    return Totals(
        len(rows),
        sum(one.state is State.asked for one, _ in rows),
        sum(one.state is State.done for one, _ in rows),
        _sum([one.expected for one, _ in rows]),
        _said([one.people for one in stand]),
        _said([one.homes for one in stand]),
        _said([one.left_people for one in stand]),
        _said([one.refusing for one in stand]),
        sum(one.refuses for one in stand),
    )


def _said(found: Iterable[Figure | None]) -> Sum:
    return _sum([one.value if one else None for one in found])


def _sum(found: Sequence[int | None]) -> Sum:
    known = [one for one in found if one is not None]
    return Sum(sum(known), len(known))
