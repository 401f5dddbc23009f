"""What changes a message that is out is no message: it counts as a call of its interface, which the whole enterprise
shares, and not in a member's windows nor in the day's person-times."""

import random
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.channels.contract import Channel
from bot.channels.wecom_app.cards import INTERFACES, RECALL, UPDATE, Interfaces, update
from bot.channels.wecom_app.limits import NAME, per_day, per_member
from bot.config import Settings
from bot.coordination.local import LocalCoordination
from bot.wechat.frequency import HOUR, MINUTE
from broadcasts.audience.select import Target
from broadcasts.dispatch.claims.contract import Claimed, Outcome, Spent
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.planning.lately import called
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.planning.quotas import quotas
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.states import Mode, Purpose, State
from tests.contracts.queues import LEAST, NOW, Queue
from tests.virtual.platform import VirtualChannel
from tests.virtual.queue import VirtualQueue


class Desk:
    """A worker's gate over a queue in memory. What it admits is answered at once; `calls` are its moments by form."""

    def __init__(self, interfaces: Interfaces = INTERFACES) -> None:
        self.queue, self.calls = VirtualQueue(), dict[str, list[float]]()
        channel: Channel = VirtualChannel(NAME, per_member(), per_day(1000), (0, 0), random.Random(1), 0.0)
        self.gate = Gate({("live", NAME): channel}, LocalCoordination(self.queue), self.queue, interfaces)

    def issue(self, number: int, form: str, *, rank: int = 3, member: str = "li", at: datetime = NOW) -> None:
        first = max(self.queue.lines, default=0) + 1
        self.queue.add(
            [
                Claimed(n, "b", "live", NAME, rank, 0, 1, "", None, None, member, "{}", None, 0, 0, "", None, form)
                for n in range(first, first + number)
            ],
            at,
        )

    async def work(self, seconds: float) -> int:
        at, left = NOW + timedelta(seconds=seconds), 0
        while claimed := await self.queue.take(at, 500, LEAST):
            going, waiting = await self.gate.admit(claimed, at)
            await self.queue.settle(waiting, at)
            for one in going:
                self.queue.lines[one.id].state = State.sent
                self.calls.setdefault(one.later or "", []).append(at.timestamp())
            left += len(going)
        return left


def most(moments: list[float], seconds: float) -> int:
    """In any window of the clock, and in any other."""
    fixed = max(sum(at // seconds == n for at in moments) for n in {at // seconds for at in moments})
    starts = sorted(set(moments))
    return max(fixed, *(sum(start <= at < start + seconds for at in moments) for start in starts))


async def test_an_interface_keeps_its_minute_fixed_and_sliding_and_red_finds_its_part() -> None:
    desk = Desk()
    for second in (20, 40, 55, 70):  # across the clock's minute
        desk.issue(4000, UPDATE, at=NOW + timedelta(seconds=second))
        await desk.work(second)
    assert len(desk.calls[UPDATE]) == 9000  # what is kept for red is kept
    desk.issue(1, UPDATE, rank=0, at=NOW + timedelta(seconds=72))
    assert await desk.work(72) == 1
    for second in range(75, 400, 5):
        await desk.work(second)
    assert len(desk.calls[UPDATE]) == 16_001
    assert most(desk.calls[UPDATE], 60.0) <= MINUTE
    assert HOUR > 16_001


async def test_each_interface_has_its_own_and_a_members_messages_are_not_among_them() -> None:
    desk = Desk()
    desk.issue(9000, UPDATE)
    assert await desk.work(0) == 9000  # one member, of thirty messages a minute
    desk.issue(100, RECALL)
    assert await desk.work(1) == 100
    desk.issue(40, "", rank=0)
    assert await desk.work(2) == 30


async def write_change(queue: Queue, members: int) -> None:
    part = update("code", "已确认")
    readers = [Target("person", n, 1, 2, "", "zh-CN", Mode.quiet, {NAME: f"user{n}"}) for n in range(1, members + 1)]
    text = PlannedText(NAME, [part], [], text_digest([part]), UPDATE)
    made = Plan([text], [PlannedBatch(0, NAME, Mode.quiet, readers)])
    async with queue.deps.begin() as session:
        await write(session, made, Sending(Purpose.card, 3, dict.fromkeys(Mode, NOW), subject="card"), by="x", at=NOW)


async def test_the_batches_say_so_and_after_a_restart_it_is_counted_there_again(queue: Queue) -> None:
    await write_change(queue, 3)
    await queue.issue(0, members=2)
    claimed = await queue.claims.take(NOW, 10, LEAST)
    assert [one.street for one in claimed] == [("live", UPDATE), ("live", NAME)]
    await queue.claims.settle([Outcome(one, State.sent, parts_done=2) for one in claimed], NOW)
    ago = NOW - timedelta(minutes=1)
    assert [row.street for row in await queue.claims.recent(ago)] == [("live", UPDATE), ("live", NAME)]
    assert sorted(await queue.claims.spent(ago)) == [Spent("live", UPDATE, 1, 3), Spent("live", NAME, 1, 2)]
    async with queue.deps.read() as session:
        assert set(await called(session, NAME, 60.0, NOW)) == {"user1", "user2"}


async def test_the_days_person_times_that_people_are_shown_are_messages_alone(queue: Queue) -> None:
    await write_change(queue, 3)
    await queue.claims.settle([Outcome(one, State.sent) for one in await queue.claims.take(NOW, 10, LEAST)], NOW)
    known = {"wecom_corp_id": "corp", "wecom_secret": "s", "wecom_agent_id": 1, "wecom_account_cap": 1}
    settings: Settings = queue.deps.settings.model_copy(update=known)
    async with queue.deps.read() as session:
        assert [use.used for use in await quotas(session, settings, NOW) if use.subject == NAME] == [0]
        assert (await session.execute(select(Batch).where(col(Batch.state) == State.sent))).scalars().all()
