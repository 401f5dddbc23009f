"""Who waits for one robot, chat or telephone whose window is full: each is given the next moment at which there is
room, so that each is claimed once, and not all of them whenever there is room for one."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.coordination.contract import Coordination, Key, Limit
from broadcasts.dispatch.claims.contract import Claimed, Claims
from broadcasts.dispatch.sending.shares import Street

MOST = 50  # of those behind who are told at once; whoever comes after them asks when it is due
NEVER = datetime.max.replace(tzinfo=UTC)
KEPT = timedelta(minutes=1)  # after its moment: whoever has not come by then left by another worker


class Turn(NamedTuple):
    """In the order in which they leave: the most severe first, then whoever waited longest."""

    rank: int
    due: datetime
    id: int


class Turns:
    """Known to this worker alone: what another gave out meets ours at one moment, and one of the two waits again."""

    def __init__(self, coordination: Coordination, claims: Claims) -> None:
        self._coordination, self._claims = coordination, claims
        self._lines: defaultdict[tuple[Street, Key], dict[int, Turn]] = defaultdict(dict)
        self._tidied = datetime.min.replace(tzinfo=UTC)

    def left(self, street: Street, key: Key, batch: Claimed) -> None:
        """It waits no longer."""
        if line := self._lines.get((street, key)):
            line.pop(batch.id, None)
            if not line:
                del self._lines[street, key]

    async def give(
        self, street: Street, key: Key, limits: tuple[Limit, ...], batch: Claimed, at: datetime, *, red: bool
    ) -> datetime:
        """When this one may leave, for which there is no room now. Whoever lost a turn to what is more severe comes
        before those who were behind, who wait longer as well."""
        self._tidy(at)
        line = self._lines[street, key]
        await self._forget(line, batch, at)
        mine = line.get(batch.id) or Turn(batch.rank, NEVER, batch.id)
        ahead = [turn.due.timestamp() for turn in line.values() if turn < mine]
        behind = sorted(turn for turn in line.values() if turn > mine and (turn.rank == 0) is red)[:MOST]
        now, space, moved = at.timestamp(), "/".join(street), [mine, *behind]
        waits = await self._coordination.follow(space, key, limits, now, ahead, len(moved), red=red)
        for turn, wait in zip(moved, waits, strict=True):
            line[turn.id] = turn._replace(due=at + timedelta(seconds=wait))
        if behind:
            await self._claims.postpone({turn.id: line[turn.id].due for turn in behind})
        return line[mine.id].due

    def _tidy(self, at: datetime) -> None:
        """Now and then, of every line: what was superseded or is over never comes for its turn."""
        if at < self._tidied + KEPT:
            return
        self._tidied = at
        for name, line in [*self._lines.items()]:
            for number in [number for number, turn in line.items() if turn.due + KEPT < at]:
                del line[number]
            if not line:
                del self._lines[name]

    async def _forget(self, line: dict[int, Turn], batch: Claimed, at: datetime) -> None:
        """Of the others only those that wait still are ahead of anybody."""
        others = [number for number in line if number != batch.id]
        waiting = await self._claims.still_open(others) if others else set()
        for number in others:
            if number not in waiting or line[number].due + KEPT < at:
                del line[number]
