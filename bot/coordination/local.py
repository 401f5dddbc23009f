"""Coordination on one machine: in this process, and through the database for the word that it changed."""

from collections import defaultdict
from collections.abc import Sequence

from bot.coordination.contract import Granted, Key, Limit, Quota
from bot.coordination.quotas import Quotas
from bot.coordination.watch import Watch
from bot.coordination.windows import Windows


class LocalCoordination:
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._windows: defaultdict[str, Windows] = defaultdict(Windows)
        self._quotas = Quotas()
        self._filled = False

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool = False
    ) -> list[float]:
        return self._windows[space].take(keys, limits, at, red=red, together=together)

    async def line(self, space: str, key: Key) -> list[int]:
        return self._windows[space].line(key)

    async def give(
        self, space: str, key: Key, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool,
        gone: Sequence[int] = (),
    ) -> dict[int, float]:  # fmt: skip
        return self._windows[space].give(key, limits, one, rank, at, red=red, gone=gone)

    async def counted(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int = 1
    ) -> None:
        self._windows[space].counted(keys, at, times)

    async def moved(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float, at: float) -> None:
        self._windows[space].moved(keys, taken, at)

    async def undone(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float) -> None:
        self._windows[space].undone(keys, taken)

    async def spend(
        self, space: str, quotas: Sequence[Quota], copies: Sequence[int], at: float, *, red: bool
    ) -> list[Granted]:
        return self._quotas.spend(space, quotas, copies, at, red=red)

    async def spent(
        self, space: str, quotas: Sequence[Quota], calls: int, copies: int, at: float, taken: float | None = None
    ) -> None:
        self._quotas.spent(space, quotas, calls, copies, at, taken)

    async def unspent(self, space: str, quotas: Sequence[Quota], calls: int, copies: int, taken: float) -> None:
        self._quotas.unspent(space, quotas, calls, copies, taken)

    async def empty(self) -> bool:
        return not self._filled

    async def filled(self) -> bool:
        self._filled = True
        return True

    def among(self, place: int, of: int) -> None:
        """One process takes, and it is this one."""

    async def changed(self, within: float) -> bool:
        return await self._watch.changed(within)

    async def close(self) -> None:
        await self._watch.close()
