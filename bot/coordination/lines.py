"""Who waits for one key whose window is full: each is given the next moment at which there is room, so that each is
claimed once, and not all of them whenever there is room for one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.coordination.contract import Key, Limit
from bot.coordination.moments import Moments, following

MOST = 50  # of those behind who are told at once; whoever comes after them asks when it is due
KEPT = 60.0  # seconds after its moment: whoever has not asked again by then left


class Turn(NamedTuple):
    """In the order in which they leave: the most severe first, then whoever has waited longest. `due` is when it may.
    Once that has come it has left, or is about to ask again, and is ahead of nobody."""

    rank: int
    since: float
    id: int
    due: float


class Lines:
    """The same as window_turn.lua, in memory."""

    def __init__(self) -> None:
        self._turns: defaultdict[Key, dict[int, Turn]] = defaultdict(dict)
        self._tidy_at = 0.0

    def of(self, key: Key) -> list[int]:
        return [*self._turns.get(key, ())]

    def give(
        self, key: Key, moments: Moments, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool,
        gone: Iterable[int],
    ) -> dict[int, float]:  # fmt: skip
        """At which moments it, and each behind it that this moves, may leave."""
        self._tidy(at)
        line = self._turns[key]
        for number in gone:
            line.pop(number, None)
        mine = line.get(one) or Turn(rank, at, one, at)
        others = [turn for turn in line.values() if turn.id != one and turn.due > at]
        ahead = [turn.due for turn in others if turn < mine]
        behind = sorted(turn for turn in others if turn > mine and (turn.rank == 0) is red)[:MOST]
        moved = [mine, *behind]
        for turn, due in zip(moved, following(moments, limits, at, ahead, len(moved), red=red), strict=True):
            line[turn.id] = turn._replace(due=due)
        return {turn.id: line[turn.id].due for turn in moved}

    def _tidy(self, at: float) -> None:
        """Now and then, of every line: what was superseded or is over never asks again."""
        if at < self._tidy_at:
            return
        self._tidy_at = at + KEPT
        for key, line in [*self._turns.items()]:
            kept = {number: turn for number, turn in line.items() if turn.due + KEPT >= at}
            if kept:
                self._turns[key] = kept
            else:
                del self._turns[key]
