"""What is claimed and may leave now, the most severe first, and the lanes that wait for it."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence

from broadcasts.dispatch.claims.contract import Claimed

URGENT = 1  # ranks up to here (red, rings) overtake what is already claimed
LEAST = 9  # the last rank


class Ready:
    def __init__(self) -> None:
        self._ranks: list[deque[Claimed]] = [deque() for _ in range(LEAST + 1)]
        self._idle: deque[asyncio.Future[None]] = deque()
        self.waiting = 0
        self.closed = False  # we stop: nothing more is lined up, and nothing begun

    @property
    def urgent(self) -> bool:
        return any(self._ranks[rank] for rank in range(URGENT + 1))

    def __iter__(self) -> Iterator[Claimed]:
        return (batch for rank in self._ranks for batch in rank)

    def add(self, batches: Sequence[Claimed]) -> None:
        for batch in batches:
            self._ranks[batch.rank].append(batch)
        self.waiting += len(batches)
        for _ in range(min(len(self._idle), self.waiting)):
            woken = self._idle.popleft()
            if not woken.done():
                woken.set_result(None)

    def next(self) -> Claimed | None:
        if self.waiting:
            for rank in self._ranks:
                if rank:
                    self.waiting -= 1
                    return rank.popleft()
        return None

    def empty(self) -> list[Claimed]:
        """All of it, which is no longer here."""
        batches = list(self)
        for rank in self._ranks:
            rank.clear()
        self.waiting = 0
        return batches

    async def idle(self) -> None:
        """Wait until something was added."""
        idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle.append(idle)
        await idle
