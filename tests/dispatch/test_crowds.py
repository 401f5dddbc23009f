"""A platform that has too many calls open (45033) gets fewer at a time, for as long as it says so."""

import random
from datetime import datetime, timedelta

from bot.coordination.local import LocalCoordination
from broadcasts.dispatch.claims.contract import Claimed
from broadcasts.dispatch.sending.crowds import CALM, FIRST, REASON
from broadcasts.dispatch.sending.gate import Gate
from tests.dispatch.test_breaker import NOW, batch
from tests.virtual.platform import VirtualChannel
from tests.virtual.queue import VirtualQueue


def gate(*channels: str) -> Gate:
    queue = VirtualQueue()
    made = {("live", name): VirtualChannel(name, (), (), (0, 0), random.Random(1), 0.0) for name in channels}
    return Gate(made, LocalCoordination(queue), queue)


def many(channel: str, number: int = 100, rank: int = 3) -> list[Claimed]:
    return [batch(n, rank, channel=channel) for n in range(number)]


async def leave(at_gate: Gate, batches: list[Claimed], at: datetime) -> tuple[int, set[timedelta]]:
    """How many leave now, and after how long the others may ask again."""
    going, waiting = await at_gate.admit(batches, at)
    return len(going), {one.due_at - at for one in waiting if one.due_at}


async def test_fewer_leave_in_a_second_and_the_other_roads_go_on() -> None:
    made = gate("wecom_robot", "sms")
    assert await leave(made, many("wecom_robot"), NOW) == (100, set())
    made.answered(batch(channel="wecom_robot"), REASON, NOW)
    second = timedelta(seconds=1)
    assert await leave(made, many("wecom_robot"), NOW) == (FIRST, {second})
    assert await leave(made, many("wecom_robot"), NOW + second / 2) == (0, {second})
    assert await leave(made, many("sms"), NOW) == (100, set())
    assert (await leave(made, many("wecom_robot", 5, rank=0) + many("wecom_robot"), NOW + second))[0] == FIRST


async def test_said_again_it_is_half_of_that_and_after_a_calm_minute_as_many_as_ever() -> None:
    made = gate("wecom_robot")
    for n in range(3):
        for _ in range(50):  # all that were open are told so
            made.answered(batch(channel="wecom_robot"), REASON, NOW + timedelta(seconds=n))
    last = NOW + timedelta(seconds=2)
    assert (await leave(made, many("wecom_robot"), last))[0] == FIRST // 4
    for n in range(20):
        made.answered(batch(channel="wecom_robot"), REASON, last + timedelta(seconds=n + 1))
    last += timedelta(seconds=21)
    assert (await leave(made, many("wecom_robot"), last))[0] == 1
    assert await leave(made, many("wecom_robot"), last + CALM) == (100, set())
