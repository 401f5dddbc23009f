"""Sending an approved bulletin: once, by day, to the county's work groups and to whom else the sender names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.imports.cells import GROUP_KINDS, ROLES
from bot.directory.tree import tree
from bot.errors import Conflict, SignalTreeError
from bot.record.entries import record
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from drills.bulletins.models import Bulletin, State
from drills.reminders.audience import everybody

DAY = (7, 22)  # o'clock: nobody is woken to be praised
WORTH = timedelta(hours=12)


class NotSent(SignalTreeError):
    """没有发："""


async def send(
    session: AsyncSession,
    settings: Settings,
    bulletin: Bulletin,
    kinds: Sequence[str],
    roles: Sequence[str],
    *,
    by: str,
    at: datetime,
) -> int:
    """Its words to groups of these kinds and people of these roles; how many copies. Raises NotSent, Conflict."""
    if bulletin.state is not State.approved:
        raise NotSent("还没有签发。")
    if not DAY[0] <= at.astimezone(settings.zone).hour < DAY[1]:
        raise NotSent(f"现在是夜里。通报在 {DAY[0]} 点到 {DAY[1]} 点之间发。")
    if {*kinds} - {*GROUP_KINDS} or {*roles} - {*ROLES} or not (kinds or roles):
        raise NotSent("请选发给哪些群、哪些人。")
    targets = await everybody(session, ",".join(roles), ",".join(kinds), None)
    if not targets:
        raise NotSent("选的这些群和人里，名册上一个也没有。")
    await _once(session, bulletin, by, at)
    text = f"{bulletin.title}\n\n{bulletin.text}"
    sent = await tell(
        session, settings, targets, text, purpose=Purpose.calendar, subject=f"bulletin:{bulletin.uid}", at=at,
        worth=WORTH, by=by, areas=await tree(session),
    )  # fmt: skip
    bulletin.broadcast_id = sent.id
    session.add(bulletin)
    record(session, by, "bulletin.sent", bulletin.uid, at, broadcast=sent.id, targets=sent.targets)
    return sent.targets


async def _once(session: AsyncSession, bulletin: Bulletin, by: str, at: datetime) -> None:
    """The one guarded update: whoever presses second learns it."""
    done = await session.execute(
        sa.update(Bulletin)
        .where(col(Bulletin.id) == bulletin.id, col(Bulletin.state) == State.approved, col(Bulletin.sent_at).is_(None))
        .values(sent_by=by, sent_at=at)
        .returning(col(Bulletin.id))
        .execution_options(synchronize_session=False)
    )
    if done.first() is None:
        raise Conflict("这一份已经发出去了，或刚刚被退回。请重新打开看。")
    await session.refresh(bulletin)
