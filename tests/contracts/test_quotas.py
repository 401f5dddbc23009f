"""Quotas: what all targets of a road share is kept in one process and in many, over days, windows and restarts."""

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from bot.channels.contract import Channel, Parcel, Receipt, SendError
from bot.clock import TurnedClock
from bot.coordination.contract import Granted, Limit, Quota
from bot.coordination.open import open_coordination
from bot.coordination.quotas import GRAIN, Quotas
from bot.coordination.redis_windows import RedisWindows
from bot.directory.models import Group
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.quotas import quotas
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import Mode, Purpose
from tests.contracts.queues import NOW, Queue
from tests.contracts.test_shared_windows import coordination, ready
from tests.servers import Redis

MINUTE, HOUR = Quota("chat", 20, 60.0, copies=True, reserve=4), Quota("chat", 60, 3600.0, copies=True, reserve=4)
CALLS, DAY = Quota("mass", 6, 60.0), Quota("mass", 30, reserve=3)
ALL = (MINUTE, HOUR, CALLS, DAY)
MIDNIGHT = datetime(2026, 7, 11, 16, 0, tzinfo=UTC).timestamp()  # in China
Asks = st.lists(
    st.tuples(st.floats(0, 7200), st.lists(st.integers(1, 9), min_size=1, max_size=6), st.booleans()), max_size=60
)


