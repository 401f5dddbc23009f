"""Which row says what follows a mass send: whether it is asked for, and how many get a pointer instead. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.states import Purpose
from broadcasts.hazards.grades import Grade

ALONE = frozenset({Grade.red})  # what may leave by itself: nothing else is worth one of four without a person's word


@dataclass(frozen=True)
class Following:
    """Without a row it is asked for, and nobody gets a pointer in its place."""

    alone: bool = False
    basis: str = ""
    pointers: int = 0


def following(rules: Iterable[MassRule], grade: Grade | None, purpose: Purpose, day: date) -> Following:
    """Of the rows that match, whatever one of them allows."""
    mine = [
        rule
        for rule in rules
        if (not rule.grade or rule.grade == grade)
        and (not rule.message or rule.message == purpose)
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    alone = next((rule for rule in mine if rule.alone and grade in ALONE), None)
    return Following(alone is not None, alone.basis if alone else "", max((rule.pointers for rule in mine), default=0))
