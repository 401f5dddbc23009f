"""Windows that many processes share: the same as one process's, also while Redis is away and when it comes back."""

import asyncio
import secrets
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import TurnedClock
from bot.coordination.contract import Limit
from bot.coordination.redis_windows import RedisWindows
from bot.coordination.shared import PROBE, SETTLED, SharedCoordination
from bot.coordination.windows import Windows
from tests.servers import Redis
from tests.world import NIGHT

MINUTE = (Limit(20, 60.0, reserve=5),)
BOTH = (Limit(6, 60.0, reserve=2), Limit(20, 600.0, reserve=4))
SPACE = "live/robot"
Asks = st.lists(
    st.tuples(
        st.floats(0, 590),  # the clock may go back, by less than the longest window: what is past one process forgets
        st.lists(st.sampled_from("abc"), min_size=1, max_size=8),  # several batches may ask for one robot at once
        st.sampled_from(["blue", "red", "together", "counted", "moved"]),
    ),
    max_size=60,
)


class Silent:
    """Nobody commits."""

    async def changed(self, within: float) -> bool:
        return False

    async def close(self) -> None: ...


def coordination(server: Redis, clock: TurnedClock) -> SharedCoordination:
    return SharedCoordination(RedisWindows(server.url), Silent(), clock)


async def ready(one: SharedCoordination) -> SharedCoordination:
    if await one.empty():
        await one.filled()
    return one


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asks=Asks)
def test_the_scripts_count_as_one_process_does(redis_server: Redis, asks: list[tuple[float, list[str], str]]) -> None:
    async def compared() -> None:
        there, here = RedisWindows(redis_server.url), Windows()
        try:
            await there.meet()
            if await there.begin():
                await there.filled()
            await both(there, here)
        finally:
            await there.close()

    async def both(there: RedisWindows, here: Windows) -> None:
        space = secrets.token_hex(8)
        for at, asked, what in asks:
            keys = list(dict.fromkeys(asked)) if what == "together" else asked
            if what == "counted":
                await there.put(space, keys, BOTH, at, 2, None)
                here.counted(keys, at, 2)
            elif what == "moved":
                await there.put(space, keys, BOTH, at + 1, 1, at)
                here.moved(keys, at, at + 1)
            else:
                how = {"red": what == "red", "together": what == "together"}
                assert await there.take(space, keys, BOTH, at, **how) == here.take(keys, BOTH, at, **how)

    asyncio.run(compared())


async def test_three_processes_keep_one_limit(redis_server: Redis) -> None:
    clock = TurnedClock(NIGHT)
    workers = [await ready(coordination(redis_server, clock)) for _ in range(3)]
    asked = await asyncio.gather(*(w.take(SPACE, [7], MINUTE, 0.0, red=True) for w in workers for _ in range(20)))
    assert sum(waits == [0.0] for waits in asked) == 20
    for worker in workers:
        await worker.close()


async def test_what_an_empty_redis_has_forgotten_is_counted_by_one_of_them(redis_server: Redis) -> None:
    clock = TurnedClock(NIGHT)
    one, two = coordination(redis_server, clock), coordination(redis_server, clock)
    assert await one.empty()
    assert not await two.empty()
    assert (await two.take(SPACE, [7], MINUTE, 1.0, red=True))[0] > 0  # nothing leaves until it is counted
    await one.counted(SPACE, [7], MINUTE, 0.0, times=20)
    await one.filled()
    assert not await two.empty()
    assert (await two.take(SPACE, [7], MINUTE, 1.0, red=True))[0] > 50
    assert (await two.take(SPACE, [8], MINUTE, 1.0, red=True)) == [0.0]
    await one.close()
    await two.close()


async def test_redis_is_away_for_a_minute_and_every_robot_keeps_its_limit(redis_server: Redis) -> None:
    """Three processes, thirty robots, everybody asks all the time: sending goes on, and no window holds too many."""
    clock = TurnedClock(NIGHT)
    workers = [await ready(coordination(redis_server, clock)) for _ in range(3)]
    for place, worker in enumerate(workers):
        worker.among(place, 3)
    robots, left = list(range(1, 31)), [list[float]() for _ in range(31)]

    async def a_second(at: float) -> None:
        for worker in workers:
            if await worker.empty():
                await recounted(worker, at)
            for robot, wait in zip(robots, await worker.take(SPACE, robots, MINUTE, at, red=True), strict=True):
                if not wait:
                    left[robot].append(at)

    async def recounted(worker: SharedCoordination, at: float) -> None:
        """As the batches say."""
        for robot in robots:
            for moment in left[robot]:
                if moment > at - 60:
                    await worker.counted(SPACE, [robot], MINUTE, moment)
        await worker.filled()

    for second in range(200):
        if second == 50:
            redis_server.end()
        if second == 110:
            redis_server.start()
        await a_second(float(second))
        clock.turn(1.0)
    away = [sum(50 <= at < 110 for at in moments) for moments in left[1:]]
    assert min(away) >= 10
    for moments in left[1:]:
        assert not any(later - first < 60 for first, later in zip(moments, moments[20:], strict=False))
        assert max(Counter(int(moment // 60) for moment in moments).values()) <= 20
        assert sum(at >= 110 + PROBE + SETTLED for at in moments) >= 20
    for worker in workers:
        await worker.close()


async def test_a_redis_that_only_could_not_be_asked_hears_what_left_meanwhile(redis_server: Redis) -> None:
    clock = TurnedClock(NIGHT)
    worker, other = await ready(coordination(redis_server, clock)), await ready(coordination(redis_server, clock))
    worker.among(0, 1)
    redis_server.pause()
    assert (await worker.take(SPACE, [7], MINUTE, 0.0, red=True))[0] > 0
    assert await worker.empty()
    await worker.filled()
    assert [await worker.take(SPACE, [7], MINUTE, 1.0, red=True) for _ in range(12)] == [[0.0]] * 12
    redis_server.go_on()
    clock.turn(PROBE)
    assert not await worker.empty()
    asked = [await other.take(SPACE, [7], MINUTE, 2.0, red=True) for _ in range(20)]
    assert sum(waits == [0.0] for waits in asked) == 8
    await worker.close()
    await other.close()
