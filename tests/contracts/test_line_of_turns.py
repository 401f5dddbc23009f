"""The line of those who wait for one key: one process's and the one that many share in Redis give the same turns."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import TurnedClock
from bot.coordination.contract import Coordination, Limit
from bot.coordination.lines import KEPT
from bot.coordination.local import LocalCoordination
from bot.coordination.redis_windows import RedisWindows
from bot.coordination.windows import Windows
from tests.contracts.test_shared_windows import Silent, coordination, ready
from tests.servers import Redis
from tests.world import NIGHT

LIMITS = (Limit(3, 60.0, reserve=1),)
BOTH = (Limit(6, 60.0, reserve=2), Limit(12, 600.0, reserve=4))
ROBOT = 7
BLUE, RING = 3, 1


@dataclass
class Worker:
    """One of two who share, in one process or through Redis."""

    coordination: Coordination
    space: str

    async def full(self, at: float = 0.0) -> None:
        """Two others have what the window holds."""
        assert await self.coordination.take(self.space, [ROBOT] * 2, LIMITS, at, red=False) == [0.0, 0.0]

    async def turn(self, one: int, at: float, rank: int = BLUE, gone: tuple[int, ...] = ()) -> dict[int, float]:
        """When it may leave, and whom it moves."""
        given = await self.coordination.give(self.space, ROBOT, LIMITS, one, rank, at, red=rank == 0, gone=gone)
        return {number: round(at + wait, 3) for number, wait in given.items()}

    async def line(self) -> list[int]:
        return sorted(await self.coordination.line(self.space, ROBOT))


Two = tuple[Worker, Worker]


@pytest.fixture(params=["local", "redis"])
async def workers(request: pytest.FixtureRequest) -> AsyncIterator[Two]:
    space = secrets.token_hex(8)
    if request.param == "local":
        alone = LocalCoordination(Silent())
        yield Worker(alone, space), Worker(alone, space)
        return
    server, clock = request.getfixturevalue("redis_server"), TurnedClock(NIGHT)
    one, two = await ready(coordination(server, clock)), await ready(coordination(server, clock))
    yield Worker(one, space), Worker(two, space)
    await one.close()
    await two.close()


async def test_whoever_comes_to_another_worker_stands_behind(workers: Two) -> None:
    one, two = workers
    await one.full()
    assert await one.turn(1, 1.0) == {1: 60.0}
    assert await two.turn(2, 2.0) == {2: 60.0}
    assert await two.turn(3, 3.0) == {3: 120.0}
    assert await one.line() == [1, 2, 3]


async def test_the_more_severe_goes_before_and_those_behind_learn_of_it(workers: Two) -> None:
    one, two = workers
    await one.full()
    for number in (1, 2):
        await one.turn(number, 1.0)
    assert await two.turn(3, 2.0, RING) == {3: 60.0, 1: 60.0, 2: 120.0}
    assert await one.turn(4, 3.0) == {4: 120.0}
    assert await two.turn(5, 4.0, 0) == {5: 4.0}  # what is kept for red is free


async def test_whoever_is_gone_is_ahead_of_nobody(workers: Two) -> None:
    one, two = workers
    await one.full()
    for number in (1, 2):
        await one.turn(number, 1.0)
    assert await two.turn(3, 2.0, gone=(1, 2)) == {3: 60.0}
    assert await one.line() == [3]


async def test_whose_moment_has_come_is_ahead_of_nobody_and_asks_again_in_its_old_place(workers: Two) -> None:
    one, two = workers
    await one.full()
    for number in (1, 2, 3):
        await one.turn(number, float(number))
    await two.full(60.0)  # two others were quicker
    assert await two.turn(2, 60.5) == {2: 120.0, 3: 120.0}
    assert await one.turn(1, 60.5) == {1: 120.0, 2: 120.0, 3: 180.0}


async def test_whoever_never_asks_again_is_forgotten(workers: Two) -> None:
    one, two = workers
    await one.full()
    await one.turn(1, 1.0)
    await two.turn(2, 61.0 + KEPT)
    assert await one.line() == [2]


Asks = st.lists(
    st.tuples(st.floats(0, 700), st.sampled_from(["take", "red", "give"]), st.integers(0, 12), st.integers(0, 3)),
    max_size=60,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asks=Asks)
def test_the_script_gives_the_turns_that_one_process_gives(
    redis_server: Redis, asks: list[tuple[float, str, int, int]]
) -> None:
    async def compared() -> None:
        there, here, space = RedisWindows(redis_server.url), Windows(), secrets.token_hex(8)
        try:
            await there.meet()
            if await there.begin():
                await there.filled()
            for at, what, number, rank in sorted(asks):
                if what != "give":
                    took = await there.take(space, ["a"], BOTH, at, red=what == "red", together=False)
                    assert took == here.take(["a"], BOTH, at, red=what == "red")
                    continue
                how, gone = {"red": rank == 0}, [number + 1]
                told = await there.give(space, "a", BOTH, number, rank, at, gone=gone, **how)
                assert told == here.give("a", BOTH, number, rank, at, gone=gone, **how)
        finally:
            await there.close()

    asyncio.run(compared())
