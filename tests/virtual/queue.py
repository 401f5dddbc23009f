"""The Batch table in memory, for schedules by the thousand: the claims' contract in the same order, without a disk."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.leases.neighbours import Sign
from broadcasts.dispatch.claims.apart import cut
from broadcasts.dispatch.claims.contract import Apart, Attempted, Claimed, Outcome, Spent, Wording
from broadcasts.dispatch.states import State

TEXT = 1
CODE = "virtual"


@dataclass(slots=True)
class Line:
    """A row. `order` as the queue's index has it."""

    batch: Claimed
    due: datetime
    state: State = State.queued


@dataclass
class VirtualQueue:
    """`pieces` counts the calls of batches that members at a limit were moved to; `waited` are calls for which there
    was no room at first."""

    epoch: int = 1
    lines: dict[int, Line] = field(default_factory=dict)
    wordings: dict[int, Wording] = field(default_factory=dict)
    pieces: int = 0
    taken: int = 0
    waited: set[tuple[int, int]] = field(default_factory=set)
    news_at: asyncio.Event = field(default_factory=asyncio.Event)
    drained: asyncio.Event = field(default_factory=asyncio.Event)
    _heard: bool = False

    def add(self, batches: Iterable[Claimed], due: datetime) -> None:
        for batch in batches:
            self.lines[batch.id] = Line(batch, due)
        self._heard = True
        self.drained.clear()
        self.news_at.set()

    @property
    def waiting(self) -> int:
        return sum(line.state in {State.queued, State.sending} for line in self.lines.values())

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        due = [
            line
            for line in self.lines.values()
            if line.state is State.queued and line.due <= at and line.batch.rank <= rank
        ]
        due.sort(key=lambda line: (line.batch.rank, line.due, line.batch.id))
        self.taken += len(due[:most])
        for line in due[:most]:
            line.state = State.sending
        return sorted((line.batch for line in due[:most]), key=lambda batch: (batch.rank, batch.id))

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        for o in outcomes:
            line = self.lines[o.batch.id]
            if not o.tried and o.state is State.queued:
                self.waited.add((o.batch.id, o.parts_done))
            line.state, line.due = o.state, o.due_at or line.due
            attempts = line.batch.attempts + o.tried
            line.batch = line.batch._replace(attempts=attempts, parts_done=o.parts_done, reason=o.reason)
        if not self.waiting:
            self.drained.set()
        self.news_at.set()  # a watch hears the worker's own commits too

    async def part(self, apart: Sequence[Apart], at: datetime) -> list[Claimed]:
        return [self._cut(one) for one in apart]

    def _cut(self, apart: Apart) -> Claimed:
        batch = apart[0]
        members = (batch.members or "").split("|")
        stays, _, pieces = cut(apart, [(n, member.lower(), 0, 0) for n, member in enumerate(members)])
        for piece in pieces:
            number = max(self.lines) + 1
            self.lines[number] = Line(batch._replace(id=number, members=piece.members, reason="limit"), piece.due)
            self.pieces += len(self.wordings[batch.text_id].parts)
        self.lines[batch.id].batch = stays
        return stays

    async def news(self) -> bool:
        heard, self._heard = self._heard, False
        return heard

    async def next_due(self) -> datetime | None:
        return min((line.due for line in self.lines.values() if line.state is State.queued), default=None)

    async def texts(self, ids: Iterable[int]) -> dict[int, Wording]:
        return {number: self.wordings[number] for number in ids}

    async def changed(self, within: float) -> bool:
        """As a watch: somebody committed, or the time is over."""
        try:
            async with asyncio.timeout(within):
                await self.news_at.wait()
        except TimeoutError:
            return False
        self.news_at.clear()
        return True

    async def still_open(self, ids: Sequence[int]) -> set[int]:
        return {number for number in ids if self.lines[number].state in {State.queued, State.sending}}

    async def postpone(self, dues: Mapping[int, datetime]) -> None:
        for number, due in dues.items():
            if self.lines[number].state is State.queued:
                self.lines[number].due = due

    async def recent(self, since: datetime) -> list[Attempted]:
        return []

    async def spent(self, since: datetime) -> list[Spent]:
        return []

    async def audience(self, batch_id: int) -> list[str]:
        return []

    async def revision(self) -> str:
        return ""

    async def start(self, at: datetime) -> int:
        return 0

    async def renew(self) -> None: ...

    async def signs(self) -> list[Sign]:
        return []

    async def adopt(self, dead: Sign, at: datetime) -> int:
        return 0

    async def leave(self) -> None: ...

    async def release(self, road: str, channel: str, reasons: Sequence[str], at: datetime) -> int:
        return 0

    async def enter(self, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None: ...

    async def down(self, subjects: Sequence[str]) -> dict[str, tuple[datetime, str]]:
        return {}

    async def close(self) -> None: ...
