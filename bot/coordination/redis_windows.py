"""Rate windows and quotas in Redis, by scripts that run there as one step each. What they hold may vanish: a mark says
that it did not, and without the mark nothing leaves until somebody has counted anew. Names hold the server's run, so
that what an earlier run kept on its disk counts no more."""

from collections.abc import Sequence
from importlib.resources import files

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.coordination.contract import Granted, Key, Limit, Quota
from bot.coordination.lines import KEPT, MOST
from bot.coordination.moments import wait
from bot.coordination.quotas import joins, past

AWAY = (RedisError, OSError, TimeoutError)  # whatever says that Redis cannot be asked
PATIENCE = 0.5  # seconds for an answer: the road goes on without it
NAME = "signaltree"
FILLING, FILLED = b"filling", b"filled"
FILL_MS = 10_000  # whoever began to count anew and died is followed by another
GARBAGE = 3  # a window is kept this many times its length; what counts is judged by the moments in it


class RedisWindows:
    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 1), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        self._take = self._redis.register_script(_script("window_take"))
        self._put = self._redis.register_script(_script("window_put"))
        self._turn = self._redis.register_script(_script("window_turn"))
        self._spend = self._redis.register_script(_script("quota_spend"))
        self._spent = self._redis.register_script(_script("quota_put"))
        self.run = ""

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool
    ) -> list[float] | None:
        """As the contract says; None where what was counted is gone."""
        asked = [repr(at), str(int(red)), str(int(together)), _keep(limits), *_numbers(limits)]
        said = await self._take(keys=[self._mark, *self._names(space, keys)], args=asked)
        return None if said is None else [wait(float(one), at) for one in said]

    async def line(self, space: str, key: Key) -> list[int]:
        return [int(one) for one in await self._redis.hkeys(self._line(space, key))]

    async def give(
        self, space: str, key: Key, limits: Sequence[Limit], one: int, rank: int, at: float, *, red: bool,
        gone: Sequence[int] = (),
    ) -> dict[int, float] | None:  # fmt: skip
        """As the contract says; None where what was counted is gone."""
        asked = [repr(at), str(int(red)), str(one), str(rank), str(MOST), repr(KEPT), str(GARBAGE), str(len(limits))]
        keys = [self._mark, *self._names(space, [key]), self._line(space, key)]
        said = await self._turn(keys=keys, args=[*asked, *_numbers(limits), *map(str, gone)])
        if said is None:
            return None
        return {int(number): wait(float(due), at) for number, due in zip(said[::2], said[1::2], strict=True)}

    async def put(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int, taken: float | None
    ) -> None:
        """Count calls that left at `at`; `taken`: one that was counted under that moment counts there no longer."""
        before = [] if taken is None else [repr(taken)]
        await self._put(keys=self._names(space, keys), args=[repr(at), str(times), _keep(limits), *before])

    async def undone(self, space: str, keys: Sequence[Key], limits: Sequence[Limit], taken: float) -> None:
        await self._put(keys=self._names(space, keys), args=[repr(taken), "0", _keep(limits), repr(taken)])

    async def spend(
        self, space: str, quotas: Sequence[Quota], copies: Sequence[int], at: float, *, red: bool
    ) -> list[Granted] | None:
        """As the contract says; None where what was counted is gone."""
        asked = [repr(at)]
        for quota in quotas:
            ends = quota.ends(at) if quota.daily else 0.0
            asked += [str(quota.allowed(red=red)), repr(quota.seconds), repr(past(quota, at)), repr(joins(quota, at))]
            asked += [repr(ends), str(int(quota.copies)), _keep([quota])]
        said = await self._spend(keys=[self._mark, *self._names(space, quotas)], args=[*asked, *map(str, copies)])
        return None if said is None else [Granted(float(wait), int(room)) for wait, room in said]

    async def spent(
        self, space: str, quotas: Sequence[Quota], calls: int, copies: int, at: float, taken: float | None
    ) -> None:
        told = [repr(at), "" if taken is None else repr(taken)]
        for quota in quotas:
            told += [str(copies if quota.copies else calls), repr(joins(quota, at)), _keep([quota])]
        await self._spent(keys=self._names(space, quotas), args=told)

    async def unspent(self, space: str, quotas: Sequence[Quota], calls: int, copies: int, taken: float) -> None:
        told = ["", repr(taken)]
        for quota in quotas:
            told += [str(copies if quota.copies else calls), "0", _keep([quota])]
        await self._spent(keys=self._names(space, quotas), args=told)

    async def meet(self) -> bool:
        """Ask which run of the server this is. Whether it is the one that we knew."""
        known, self.run = self.run, str((await self._redis.info("server"))["run_id"])
        return known == self.run

    async def begin(self) -> bool:
        """Whether it falls to us to count anew. False where all is there, or another does it."""
        return bool(await self._redis.set(self._mark, FILLING, nx=True, px=FILL_MS))

    async def filled(self) -> None:
        await self._redis.set(self._mark, FILLED)

    async def close(self) -> None:
        await self._redis.aclose()

    @property
    def _mark(self) -> str:
        return f"{NAME}:{self.run}"

    def _line(self, space: str, key: Key) -> str:
        return f"{self._names(space, [key])[0]}:line"

    def _names(self, space: str, keys: Sequence[Key | Quota]) -> list[str]:
        return [f"{NAME}:{self.run}:{space}:{key.name if isinstance(key, Quota) else key}" for key in keys]


def _numbers(limits: Sequence[Limit]) -> list[str]:
    return [said for one in limits for said in (str(one.calls), repr(one.seconds), str(one.reserve))]


def _keep(limits: Sequence[Limit | Quota]) -> str:
    return str(int(max(limit.seconds for limit in limits) * GARBAGE * 1000) + 1000)


def _script(name: str) -> str:
    return (files("bot.coordination") / f"{name}.lua").read_text(encoding="utf-8")
