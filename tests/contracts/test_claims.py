"""The queue's worker side keeps one contract on SQLite and on PostgreSQL."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from bot.directory.models import Robot
from bot.schema import newest
from broadcasts.dispatch.claims.contract import Attempted, LeaseLost, Outcome, Spent, Wording
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.queries import copies
from broadcasts.dispatch.sending.outages import DOWN, UP, subject
from broadcasts.dispatch.sending.roads_down import Outage, roads_down
from broadcasts.dispatch.states import State
from tests.contracts.queues import LEAST, NOW, Queue


async def test_the_most_severe_are_claimed_first_and_nothing_before_it_is_due(queue: Queue) -> None:
    await queue.issue(2, rank=3)
    await queue.issue(2, rank=0, due=NOW + timedelta(minutes=1))
    red = await queue.issue(2, rank=0)
    first = await queue.claims.take(NOW, 3, LEAST)
    assert [(b.rank, b.broadcast_id == red) for b in first] == [(0, True), (0, True), (3, False)]
    assert await queue.claims.take(NOW, 10, 1) == []
    assert len(await queue.claims.take(NOW, 10, LEAST)) == 1
    assert await queue.claims.next_due() == NOW + timedelta(minutes=1)
    assert len(await queue.claims.take(NOW + timedelta(minutes=1), 10, LEAST)) == 2


async def test_each_rank_is_looked_at_apart_and_together_they_are_in_order(queue: Queue) -> None:
    assert await queue.claims.next_due() is None
    minutes = {3: (0, 5, 1), 2: (9,), 0: (4, 2)}  # from now on, by rank, as they were issued
    for rank, dues in minutes.items():
        for due in dues:
            await queue.issue(1, rank=rank, due=NOW + timedelta(minutes=due))
    assert await queue.claims.next_due() == NOW
    later = NOW + timedelta(minutes=4)
    taken = await queue.claims.take(later, 3, LEAST)
    assert sorted(b.rank for b in taken) == [0, 0, 3]
    assert [b.id for b in taken if b.rank == 3] == [1]  # of blue the one that waited longest
    assert await queue.claims.next_due() == NOW + timedelta(minutes=1)
    assert [b.id for b in await queue.claims.take(later, 10, LEAST)] == [3]
    assert await queue.claims.take(later, 10, LEAST) == []
    assert await queue.claims.next_due() == NOW + timedelta(minutes=5)


async def test_what_waits_is_put_off_and_what_is_in_hand_or_done_is_not(queue: Queue) -> None:
    await queue.issue(3)
    one, two, three = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(one, State.queued, due_at=NOW), Outcome(two, State.sent, parts_done=2)], NOW)
    ids = [one.id, two.id, three.id]
    assert await queue.claims.still_open(ids) == {one.id, three.id}
    later = NOW + timedelta(seconds=7)
    await queue.claims.postpone(dict.fromkeys(ids, later))
    async with queue.deps.read() as session:
        assert [(await session.get_one(Batch, n)).due_at == later for n in ids] == [True, False, False]


async def test_a_claimed_batch_carries_all_that_sending_needs(queue: Queue) -> None:
    await queue.issue(1, members=2)
    robot, app = await queue.claims.take(NOW, 10, LEAST)
    assert robot.sealed is not None
    assert queue.deps.vault.open(robot.sealed).startswith("00000000-")
    assert (robot.tail, robot.wake, robot.members) == ("群1", 1, None)
    assert (app.members, app.robot_id, app.sealed) == ("user1|user2", None, None)
    async with queue.deps.read() as session:
        code = (await session.get_one(Broadcast, robot.broadcast_id)).code
    assert len(code) == 8
    assert await queue.claims.texts([robot.text_id, app.text_id]) == {
        robot.text_id: Wording(["一 wecom_robot", "二"], "text", code),
        app.text_id: Wording(["一 wecom_app", "二"], "text", code),
    }


async def test_what_the_platform_calls_a_message_is_kept_with_its_batch(queue: Queue) -> None:
    await queue.issue(1, members=2)
    robot, app = await queue.claims.take(NOW, 10, LEAST)
    named = Outcome(app, State.sent, parts_done=1, message_id="msg-1", response_code="code-1")
    await queue.claims.settle([Outcome(robot, State.sent, parts_done=1), named], NOW)
    async with queue.deps.read() as session:
        batches = [await session.get_one(Batch, one.id) for one in (robot, app)]
    assert [(b.message_id, b.response_code) for b in batches] == [("", ""), ("msg-1", "code-1")]


async def test_settling_moves_batches_counters_and_the_end_together(queue: Queue) -> None:
    sent = await queue.issue(3)
    one, two, three = await queue.claims.take(NOW, 10, LEAST)
    assert await queue.counts(sent) == {"targets": 3, "sending": 3}
    later = NOW + timedelta(seconds=30)
    await queue.claims.settle(
        [
            Outcome(one, State.sent, parts_done=2),
            Outcome(two, State.failed, "robot_gone"),
            Outcome(three, State.queued, "busy", later, 1),
        ],
        NOW,
    )
    assert await queue.counts(sent) == {"targets": 3, "sent": 1, "failed": 1, "queued": 1}
    assert await queue.claims.take(NOW, 10, LEAST) == []
    (again,) = await queue.claims.take(later, 10, LEAST)
    assert (again.id, again.attempts, again.parts_done, again.reason) == (three.id, 1, 1, "busy")
    await queue.claims.settle([Outcome(again, State.unknown, "timeout", parts_done=1)], later)
    async with queue.deps.read() as session:
        found = await session.get(Broadcast, sent)
        assert found is not None
        assert found.finished_at == later
        assert [(c.state, c.reason) for c in await copies(session, sent)] == [
            (State.sent, ""),
            (State.failed, "robot_gone"),
            (State.unknown, "timeout"),
        ]


async def test_members_that_the_platform_refused_fail_alone(queue: Queue) -> None:
    sent = await queue.issue(0, members=3)
    (batch,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(batch, State.sent, invalid=frozenset({"user2", "nobody"}))], NOW)
    assert await queue.counts(sent) == {"targets": 3, "sent": 2, "failed": 1}
    async with queue.deps.read() as session:
        assert [(c.state, c.reason) for c in await copies(session, sent)] == [
            (State.sent, ""),
            (State.failed, "member_invalid"),
            (State.sent, ""),
        ]


async def test_a_new_start_of_the_slot_voids_the_older_ones_claims_at_once(queue: Queue) -> None:
    sent = await queue.issue(3)
    held = await queue.claims.take(NOW, 2, LEAST)
    second = open_claims(queue.deps.settings, "worker-0")
    assert await second.start(NOW) == 2
    with pytest.raises(LeaseLost):
        await queue.claims.settle([Outcome(b, State.sent) for b in held], NOW)
    with pytest.raises(LeaseLost):
        await queue.claims.renew()
    assert await queue.claims.take(NOW, 10, LEAST) == []
    assert len(await second.take(NOW, 10, LEAST)) == 3
    assert await queue.counts(sent) == {"targets": 3, "sending": 3}
    await second.close()


async def test_the_windows_are_rebuilt_from_what_was_attempted(queue: Queue) -> None:
    await queue.issue(2)
    one, two = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle(
        [Outcome(one, State.sent), Outcome(two, State.queued, "", NOW + timedelta(seconds=9), tried=False)], NOW
    )
    assert await queue.claims.recent(NOW - timedelta(minutes=1)) == [
        Attempted("live", "wecom_robot", one.robot_id, None, NOW, 1, 1)
    ]
    assert await queue.claims.recent(NOW) == []


async def test_what_another_committed_is_news(queue: Queue) -> None:
    await queue.claims.news()
    await queue.issue(1)
    assert await queue.claims.news()
    (batch,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(batch, State.sent)], NOW)
    if queue.deps.settings.is_sqlite:  # our own commits are none; PostgreSQL always says that there may be some
        assert not await queue.claims.news()
    await queue.issue(1)
    assert await queue.claims.news()


async def test_a_put_off_forgets_no_earlier_attempt_and_a_crash_counts_as_one(queue: Queue) -> None:
    await queue.issue(0, members=2)
    (batch,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(batch, State.queued, "busy", NOW)], NOW)
    (again,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(again, State.queued, "busy", NOW, tried=False)], NOW)
    assert await queue.claims.recent(NOW - timedelta(hours=1)) == [
        Attempted("live", "wecom_app", None, "user1|user2", NOW, 1, 2),
    ]
    await queue.claims.take(NOW, 10, LEAST)
    second = open_claims(queue.deps.settings, "worker-0")
    await second.start(NOW)
    assert [row.attempts for row in await second.recent(NOW - timedelta(hours=1))] == [2]
    await second.close()


async def test_what_surely_reached_nobody_is_not_rebuilt_and_what_may_have_is(queue: Queue) -> None:
    """Refused connection, lost answer, refused again; and one that never got through at all."""
    await queue.issue(2)
    for reason, left in (("unreachable", False), ("timeout", True), ("unreachable", False)):
        one, two = await queue.claims.take(NOW, 10, LEAST)
        never = Outcome(two, State.queued, "unreachable", NOW, left=False)
        await queue.claims.settle([Outcome(one, State.queued, reason, NOW, left=left), never], NOW)
    ago = NOW - timedelta(minutes=1)
    assert [(row.robot_id, row.attempts) for row in await queue.claims.recent(ago)] == [(one.robot_id, 1)]
    assert await queue.claims.spent(ago) == [Spent("live", "wecom_robot", 1, 1)]
    one, two = await queue.claims.take(NOW, 10, LEAST)
    assert [row.attempts for row in await queue.claims.recent(ago)] == [2, 1]  # open: may leave
    never = Outcome(two, State.failed, "unreachable", left=False)
    await queue.claims.settle([Outcome(one, State.sent, parts_done=2), never], NOW)
    assert [(row.robot_id, row.attempts) for row in await queue.claims.recent(ago)] == [(one.robot_id, 2)]


async def test_members_at_a_limit_move_to_batches_of_their_own_with_their_copies(queue: Queue) -> None:
    sent = await queue.issue(1, members=4)
    robot, app = await queue.claims.take(NOW, 10, LEAST)
    soon, later = NOW + timedelta(seconds=5), NOW + timedelta(seconds=50)
    (stays,) = await queue.claims.part([(app, {"user1": later, "user3": soon, "user4": later})], NOW)
    assert (stays.id, stays.members, json.loads(stays.towns)) == (app.id, "user2", {"2": 1})
    assert await queue.counts(sent) == {"targets": 5, "sending": 2, "queued": 3}
    await queue.claims.settle([Outcome(stays, State.sent, parts_done=2), Outcome(robot, State.sent)], NOW)
    (one,) = await queue.claims.take(soon, 10, LEAST)
    assert (one.members, one.attempts, one.reason, one.text_id) == ("user3", 0, "limit", app.text_id)
    await queue.claims.settle([Outcome(one, State.sent)], soon)
    (two,) = await queue.claims.take(later, 10, LEAST)
    assert two.members == "user1|user4"
    await queue.claims.settle([Outcome(two, State.failed, "content")], later)
    assert await queue.counts(sent) == {"targets": 5, "sent": 3, "failed": 2}
    async with queue.deps.read() as session:
        assert [c.state for c in await copies(session, sent)] == [
            *(State.sent, State.failed, State.sent, State.sent, State.failed)
        ]
    assert len(await queue.issue(1, members=1)) == 36  # ids go on where the pieces ended


async def test_only_who_holds_the_slot_moves_members(queue: Queue) -> None:
    await queue.issue(0, members=2)
    (app,) = await queue.claims.take(NOW, 10, LEAST)
    second = open_claims(queue.deps.settings, "worker-0")
    await second.start(NOW)
    with pytest.raises(LeaseLost):
        await queue.claims.part([(app, {"user1": NOW})], NOW)
    assert [b.members for b in await second.take(NOW, 10, LEAST)] == ["user1|user2"]
    await second.close()


async def test_a_copy_whose_robot_is_gone_passes_to_the_next_that_lives(queue: Queue) -> None:
    sent = await queue.issue(2)
    async with queue.deps.begin() as session:
        heir = Robot(group_id=1, sealed=b"heir", digest="heir")
        session.add_all([heir, Robot(group_id=1, sealed=b"x", digest="x", dead_at=NOW)])
    one, two = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(one, State.failed, "robot_gone"), Outcome(two, State.failed, "robot_gone")], NOW)
    assert await queue.counts(sent) == {"targets": 2, "queued": 1, "failed": 1}
    (again,) = await queue.claims.take(NOW, 10, LEAST)
    assert (again.id, again.robot_id, again.sealed, again.text_id, again.tail) == (
        *(one.id, heir.id, b"heir", one.text_id, one.tail),
    )
    await queue.claims.settle([Outcome(again, State.queued, again.reason, NOW, tried=False)], NOW)  # put off: it lives
    (again,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(again, State.failed, "robot_gone")], NOW)
    assert await queue.counts(sent) == {"targets": 2, "failed": 2}
    async with queue.deps.read() as session:
        dead = await session.scalar(select(func.count()).select_from(Robot).where(col(Robot.dead_at).is_not(None)))
    assert dead == 4


async def test_what_the_training_room_says_of_a_robot_buries_no_real_one(queue: Queue) -> None:
    sent = await queue.issue(1)
    async with queue.deps.begin() as session:
        session.add(Robot(group_id=1, sealed=b"heir", digest="heir"))
    (one,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(one._replace(road="training"), State.failed, "robot_gone")], NOW)
    assert await queue.counts(sent) == {"targets": 1, "failed": 1}
    async with queue.deps.read() as session:
        dead = await session.scalar(select(func.count()).select_from(Robot).where(col(Robot.dead_at).is_not(None)))
    assert dead == 0


async def test_what_waits_for_a_road_is_freed_when_it_is_back(queue: Queue) -> None:
    await queue.issue(3)
    one, two, three = await queue.claims.take(NOW, 10, LEAST)
    later = NOW + timedelta(seconds=30)
    waits = ("road_down", "timeout", "busy")
    done = [Outcome(b, State.queued, why, later) for b, why in zip((one, two, three), waits, strict=True)]
    await queue.claims.settle(done, NOW)
    assert await queue.claims.release("live", "wecom_app", ["road_down", "timeout"], NOW) == 0
    assert await queue.claims.release("live", "wecom_robot", ["road_down", "timeout"], NOW) == 2
    assert [b.id for b in await queue.claims.take(NOW, 10, LEAST)] == [one.id, two.id]


async def test_the_record_keeps_since_when_a_road_is_down(queue: Queue) -> None:
    name, since = subject("live", "wecom_robot"), NOW - timedelta(minutes=5)
    assert await queue.claims.down([name]) == {}
    await queue.claims.enter(DOWN, name, NOW, {"reason": "timeout", "since": since.isoformat()})
    assert await queue.claims.down([name, "road:live:other"]) == {name: (since, "timeout")}
    async with queue.deps.read() as session:
        assert await roads_down(session) == [Outage("live", "wecom_robot", "timeout", since)]
    await queue.claims.enter(UP, name, NOW, {})
    assert await queue.claims.down([name]) == {}
    async with queue.deps.read() as session:
        assert await roads_down(session) == []


async def test_the_schema_is_known_by_its_revision(queue: Queue) -> None:
    assert await queue.claims.revision() == newest()