def most(left: list[tuple[float, int]], seconds: float) -> int:
    """What the fullest window holds, wherever it begins, and of those that the clock cuts."""
    sliding = max((sum(n for at, n in left if start <= at < start + seconds) for start, _ in left), default=0)
    fixed = Counter[int]()
    for at, n in left:
        fixed[int(at // seconds)] += n
    return max(sliding, *fixed.values(), 0)


@given(Asks)
def test_no_schedule_breaks_a_window_fixed_or_sliding(asks: list[tuple[float, list[int], bool]]) -> None:
    quotas, left = Quotas(), list[tuple[float, int]]()
    for after, copies, red in sorted(asks, key=lambda ask: ask[0]):
        granted = quotas.spend("live", ALL, copies, MIDNIGHT + after, red=red)
        left += [(MIDNIGHT + after, n) for n, one in zip(copies, granted, strict=True) if not one.wait]
    assert most(left, 60.0) <= 20
    assert most(left, 3600.0) <= 60
    assert most([(at, 1) for at, _ in left], 60.0) <= 6
    assert len(left) <= 30


def test_a_part_of_each_is_kept_for_red() -> None:
    quotas = Quotas()
    blue = quotas.spend("live", [MINUTE], [1] * 20, MIDNIGHT, red=False)
    assert [one.wait == 0 for one in blue] == [True] * 16 + [False] * 4
    red = quotas.spend("live", [MINUTE], [1] * 5, MIDNIGHT + 1, red=True)
    assert [one.wait == 0 for one in red] == [True] * 4 + [False]


def test_what_waits_is_told_the_moment_and_how_many_have_room() -> None:
    quotas = Quotas()
    assert quotas.spend("live", [MINUTE], [8, 5], MIDNIGHT, red=False) == [Granted(0.0, 8), Granted(0.0, 5)]
    ((wait, room),) = quotas.spend("live", [MINUTE], [9], MIDNIGHT + 10, red=False)
    assert (round(wait, 3), room) == (50.0, 3)
    assert quotas.spend("live", [MINUTE], [9], MIDNIGHT + 10 + wait - 0.01, red=False)[0].wait > 0
    assert quotas.spend("live", [MINUTE], [9], MIDNIGHT + 10 + wait, red=False) == [Granted(0.0, 9)]


def test_a_day_is_chinas_and_begins_anew_at_midnight() -> None:
    quotas = Quotas()
    assert [one.wait for one in quotas.spend("live", [DAY], [1] * 27, MIDNIGHT - 3600, red=False)] == [0.0] * 27
    assert quotas.spend("live", [DAY], [1], MIDNIGHT - 60, red=False) == [Granted(60.0, 0)]
    assert quotas.spend("live", [DAY], [1], MIDNIGHT, red=False) == [Granted(0.0, 1)]


def test_what_did_not_leave_gives_its_room_back_and_none_of_the_next_days() -> None:
    quotas = Quotas()
    assert quotas.spend("live", [DAY], [1] * 27, MIDNIGHT - 1, red=False)[-1].wait == 0
    quotas.unspent("live", [DAY], 1, 1, MIDNIGHT - 1)
    assert [one.wait for one in quotas.spend("live", [DAY], [1, 1], MIDNIGHT - 0.5, red=False)] == [0.0, 0.5]
    assert quotas.spend("live", [DAY], [1] * 27, MIDNIGHT + 1, red=False)[-1].wait == 0
    quotas.unspent("live", [DAY], 1, 1, MIDNIGHT - 0.5)  # yesterday's answer
    assert quotas.spend("live", [DAY], [1], MIDNIGHT + 2, red=False)[0].wait > 0


async def test_every_form_gives_back_what_did_not_leave(redis_server: Redis, queue: Queue) -> None:
    clock = TurnedClock(NOW)
    for one in (await ready(coordination(redis_server, clock)), open_coordination(queue.deps.settings, clock)):
        road = secrets.token_hex(4)
        assert [told.wait for told in await one.spend(road, [MINUTE], [9, 11], MIDNIGHT, red=True)] == [0.0, 0.0]
        await one.unspent(road, [MINUTE, CALLS], 1, 9, MIDNIGHT)
        assert (await one.spend(road, [MINUTE], [10], MIDNIGHT + 1, red=True))[0].room == 9
        assert (await one.spend(road, [MINUTE], [9], MIDNIGHT + 1, red=True))[0].wait == 0
        await one.close()


def test_a_window_is_remembered_in_few_entries_and_loses_little_by_it() -> None:
    """Calls of one person each, as fast as they may: the list stays short, and nine in ten seconds are used."""
    quotas, quota, at, left = Quotas(), Quota("fast", 20_000, 60.0, copies=True), MIDNIGHT, 0
    while at < MIDNIGHT + 600:
        left += sum(not one.wait for one in quotas.spend("live", [quota], [100] * 30, at, red=True)) * 100
        at += 0.1
    assert len(quotas._used[f"live/{quota.name}"].entries) <= GRAIN + 2
    assert left >= 20_000 * 10 * 0.99


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asks=Asks, what=st.lists(st.sampled_from(["spend", "spent", "moved", "unspent"]), min_size=60, max_size=60))
def test_the_scripts_count_as_one_process_does(
    redis_server: Redis, asks: list[tuple[float, list[int], bool]], what: list[str]
) -> None:
    async def compared() -> None:
        there, here, space = RedisWindows(redis_server.url), Quotas(), secrets.token_hex(8)
        try:
            await there.meet()
            if await there.begin():
                await there.filled()
            last = MIDNIGHT
            for act, (after, copies, red) in zip(what, sorted(asks, key=lambda ask: ask[0]), strict=False):
                at = MIDNIGHT + after
                if act == "spend":
                    told = await there.spend(space, ALL, copies, at, red=red)
                    assert told == here.spend(space, ALL, copies, at, red=red)
                    last = at
                elif act == "unspent":
                    await there.unspent(space, ALL, 1, copies[0], last)
                    here.unspent(space, ALL, 1, copies[0], last)
                else:
                    taken = None if act == "spent" else at - 1
                    await there.spent(space, ALL, 1, copies[0], at, taken)
                    here.spent(space, ALL, 1, copies[0], at, taken)
        finally:
            await there.close()

    asyncio.run(compared())


async def test_three_processes_share_one_quota(redis_server: Redis) -> None:
    clock = TurnedClock(NOW)
    workers = [await ready(coordination(redis_server, clock)) for _ in range(3)]
    road = secrets.token_hex(4)
    told = await asyncio.gather(*(w.spend(road, [MINUTE], [2], MIDNIGHT, red=True) for w in workers for _ in range(20)))
    assert sum(not one.wait for (one,) in told) == 10
    for worker in workers:
        await worker.close()


async def test_while_redis_is_away_one_process_spends_for_all(redis_server: Redis) -> None:
    clock = TurnedClock(NOW)
    workers = [await ready(coordination(redis_server, clock)) for _ in range(3)]
    for place, worker in enumerate(workers):
        worker.among(place, 3)
    redis_server.pause()
    left = 0
    for worker in workers:
        await worker.spend("live", [MINUTE], [1], MIDNIGHT, red=True)  # it learns that nobody answers
        assert await worker.empty()
        await worker.filled()
    for worker in workers:
        left += sum(not one.wait for one in await worker.spend("live", [MINUTE], [1] * 30, MIDNIGHT, red=True))
    assert left == 20
    redis_server.go_on()
    clock.turn(2)
    for worker in workers:
        assert not await worker.empty()
    waits = [await worker.spend("live", [MINUTE], [1], MIDNIGHT + 1, red=True) for worker in workers]
    assert all(one.wait for (one,) in waits)  # it has heard what left without it
    for worker in workers:
        await worker.close()


@dataclass
class Counted:
    """A channel that takes everything, and what it took."""

    quotas: tuple[Quota, ...]
    limits: tuple[Limit, ...] = ()
    name: str = "wecom_app"
    repeatable: bool = True
    probe: Parcel | None = None
    took: list[Parcel] = field(default_factory=list)
    away: bool = False  # nobody listens

    async def send(self, parcel: Parcel) -> Receipt:
        if self.away:
            raise SendError("unreachable", left=False)
        self.took.append(parcel)
        return Receipt()


async def drain(queue: Queue, channel: Counted, at: datetime) -> None:
    """As a worker that has just started: what it knows of earlier calls is what the batches say."""
    clock = TurnedClock(at)
    coordination = open_coordination(queue.deps.settings, clock)
    channels: dict[tuple[str, str], Channel] = {("live", channel.name): channel}
    await Sender(queue.claims, channels, coordination, clock, queue.deps.vault, Pace()).drain()
    await coordination.close()


async def waiting(queue: Queue) -> list[tuple[str, str, int, datetime]]:
    columns = (Batch.state, Batch.reason, Batch.size, Batch.due_at)
    async with queue.deps.read() as session:
        rows = await session.execute(sa.select(*columns).order_by(Batch.id))  # type: ignore[call-overload]
        return [(row[0].value, *row[1:]) for row in rows]


async def test_a_day_that_is_spent_cuts_a_batch_and_the_rest_waits_for_midnight(queue: Queue) -> None:
    await queue.issue(0, members=9)
    channel = Counted((Quota("wecom_app", 7, copies=True, reserve=1),))
    await drain(queue, channel, NOW)
    tomorrow = datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
    assert [len(parcel.members) for parcel in channel.took] == [6]  # the first of two parts
    rows = await waiting(queue)
    assert [(state, reason, size) for state, reason, size, _ in rows] == [
        ("queued", "no_room", 6),
        ("queued", "limit", 3),
    ]
    assert [due for *_, due in rows] == [tomorrow, tomorrow]
    again = Counted(channel.quotas)
    await drain(queue, again, NOW + timedelta(minutes=1))  # another start
    assert again.took == []
    await drain(queue, again, tomorrow + timedelta(seconds=1))
    assert sorted(len(parcel.members) for parcel in again.took) == [6]


@pytest.mark.parametrize("restarted", [False, True])
async def test_calls_that_reached_nobody_take_no_room_from_those_that_will(queue: Queue, restarted: bool) -> None:
    """Two of a window of two, tried while nobody listens: when somebody does, both leave, and each once."""
    await queue.issue(0, members=1)
    channel = Counted((Quota("wecom_app", 2), Quota("wecom_app", 2, 60.0)), (Limit(2, 600.0),), away=True)
    for second in (0, 70, 140):
        await drain(queue, channel, NOW + timedelta(seconds=second))
    channel.away = False
    later = NOW + timedelta(seconds=300)
    if restarted:
        await queue.claims.start(later)
    await drain(queue, channel, later)
    assert len(channel.took) == 2  # the parts of one text
    assert [state for state, *_ in await waiting(queue)] == ["sent"]


async def test_a_call_that_never_left_counts_on_the_day_on_which_it_does(queue: Queue) -> None:
    """Nobody listens before midnight; a day's two are its own after it, and somebody else's before it."""
    await queue.issue(0, members=1)
    midnight = datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
    day = Quota("wecom_app", 2)
    channel, clock = Counted((day,), away=True), TurnedClock(midnight - timedelta(seconds=90))
    coordination = open_coordination(queue.deps.settings, clock)
    channels: dict[tuple[str, str], Channel] = {("live", channel.name): channel}
    sender = Sender(queue.claims, channels, coordination, clock, queue.deps.vault, Pace())
    await sender.drain()
    clock.turn(60)
    await sender.drain()  # what the first try took is back, and the second one's is its own until the third
    (first, second) = await coordination.spend("live", [day], [1, 1], clock.now().timestamp(), red=True)
    assert (first.wait, second.wait > 0) == (0.0, True)
    clock.turn(70)
    channel.away = False
    await sender.drain()
    assert len(channel.took) == 2  # the parts of one text
    assert (await coordination.spend("live", [day], [1], clock.now().timestamp(), red=True))[0].wait > 0
    await coordination.close()


async def test_red_finds_what_was_kept_for_it(queue: Queue) -> None:
    await queue.issue(0, members=4)
    channel = Counted((Quota("wecom_app", 8, copies=True, reserve=4),))
    await drain(queue, channel, NOW)
    await queue.issue(0, members=4, rank=0)
    await drain(queue, channel, NOW + timedelta(minutes=1))
    assert [len(parcel.members) for parcel in channel.took] == [4, 4]
    assert sorted(state for state, *_ in await waiting(queue)) == ["queued", "queued"]


async def test_who_finds_no_room_has_not_used_up_his_own_window(queue: Queue) -> None:
    await queue.issue(0, members=1)
    channel = Counted((Quota("wecom_app", 1, 60.0),), (Limit(2, 600.0),))
    for minute in range(3):
        await drain(queue, channel, NOW + timedelta(seconds=61 * minute))
    assert len(channel.took) == 2
    assert [state for state, *_ in await waiting(queue)] == ["sent"]


@pytest.mark.parametrize("lasts", [timedelta(hours=3), timedelta(days=2)])
async def test_what_is_over_before_the_day_begins_anew_has_failed(queue: Queue, lasts: timedelta) -> None:
    await queue.issue(0, members=2)
    async with queue.deps.begin() as session:
        await session.execute(sa.update(Batch).values(expires_at=NOW + lasts))
    await drain(queue, Counted((Quota("wecom_app", 1),)), NOW)  # one call for the first part
    ((state, reason, *_),) = await waiting(queue)
    assert (state, reason) == (("failed", "limit") if lasts < timedelta(days=1) else ("queued", "no_room"))


async def test_what_is_used_up_is_read_off_the_batches(queue: Queue) -> None:
    await queue.issue(0, members=9)
    await drain(queue, Counted(()), NOW)
    known = {"wecom_corp_id": "corp", "wecom_account_cap": 1}
    async with queue.deps.read() as session:
        uses = await quotas(session, queue.deps.settings.model_copy(update=known), NOW + timedelta(minutes=1))
    told = {use.quota.name: (use.used, use.most) for use in uses}
    assert told["wecom_app/copies/86400"] == (18, 200)  # two parts for nine
    assert told["appchat/copies/60"] == (0, 20_000)


async def test_a_group_of_the_application_counts_as_many_as_are_in_it(queue: Queue) -> None:
    """The first has a thousand members; of the others nobody knows: they count as a hundred."""
    groups = [Target("group", n, 1, 2, "村群", "zh-CN", Mode.wake, {"appchat": f"chat{n}"}) for n in range(1, 4)]
    made = plan(groups, lambda *_: ["一"], lambda _: "", frozenset({"appchat"}))
    async with queue.deps.begin() as session:
        await session.execute(sa.update(Group).where(col(Group.id) == 1).values(chat_id="chat1", people=1000))
        await write(session, made, Sending(Purpose.first, 3, dict.fromkeys(Mode, NOW)), by="test", at=NOW)
    channel = Counted((Quota("appchat", 1150, 60.0, copies=True),), name="appchat")
    await drain(queue, channel, NOW)
    assert [parcel.members[0] for parcel in channel.took] == ["chat1", "chat2"]
    await drain(queue, channel, NOW + timedelta(seconds=30))  # another start counts them from their batches
    assert len(channel.took) == 2
    await drain(queue, channel, NOW + timedelta(seconds=61))
    assert len(channel.took) == 3
