"""Rate windows in Redis, by two scripts that run there as one step each. What they hold may vanish: a mark says that it
did not, and without the mark nothing leaves until somebody has counted anew. Names hold the server's run, so that what
an earlier run kept on its disk counts no more."""

import math
from collections.abc import Sequence
from importlib.resources import files

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.coordination.contract import Key, Limit

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
        self.run = ""

    async def take(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, *, red: bool, together: bool
    ) -> list[float] | None:
        """As the contract says; None where what was counted is gone."""
        asked: list[str] = [repr(at), str(int(red)), str(int(together)), _keep(limits)]
        for limit in limits:
            asked += [str(limit.calls), repr(limit.seconds), str(limit.reserve)]
        said = await self._take(keys=[self._mark, *self._names(space, keys)], args=asked)
        if said is None:
            return None
        return [math.nextafter(free - at, math.inf) if (free := float(one)) > at else 0.0 for one in said]

    async def put(
        self, space: str, keys: Sequence[Key], limits: Sequence[Limit], at: float, times: int, taken: float | None
    ) -> None:
        """Count calls that left at `at`; `taken`: one that was counted under that moment counts there no longer."""
        before = [] if taken is None else [repr(taken)]
        await self._put(keys=self._names(space, keys), args=[repr(at), str(times), _keep(limits), *before])

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

    def _names(self, space: str, keys: Sequence[Key]) -> list[str]:
        return [f"{NAME}:{self.run}:{space}:{key}" for key in keys]


def _keep(limits: Sequence[Limit]) -> str:
    return str(int(max(limit.seconds for limit in limits) * GARBAGE * 1000) + 1000)


def _script(name: str) -> str:
    return (files("bot.coordination") / f"{name}.lua").read_text(encoding="utf-8")
