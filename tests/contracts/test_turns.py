"""Who waits for one robot is given the next moment with room, each a turn of its own, and is claimed at that turn,
whichever worker claims it."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.channels.contract import Channel
from bot.channels.wecom_robot.limits import NAME, per_robot
from bot.coordination.contract import Limit
from bot.coordination.local import LocalCoordination
from bot.coordination.moments import following
from broadcasts.dispatch.claims.contract import Claimed
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.windows import SLACK
from broadcasts.dispatch.states import State
from tests.contracts.queues import NOW
from tests.virtual.platform import VirtualChannel
from tests.virtual.queue import VirtualQueue

MINUTE = 60.0 + SLACK
LEAST = 9


class Desk:
    """A worker's gate over a queue in memory, or another's over the same; what is admitted counts as sent at once."""

    def __init__(self, beside: "Desk | None" = None) -> None:
        self.queue: VirtualQueue = beside.queue if beside else VirtualQueue()
        self.shared: LocalCoordination = beside.shared if beside else LocalCoordination(self.queue)
        channel: Channel = VirtualChannel(NAME, (per_robot(20, 5),), (), (0, 0), random.Random(1), 0.0)
        self.gate = Gate({("live", NAME): channel}, self.shared, self.queue)

    def issue(self, number: int, *, rank: int = 3, robot: int = 7) -> list[int]:
        first = max(self.queue.lines, default=0) + 1
        made = [
            Claimed(n, "b", "live", NAME, rank, 0, 1, "", robot, None, None, "{}", None, 0, 0, "")
            for n in range(first, first + number)
        ]
        self.queue.add(made, NOW)
        return [one.id for one in made]

    async def work(self, seconds: float = 0.0) -> list[int]:
        """What leaves at that moment."""
        at = NOW + timedelta(seconds=seconds)
        going, waiting = await self.gate.admit(await self.queue.take(at, 500, LEAST), at)
        await self.queue.settle(waiting, at)
        for one in going:
            self.queue.lines[one.id].state = State.sent
        return [one.id for one in going]

    def due(self, number: int) -> float:
        return (self.queue.lines[number].due - NOW).total_seconds()


async def test_each_that_waits_is_claimed_once_more_and_then_leaves() -> None:
    desk = Desk()
    ids = desk.issue(40)
    assert await desk.work() == ids[:15]
    assert await desk.work(MINUTE - 0.01) == []
    assert desk.queue.taken == 40
    assert await desk.work(MINUTE + 0.001) == ids[15:30]
    assert desk.queue.taken == 55
    assert await desk.work(2 * MINUTE + 0.01) == ids[30:]
    assert desk.queue.taken == 65


async def test_rooms_that_come_one_by_one_go_to_one_each() -> None:
    desk = Desk()
    for second in range(15):
        desk.issue(1)
        assert len(await desk.work(second)) == 1
    waiting = desk.issue(5)
    assert await desk.work(15) == []
    assert [round(desk.due(n), 2) for n in waiting] == [60.25, 61.25, 62.25, 63.25, 64.25]
    (late,) = desk.issue(1)
    await desk.work(16)
    assert round(desk.due(late), 2) == 65.25


async def test_what_red_takes_away_moves_all_of_the_line_and_keeps_its_order() -> None:
    desk = Desk()
    for second in range(15):
        desk.issue(1)
        await desk.work(second)
    waiting = desk.issue(4)
    await desk.work(15)
    (red,) = desk.issue(1, rank=0)
    assert await desk.work(20) == [red]  # of what is kept for it
    assert await desk.work(60.251) == []
    assert [round(desk.due(n), 1) for n in waiting] == [61.2, 62.2, 63.2, 64.2]
    before = desk.queue.taken
    assert [(await desk.work(s))[:1] for s in (61.251, 62.251, 63.251, 64.251)] == [[n] for n in waiting]
    assert desk.queue.taken - before == 4


async def test_a_ring_comes_before_those_who_wait_for_less() -> None:
    desk = Desk()
    desk.issue(15)
    await desk.work()
    blue = desk.issue(15)
    await desk.work(1)
    (ring,) = desk.issue(1, rank=1)
    await desk.work(2)
    assert desk.due(ring) < 60.3
    assert Counter(round(desk.due(n)) for n in blue) == {60: 14, 120: 1}  # one gave its place


async def test_what_was_let_go_is_ahead_of_nobody() -> None:
    desk = Desk()
    desk.issue(15)
    await desk.work()
    old = desk.issue(30)
    await desk.work(1)
    for number in old:
        desk.queue.lines[number].state = State.skipped
    (update,) = desk.issue(1)
    await desk.work(2)
    assert desk.due(update) < 60.3


async def test_a_line_is_forgotten_in_which_nobody_comes_any_more() -> None:
    desk = Desk()
    desk.issue(15)
    await desk.work()
    old = desk.issue(30)
    await desk.work(1)
    for number in old:
        desk.queue.lines[number].state = State.skipped
    desk.issue(16, robot=8)
    await desk.work(300)
    assert await desk.shared.line(f"live/{NAME}", 7) == []
    assert len(await desk.shared.line(f"live/{NAME}", 8)) == 1


async def test_two_workers_give_turns_in_one_line() -> None:
    one = Desk()
    two = Desk(one)
    one.issue(15)
    await one.work()
    first = one.issue(15)
    await one.work(1)
    second = one.issue(15)
    await two.work(2)  # the same batches wait for both
    assert {round(one.due(n)) for n in first} == {60}
    assert {round(one.due(n)) for n in second} == {120}
    before = one.queue.taken
    assert await two.work(MINUTE + 0.001) == first
    assert await one.work(2 * MINUTE + 0.01) == second
    assert one.queue.taken - before == 30


async def test_a_ring_that_another_worker_has_comes_before_those_who_wait_for_less() -> None:
    one = Desk()
    two = Desk(one)
    one.issue(15)
    await one.work()
    blue = one.issue(15)
    await one.work(1)
    (ring,) = one.issue(1, rank=1)
    await two.work(2)
    assert one.due(ring) < 60.3
    assert Counter(round(one.due(n)) for n in blue) == {60: 14, 120: 1}


async def test_who_lost_a_place_to_red_keeps_the_order_of_waiting() -> None:
    desk = Desk()
    desk.issue(15)
    await desk.work()
    blue = desk.issue(30)
    await desk.work(1)
    red = desk.issue(10, rank=0)
    await desk.work(55)  # five of them by what is kept for it, the others wait
    assert await desk.work(MINUTE + 0.001) == [*red[5:], *blue[:5]]
    assert [int(desk.due(n)) for n in blue[5:15]] == [115] * 5 + [120] * 5


@pytest.mark.parametrize(
    ("moments", "ahead", "red", "waits"),
    [
        ((), [], False, [0, 0, 10]),
        ((0.0, 1.0), [], False, [8, 9, 18]),
        ((0.0, 1.0), [10.0], False, [9, 18, 19]),
        ((0.0, 1.0), [10.0], True, [8, 9, 18]),
        ((5.0, 6.0), [], True, [0, 10, 10]),  # the clock was set back: as of now
    ],
)
def test_the_moments_that_follow(moments: tuple[float, ...], ahead: list[float], red: bool, waits: list[int]) -> None:
    limits = (Limit(3, 10.0, reserve=1),)
    assert [round(one - 2.0, 6) for one in following(moments, limits, 2.0, ahead, 3, red=red)] == waits
