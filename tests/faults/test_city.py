"""Two web and three worker processes on PostgreSQL and Redis: whatever came in twice goes out once, and neither the
process that does what is due nor Redis is needed by the others."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.city import WORKERS, City, city, kill
from tests.deadline import becomes
from tests.servers import Postgres, Redis

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
GROUPS, CALLS = 370, 375
OFFICER = "liuyang"
UNREADABLE = "读不懂"


@pytest.fixture
async def town(tmp_path: Path, postgres_server: Postgres, redis_server: Redis) -> AsyncIterator[City]:
    async with city(tmp_path, postgres_server.fresh(), redis_server.url, lease_seconds=2.0) as made:
        yield made


async def test_one_warning_at_both_doors_goes_out_once_by_all_workers(town: City) -> None:
    one, other = town.webs
    raw = town.red()
    said = await asyncio.gather(town.post(one, raw), town.post(other, raw))
    assert sorted(status for status, _ in said) == [200, 201]
    (alert,) = {answer["id"] for _, answer in said}
    await becomes(town.over, 30)
    await becomes(lambda: _each_once(town))
    counts = await town.counts()
    assert counts["copies"]["groups"] == counts["reached"]["groups"] == GROUPS
    assert counts["limits"] == {}
    broadcasts = [(await town.read(port, f"warnings/{alert}"))["broadcasts"] for port in (one, other)]
    assert broadcasts[0] == broadcasts[1]
    (sending,) = broadcasts[0]
    assert await town.asked(sending["id"]) == CALLS
    told = await town.read(other, f"broadcasts/{sending['id']}")
    assert (told["sent"], told["failed"], told["queued"]) == (told["targets"], 0, 0)


async def test_a_worker_killed_in_the_middle_leaves_nobody_out(town: City) -> None:
    status, _ = await town.post(next(iter(town.webs)), town.red())
    assert status == 201
    await becomes(lambda: _begun(town))
    kill(town.workers[0])
    town.workers[0] = town.worker()
    await becomes(town.over, 30)
    counts = await town.counts()
    assert counts["reached"]["groups"] == GROUPS
    repeated = counts["limits"].pop("duplicate", 0)  # what was open at the kill, and the platform dropped
    assert (counts["limits"], repeated <= CALLS - GROUPS) == ({}, True)
    assert await town.seats() == WORKERS


async def test_when_the_one_that_does_what_is_due_dies_the_other_does_it(town: City) -> None:
    port = await becomes(town.ticking)
    kill(town.webs[port])
    (other,) = set(town.webs) - {port}
    status, _ = await town.post(other, b"<alert>not a warning</alert>")
    assert status == 422
    await becomes(lambda: _rung(town), 30)
    assert await town.ticking() == other


async def test_redis_goes_and_comes_back_and_no_limit_is_broken(town: City, redis_server: Redis) -> None:
    one, other = town.webs
    redis_server.end()
    assert (await town.post(one, town.red()))[0] == 201
    await becomes(town.over, 60)
    redis_server.start()
    await becomes(lambda: _next_second(town))
    assert (await town.post(other, town.orange()))[0] == 201
    await becomes(town.over, 60)
    counts = await town.counts()
    assert counts["copies"]["groups"] == 2 * GROUPS
    assert counts["limits"] == {}


async def _each_once(town: City) -> bool:
    """Whether the platform was asked once for each request that is noted. What the system says of itself may come in
    between, and evens out; a request made twice never does."""
    calls = (await town.counts())["calls"]
    return bool(calls["robot"] + calls["app"] == await town.asked())


async def _begun(town: City) -> bool:
    return bool((await town.counts())["calls"].get("robot"))


async def _rung(town: City) -> bool:
    return any(UNREADABLE in text for text in await town.phone(OFFICER))


async def _next_second(town: City) -> bool:
    """An identifier holds the second: two in one would be one warning."""
    return town.deps.clock.now().microsecond < 100_000
