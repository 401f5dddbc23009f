"""Behind each text that has left, the recording that says the same: a sending of its own, after everything that is
text. A text never waits for it; a recording that cannot be sent is a reason beside a text that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.wecom_app.limits import NAME
from bot.deps import Deps
from bot.directory.models import Person
from bot.directory.tree import tree
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.select import Target
from broadcasts.clips.messages import media
from broadcasts.clips.messages.whose import Given, any_heard, given, heard, planned
from broadcasts.clips.models import ClipFollow, ClipMedia
from broadcasts.dispatch.again import again
from broadcasts.dispatch.alert import OTHERS
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Recall
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.queries import recordings
from broadcasts.dispatch.recalls.reach import recalled_at
from broadcasts.dispatch.states import RECORDINGS, Mode, Purpose, State
from broadcasts.dispatch.texts.pages import drawn

OF = (Purpose.first, Purpose.update, Purpose.drill)  # nobody is told of an end, or told again, by a recording
OUT = (State.sent, State.delivered)
WORTH = timedelta(minutes=15)  # behind its text; later it would only wake people
PATIENCE = timedelta(minutes=10)  # that a recording without a name with WeCom is waited for
BY = "system"


async def follow_due(deps: Deps, at: datetime) -> int:
    """How many copies were planned, each broadcast's by itself."""
    async with deps.glance() as session:
        if not await any_heard(session):
            return 0
    async with deps.read() as session:
        due = (await session.execute(_waiting(at))).scalars().all()
    return await each(deps, "clips.follow", due, partial(follow, at=at), at)


def _waiting(at: datetime) -> sa.Select[Any]:
    """Broadcasts with texts that left lately and have not been looked at."""
    return (
        sa.select(col(Batch.broadcast_id))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            *_out(at), col(Broadcast.subject) == "", col(Broadcast.purpose).in_(OF),
            col(Alert.status) == Status.issued,
            ~sa.exists().where(col(Recall.broadcast_id) == col(Broadcast.id)),
        )
        .distinct()
    )  # fmt: skip


def _out(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Batch.attempted_at).is_not(None),
        col(Batch.attempted_at) > at - WORTH,
        col(Batch.channel) == NAME,
        col(Batch.state).in_(OUT),
        ~sa.exists().where(col(ClipFollow.batch_id) == col(Batch.id)),
    )


async def follow(session: AsyncSession, broadcast_id: str, *, at: datetime) -> int:
    """How many copies of recordings were planned behind the texts of one broadcast."""
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast else None
    if broadcast is None or alert is None or alert.status is not Status.issued:
        return 0
    if await recalled_at(session, broadcast_id) is not None:  # since we looked
        return 0
    rows = (await session.execute(sa.select(Batch).where(*_out(at), col(Batch.broadcast_id) == broadcast_id))).scalars()
    batches, areas = [*rows], await tree(session)
    readers = await _readers(session, broadcast, [one.id for one in batches])
    wanted = given(await heard(session, alert), [one for some in readers.values() for one in some], areas)
    known = await media.usable(session, broadcast.road, at)
    lacking = {reader.id: one for one in wanted if one.clip.id not in known for reader in one.readers}
    ready = [one for one in batches if not _waits(one, readers.get(one.id, ()), lacking, at)]
    mine = {reader.id for one in ready for reader in readers.get(one.id, ())}
    for one in ready:
        await _looked_at(session, one, [lacking[r.id] for r in readers.get(one.id, ()) if r.id in lacking], at)
    now = [Given(one.clip, [r for r in one.readers if r.id in mine]) for one in wanted if one.clip.id in known]
    return await _send(session, broadcast, alert, [one for one in now if one.readers], known, at)


def _waits(batch: Batch, readers: Sequence[Target], lacking: Mapping[int, Given], at: datetime) -> bool:
    early = batch.attempted_at is not None and batch.attempted_at > at - PATIENCE
    return early and any(reader.id in lacking for reader in readers)


async def _looked_at(session: AsyncSession, batch: Batch, lacking: Sequence[Given], at: datetime) -> None:
    why = await media.reason(session, batch.road, lacking[0].clip.id) if lacking else ""
    session.add(ClipFollow(batch_id=batch.id, broadcast_id=batch.broadcast_id, lacking=len(lacking), reason=why, at=at))


async def _readers(session: AsyncSession, broadcast: Broadcast, batches: Sequence[int]) -> dict[int, list[Target]]:
    """By batch: the people who got its text and no recording of this broadcast yet."""
    heard_it = sa.select(col(Delivery.target_id)).where(col(Delivery.broadcast_id).in_(recordings(broadcast.id)))
    columns: list[Any] = [
        col(Delivery.batch_id), col(Person.id), col(Person.area_id), col(Delivery.town_id), col(Person.language),
        col(Delivery.address),
    ]  # fmt: skip
    rows = await session.execute(
        sa.select(*columns)
        .join(Person, col(Person.id) == col(Delivery.target_id))
        .where(
            col(Delivery.batch_id).in_(batches), col(Delivery.target_kind) == "person",
            col(Delivery.state).is_(None), col(Delivery.purpose).in_(OF), col(Delivery.target_id).not_in(heard_it),
        )
        .order_by(col(Delivery.id))
    )  # fmt: skip
    found: dict[int, list[Target]] = {}
    for batch, person, area, town, language, address in rows:
        reader = Target("person", person, area, town, "", language, Mode.quiet, {NAME: address})
        found.setdefault(batch, []).append(reader)
    return found


async def _send(
    session: AsyncSession, broadcast: Broadcast, alert: Alert, wanted: Sequence[Given],
    known: Mapping[int, ClipMedia], at: datetime,
) -> int:  # fmt: skip
    if not wanted:
        return 0
    plan = planned(wanted, {number: row.media_id for number, row in known.items()})
    sending = sending_of(broadcast, alert, at)
    mine = select(Broadcast).where(col(Broadcast.id).in_(recordings(broadcast.id)))
    before = (await session.execute(mine)).scalar_one_or_none()
    if before is not None:
        return await again(session, before, plan, sending, by=BY, at=at)
    return (await write(session, plan, replace(sending, code=drawn()), by=BY, at=at)).targets


def sending_of(broadcast: Broadcast, alert: Alert, at: datetime) -> Sending:
    """After every text, of whatever colour; and not for long."""
    ends = min(alert.expires or at + WORTH, at + WORTH)
    return Sending(
        Purpose.clip, OTHERS, dict.fromkeys(Mode, at), ends, alert.id, f"{RECORDINGS}{broadcast.id}", broadcast.road,
        drill=broadcast.drill,
    )  # fmt: skip
