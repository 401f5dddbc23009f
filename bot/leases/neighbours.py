"""Seeing which of the workers live, by their numbers and our own clock: the living share out the keys where they cannot
ask each other, and what a dead one had open is taken over."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Sign(NamedTuple):
    """A slot's sign of life, as its row shows it."""

    slot: str
    epoch: int
    renewal: int


@dataclass
class Neighbours:
    """`patience`: seconds of an unmoved number after which a slot is dead. Who was never seen to move may still live
    until then."""

    patience: float
    _seen: dict[str, tuple[Sign, float]] = field(default_factory=dict)

    def look(self, signs: Iterable[Sign], monotonic: float) -> tuple[list[str], list[Sign]]:
        """The living, in their order, and the dead."""
        now = {sign.slot: sign for sign in signs}
        for slot, sign in now.items():
            if slot not in self._seen or self._seen[slot][0] != sign:
                self._seen[slot] = (sign, monotonic)
        self._seen = {slot: seen for slot, seen in self._seen.items() if slot in now}
        dead = [sign for sign, since in self._seen.values() if monotonic - since > self.patience]
        gone = {sign.slot for sign in dead}
        return sorted(slot for slot in now if slot not in gone), dead
