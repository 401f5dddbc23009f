"""Taking a broadcast back: what has not left does not leave, what the application sent is recalled by batches like any
other, and nobody is reminded of it. What stands in groups stays there: a correction or an all-clear has to follow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.channels.wecom_app.cards import RECALL, recall
from bot.channels.wecom_app.limits import NAME
from bot.deps import Deps
from bot.ids import uuid7
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert
from broadcasts.audience.select import Target
from broadcasts.customers.tasks import hurry
from broadcasts.dispatch.again import again
from broadcasts.dispatch.alert import rank
from broadcasts.dispatch.byhand import tasks
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.queries import with_recordings
from broadcasts.dispatch.recalls.reach import WITHIN, may_be_recalled, recalled_at
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import RECORDINGS, Mode, Purpose
from broadcasts.dispatch.supersede import let_go
from broadcasts.ladder.close import stop

RANK = 1  # a wrong message is mended before anything but red
REASON = "recalled"
Messages = dict[str, list[Target]]  # by the platform's name for each


async def take_back(session: AsyncSession, broadcast: Broadcast, *, word: str, by: str, at: datetime) -> Recall:
    """`word` is why, in the officer's own words."""
    mine = with_recordings(broadcast.id)
    dropped = await let_go(session, mine, at=at, by=by, reason=REASON)
    await hurry(session, mine, at)
    dropped += await tasks.drop_of(session, mine, reason=REASON, at=at)
    await stop(session, broadcast.id, reason=REASON, at=at)
    calls = await _ask(session, broadcast, by=by, at=at)
    taken = Recall(
        uid=uuid7(at),
        broadcast_id=broadcast.id,
        calls_id=calls.id if calls else "",
        copies=calls.targets if calls else 0,
        let_go=dropped,
        word=word[:255],
        by=by,
        at=at,
    )
    session.add(taken)
    record(session, by, "broadcast.recalled", broadcast.id, at, recall=taken.uid, copies=taken.copies, let_go=dropped)
    return taken


async def recall_late(deps: Deps, at: datetime) -> int:
    """What was being sent when its broadcast was taken back, and came back to the queue since: it is let go as well,
    that of each broadcast by itself."""
    async with deps.glance() as session:
        found = await late(session)
    return await each(deps, "release.recalled", found, partial(_let_go_one, at=at), at)


async def late(session: AsyncSession) -> Sequence[str]:
    """The broadcasts that were taken back and have something in the queue, a text or a recording behind it."""
    queued, text, behind = sa.text("batch.state = 'queued'"), aliased(Broadcast), sa.literal(RECORDINGS, sa.String)
    texts = sa.select(col(Recall.broadcast_id)).join(Batch, col(Batch.broadcast_id) == col(Recall.broadcast_id))
    recordings = (
        sa.select(col(Recall.broadcast_id))
        .join(text, col(text.id) == col(Recall.broadcast_id))
        .join(Broadcast, col(Broadcast.alert_id) == col(text.alert_id))
        .join(Batch, col(Batch.broadcast_id) == col(Broadcast.id))
        .where(col(Broadcast.subject) == behind + col(text.id))
    )
    return (await session.execute(sa.union(texts.where(queued), recordings.where(queued)))).scalars().all()


async def _let_go_one(session: AsyncSession, broadcast_id: str, *, at: datetime) -> int:
    return await let_go(session, with_recordings(broadcast_id), at=at, by="system", reason=REASON)


async def _ask(session: AsyncSession, broadcast: Broadcast, *, by: str, at: datetime) -> Broadcast | None:
    """The sending that asks the platform, a call for each message. None where nothing can be asked for."""
    due, subject, road = dict.fromkeys(Mode, at), f"recall:{broadcast.id}", broadcast.road
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    first = min(RANK, rank(alert)) if alert else RANK  # what was wrongly red is mended with red's own right of way
    sending = Sending(
        Purpose.recall, first, due, at + WITHIN, subject=subject, road=road, drill=broadcast.drill
    )  # fmt: skip
    calls = None
    for number, messages in enumerate(await _rounds(session, broadcast.id, at), 1):
        if calls is None:
            calls = await write(session, _plan(messages), sending, by=by, at=at)
        else:
            await again(session, calls, _plan(messages), replace(sending, ordinal=number), by=by, at=at)
    return calls


def _plan(messages: Messages) -> Plan:
    made = Plan()
    for message_id, readers in messages.items():
        part = recall(message_id)
        made.batches.append(PlannedBatch(len(made.texts), NAME, Mode.quiet, readers))
        made.texts.append(PlannedText(NAME, [part], [], text_digest([part]), RECALL))
    return made


async def _rounds(session: AsyncSession, broadcast_id: str, at: datetime) -> list[Messages]:
    """Who got which message, by the platform's name for it; apart for each time that they were told, so that nobody
    stands twice in one round."""
    open_ = may_be_recalled(at, await recalled_at(session, broadcast_id))
    columns: list[Any] = [
        col(Batch.message_id), col(Delivery.purpose), col(Delivery.ordinal), col(Delivery.target_kind),
        col(Delivery.target_id), col(Delivery.town_id), col(Delivery.address),
    ]  # fmt: skip
    rows = await session.execute(
        sa.select(*columns)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(col(Batch.broadcast_id).in_(with_recordings(broadcast_id)), open_, col(Delivery.state).is_(None))
        .order_by(col(Batch.id), col(Delivery.id))
    )
    rounds: defaultdict[tuple[Purpose, int], Messages] = defaultdict(dict)
    for message_id, purpose, ordinal, kind, number, town, address in rows:
        reader = Target(kind, number, 0, town, "", "zh-CN", Mode.quiet, {NAME: address})
        rounds[purpose, ordinal].setdefault(message_id, []).append(reader)
    return [*rounds.values()]
