"""A recording that WeCom did not know by its name any more (40007): uploaded again and sent once more, never a third
time."""

import json
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.wecom_app.body import CLIP
from bot.channels.wecom_app.limits import NAME
from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.select import Target
from broadcasts.clips.messages import media
from broadcasts.clips.messages.follow import BY, WORTH, sending_of
from broadcasts.clips.messages.whose import Given, planned
from broadcasts.clips.models import Clip, ClipFollow
from broadcasts.dispatch.again import again
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.recalls.reach import recalled_at
from broadcasts.dispatch.states import RECORDINGS, Mode, State

UNKNOWN = "media"  # the reason of such a copy
SECOND = 2


async def renew_due(deps: Deps, at: datetime) -> int:
    """How many copies were planned once more."""
    async with deps.glance() as session:
        due = (await session.execute(_spoiled(at))).scalars().all()
    return await each(deps, "clips.renew", due, partial(_renew, at=at), at)


def _spoiled(at: datetime) -> sa.Select[Any]:
    return (
        sa.select(col(Batch.id))
        .join(Text, col(Text.id) == col(Batch.text_id))
        .where(
            col(Batch.attempted_at).is_not(None), col(Batch.attempted_at) > at - WORTH,
            col(Batch.channel) == NAME, col(Batch.state) == State.failed, col(Batch.reason) == UNKNOWN,
            col(Text.form) == CLIP, ~sa.exists().where(col(ClipFollow.batch_id) == col(Batch.id)),
        )
    )  # fmt: skip


async def _renew(session: AsyncSession, batch_id: int, *, at: datetime) -> int:
    """The first look forgets the name; once there is another, whoever got nothing gets it under that. Nothing is said
    again of a text that was taken back."""
    batch = await session.get_one(Batch, batch_id)
    behind = await session.execute(sa.select(col(Broadcast.subject)).where(col(Broadcast.id) == batch.broadcast_id))
    text = await session.get_one(Broadcast, behind.scalar_one().removeprefix(RECORDINGS), with_for_update=True)
    broadcast = await session.get_one(Broadcast, batch.broadcast_id, with_for_update=True)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    held = json.loads((await session.get_one(Text, batch.text_id)).parts[0])
    clip = (await session.execute(select(Clip).where(col(Clip.uid) == held["clip"]))).scalar_one()
    readers, second = await _copies(session, batch_id)
    known = (await media.usable(session, batch.road, at)).get(clip.id)
    over = second or alert is None or alert.status is not Status.issued or clip.ended_at is not None
    over = over or await recalled_at(session, text.id) is not None
    if not over and (known is None or known.media_id == held["media_id"]):
        await media.forget(session, batch.road, clip.id, held["media_id"])
        return 0
    session.add(ClipFollow(batch_id=batch_id, broadcast_id=batch.broadcast_id, at=at))
    if over or known is None or alert is None or not readers:
        return 0
    plan = planned([Given(clip, readers)], {clip.id: known.media_id})
    sending = replace(sending_of(broadcast, alert, at), subject=broadcast.subject, ordinal=SECOND)
    return await again(session, broadcast, plan, sending, by=BY, at=at)


async def _copies(session: AsyncSession, batch_id: int) -> tuple[list[Target], bool]:
    """Its readers, without those about whom the platform said something else; and whether they had been tried once more
    already."""
    rows = await session.execute(sa.select(Delivery).where(col(Delivery.batch_id) == batch_id))
    copies = rows.scalars().all()
    readers = [
        Target("person", c.target_id, 0, c.town_id, "", "", Mode.quiet, {NAME: c.address}) for c in copies
        if c.state is None
    ]  # fmt: skip
    return readers, any(copy.ordinal >= SECOND for copy in copies)
