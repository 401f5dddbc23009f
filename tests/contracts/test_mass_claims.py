"""Mass sends and consents in the queue: one contract on SQLite and on PostgreSQL, from the plan to what is settled."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.audience.select import Target
from broadcasts.dispatch import recompute
from broadcasts.dispatch.claims.contract import Outcome
from broadcasts.dispatch.masses.finished import Finished, finished
from broadcasts.dispatch.masses.freeze import freeze
from broadcasts.dispatch.masses.plan import MassPlan
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.told import month_used
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.states import Mode, Purpose, Road, State
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.consents import consented
from broadcasts.subscriptions.listeners import everybody, listeners
from broadcasts.subscriptions.models import Consent, Follower, Subscription
from tests.contracts.queues import LEAST, NOW, Queue

WORDS, TEMPLATE_ID = "红色暴雨 青崖县", "notice-template"


async def follow(queue: Queue, number: int) -> None:
    async with queue.deps.begin() as session:
        session.add_all(
            Follower(uid=uuid7(NOW), road=Road.live, openid=f"o-{n}", followed_at=NOW) for n in range(number)
        )


async def mass(queue: Queue, broadcast_id: str, ids: list[int]) -> None:
    plan = MassPlan(Whom.places, ids, 0, 0, 1, 1.0, True, 100)
    async with queue.deps.begin() as session:
        broadcast = await session.get_one(Broadcast, broadcast_id)
        await freeze(session, broadcast, plan, WORDS, rank=0, expires=NOW + timedelta(hours=3), by="user:li", at=NOW)


async def test_a_mass_send_is_spelled_out_by_the_worker_and_counted_in_total(queue: Queue) -> None:
    await follow(queue, 5)
    number = await queue.issue(1)
    await mass(queue, number, [1, 2, 4, 5])
    async with queue.deps.begin() as session:
        await session.execute(sa.update(Follower).where(col(Follower.id) == 4).values(openid="erased:x", left_at=NOW))
    (claimed,) = await queue.claims.take(NOW, 10, 0)
    assert (claimed.channel, claimed.members, claimed.robot_id) == ("oa_mass", None, None)
    assert await queue.claims.audience(claimed.id) == ["o-0", "o-1", "o-4"]
    await queue.claims.settle([Outcome(claimed, State.sent, parts_done=1, message_id="77")], NOW)
    assert (await queue.counts(number))["sent"] == 4
    async with queue.deps.begin() as session:
        said = Finished("send success", 4, 3, 3, 0)
        assert await finished(session, Road.live, "77", said, NOW)
        assert not await finished(session, Road.live, "77", said, NOW)  # told twice, counted once
        assert not await finished(session, Road.training, "77", said, NOW)
    counts = await queue.counts(number)
    assert (counts["delivered"], counts["failed"], counts.get("sent", 0)) == (3, 1, 0)
    assert counts["targets"] == sum(counts[s] for s in ("delivered", "failed", "queued"))


async def test_what_was_polled_is_mended_by_the_event_that_comes_late(queue: Queue) -> None:
    await follow(queue, 3)
    number = await queue.issue(1)
    await mass(queue, number, [1, 2, 3])
    (claimed,) = await queue.claims.take(NOW, 10, 0)
    await queue.claims.settle([Outcome(claimed, State.sent, parts_done=1, message_id="77")], NOW)
    for said, delivered in ((Finished("send success"), 3), (Finished("send success", 3, 2, 2, 0), 2)):
        async with queue.deps.begin() as session:
            assert await finished(session, Road.live, "77", said, NOW)
        assert (await queue.counts(number))["delivered"] == delivered
    assert (await queue.counts(number))["failed"] == 1


async def test_the_months_four_are_those_that_went_or_will(queue: Queue) -> None:
    await follow(queue, 4)
    for _ in range(4):
        number = await queue.issue(1)
        await mass(queue, number, [1, 3])
    async with queue.deps.read() as session:
        assert (await month_used(session, [1, 2, 3, 4], NOW, queue.deps.settings.zone))[0] == {1, 3}
        later = NOW + timedelta(days=21)
        assert (await month_used(session, [1, 2, 3, 4], later, queue.deps.settings.zone))[0] == set()
    claimed = await queue.claims.take(NOW, 10, 0)
    await queue.claims.settle([Outcome(claimed[0], State.failed, "quota")], NOW)
    async with queue.deps.read() as session:
        assert (await month_used(session, [1, 2, 3, 4], NOW, queue.deps.settings.zone))[0] == set()


async def test_whom_an_alert_concerns_is_asked_of_the_table_in_one_look(queue: Queue) -> None:
    await follow(queue, 6)
    async with queue.deps.begin() as session:
        areas = await tree(session)
        by_name = {node.name: node.id for node in areas.nodes.values()}
        rows = [
            (1, "柳湾村", "", ""), (2, "石门村", "", ""), (3, "柳湾村", "11B04", ""), (4, "柳湾村", "", "red"),
            (5, "柳湾镇", "11B06,11B03", "orange"),
        ]  # fmt: skip
        session.add_all(
            Subscription(follower_id=n, area_id=by_name[p], hazards=h, least=least, since=NOW)
            for n, p, h, least in rows
        )
    hit = {by_name["柳湾镇"]}
    async with queue.deps.read() as session:
        assert await listeners(session, areas, hit, "11B03", Grade.red) == [1, 4, 5, 6]
        assert await listeners(session, areas, hit, "11B03", Grade.orange) == [1, 5, 6]
        assert await listeners(session, areas, hit, "11B03", Grade.yellow) == [1]
        assert await listeners(session, areas, hit, None, None) == [1]
        assert await listeners(session, areas, set(), "11B03", Grade.red) == []
        assert await everybody(session) == [1, 2, 3, 4, 5, 6]


async def test_the_audience_of_a_settled_send_cannot_be_changed_unseen(queue: Queue) -> None:
    await follow(queue, 3)
    number = await queue.issue(1)
    await mass(queue, number, [1, 2])
    (claimed,) = await queue.claims.take(NOW, 10, 0)
    await queue.claims.settle([Outcome(claimed, State.sent, parts_done=1)], NOW)
    async with queue.deps.begin() as session:
        wanted = sa.select(Entry).where(col(Entry.action).in_(("batches.settled", "broadcast.massed")))
        entries = list((await session.execute(wanted)).scalars())
        issued = [entry for entry in entries if entry.action == "broadcast.massed"]
        assert await recompute.issued(session, issued) == {e.id: e.detail["sha256"] for e in issued}
        settled = [entry for entry in entries if entry.action == "batches.settled"]
        assert await recompute.settled(session, settled) == {e.id: e.detail["sha256"] for e in settled}
        await session.execute(sa.update(Batch).where(col(Batch.id) == claimed.id).values(audience=b"\x01\x02"))
        assert await recompute.settled(session, settled) != {e.id: e.detail["sha256"] for e in settled}


async def noticed(queue: Queue, openid: str) -> None:
    """A notice to one follower stands in the queue."""
    part = json.dumps({"template_id": TEMPLATE_ID, "page": "", "data": {"thing1": {"value": "红色暴雨"}}})
    target = Target("follower", 1, 1, None, "居民", "zh-CN", Mode.quiet, {"oa_notice": openid})
    made = Plan([PlannedText("oa_notice", [part], [], "0" * 64, "notice")])
    made.batches.append(PlannedBatch(0, "oa_notice", Mode.quiet, [target]))
    async with queue.deps.begin() as session:
        await write(session, made, Sending(Purpose.first, 0, dict.fromkeys(Mode, NOW)), by="test", at=NOW)


@pytest.mark.parametrize(
    ("state", "reason", "lasting", "left", "refused"),
    [
        (State.sent, "", False, 1, False),
        (State.unknown, "timeout", False, 1, False),
        (State.failed, "content", False, 2, False),
        (State.skipped, "expired", False, 2, False),
        (State.failed, "refuses", False, 0, True),
        (State.sent, "", True, 2, False),
        (State.failed, "refuses", True, 0, True),
    ],
)
async def test_a_consent_is_used_by_what_was_sent(
    queue: Queue, state: State, reason: str, lasting: bool, left: int, refused: bool
) -> None:
    await follow(queue, 2)
    async with queue.deps.begin() as session:
        for openid, template in (("o-0", TEMPLATE_ID), ("o-1", TEMPLATE_ID), ("o-0", "another")):
            session.add(
                Consent(road=Road.live, openid=openid, template_id=template, unused=2, lasting=lasting, said_at=NOW)
            )
    await noticed(queue, "o-0")
    (claimed,) = await queue.claims.take(NOW, 10, LEAST)
    await queue.claims.settle([Outcome(claimed, state, reason, parts_done=1)], NOW)
    async with queue.deps.read() as session:
        kept = await session.get_one(Consent, (Road.live, "o-0", TEMPLATE_ID))
        assert (kept.unused, kept.refused_at is not None) == (left, refused)
        for openid, template in (("o-1", TEMPLATE_ID), ("o-0", "another")):
            other = await session.get_one(Consent, (Road.live, openid, template))
            assert (other.unused, other.refused_at) == (2, None)


async def test_only_whom_a_consent_is_left_for_is_a_reader(queue: Queue) -> None:
    settings = queue.deps.settings.model_copy(update={"oa_notice_template_id": TEMPLATE_ID})
    await follow(queue, 4)
    async with queue.deps.begin() as session:
        for openid, unused, lasting in (("o-0", 1, False), ("o-1", 0, False), ("o-2", 0, True)):
            session.add(
                Consent(
                    road=Road.live, openid=openid, template_id=TEMPLATE_ID, unused=unused, lasting=lasting, said_at=NOW
                )
            )
    readers = [Target("follower", n, 1, None, "居民", "zh-CN", Mode.quiet, {"oa_template": f"o-{n}"}) for n in range(4)]

    async def able() -> list[int]:
        async with queue.deps.read() as session:
            return [t.id for t in await consented(session, settings, readers) if "oa_notice" in t.roads]

    assert await able() == [0, 2]
    await noticed(queue, "o-0")  # its consent is spoken for
    assert await able() == [2]
