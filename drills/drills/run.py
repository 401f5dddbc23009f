"""A drill's course, by hand: begun, paused, gone on with, ended, cancelled. Each step is one guarded move, with all
that belongs to it in the same transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.errors import SignalTreeError
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.drilled import call_off, in_earnest
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.queries import broadcast as broadcast_of
from broadcasts.dispatch.texts.marks import linted
from broadcasts.dispatch.texts.spoken import spoken
from drills.drills.approvals.decide import stands
from drills.drills.checks import careful, mended
from drills.drills.models import Drill, Inject, InjectState, Stage
from drills.drills.notices import take_down
from drills.drills.queries import areas_of, script
from drills.drills.states import move, move_inject
from drills.drills.told import tell_all
from drills.drills.wording import phrase


class NotApproved(SignalTreeError):
    """没有开始：这次演练还没有另一个人批准。请等审批人批准，或撤回来改时间，或取消。"""


PAUSED, OVER = "paused", "drill_over"  # why copies were let go


async def cancel(
    session: AsyncSession, settings: Settings, drill: Drill, *, why: str = "", by: str, at: datetime
) -> None:
    """It does not take place. Who had been reminded is told."""
    why = linted(why, drill=True)[:255]
    await move(session, drill, Stage.cancelled, note=why, ended_at=at, ring_at=None)
    if await take_down(session, drill, at):

        def text(language: str) -> str:
            starts = spoken(drill.starts_at, at, settings.zone, language)
            return phrase("cancelled", language=language, name=drill.name, starts=starts, why=why)

        await tell_all(session, settings, drill, text, at=at)
    record(session, by, "drill.cancelled", drill.uid, at)


async def start(
    session: AsyncSession, settings: Settings, drill: Drill, *, sure: bool = False, by: str, at: datetime
) -> None:
    """From now on the script's lines are due. Raises NotApproved, and as approvals.decide.hand_in does."""
    if drill.state is Stage.waiting:
        raise NotApproved
    await mended(session, drill, at)
    await careful(session, drill, at, at, sure=sure)
    if drill.state is Stage.planned:
        await stands(session, drill)
    await move(
        session, drill, Stage.running, started_at=at, started_by=by, ends_at=at + timedelta(minutes=drill.minutes),
        known=await _known(session, drill, at),
    )  # fmt: skip
    await take_down(session, drill, at)
    for inject in await script(session, drill.id):
        due = at + timedelta(minutes=inject.minute)
        await move_inject(session, inject, [InjectState.waiting], InjectState.due, due_at=due)
    record(session, by, "drill.started", drill.uid, at)


async def pause(
    session: AsyncSession, settings: Settings, drill: Drill, *, why: str = "", earnest: bool = False, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Let go of what is queued, ask for nothing more, and tell everybody once. A line of which nothing had left comes
    again when the drill goes on. `earnest`: a warning has come, `why` is its first line."""
    why = linted(why, drill=True)[:128]
    await move(session, drill, Stage.paused, paused_at=at, paused_for=why)
    lines = [one for one in await script(session, drill.id) if one.state is InjectState.sent]
    gone = await call_off(session, await _alerts(session, lines), reason=PAUSED, by=by, at=at)
    if gone:
        for inject in lines:
            await _again(session, inject, at)
    await tell_all(session, settings, drill, partial(_said, "paused", why=why, earnest=earnest), at=at)
    record(session, by, "drill.paused", drill.uid, at, earnest=earnest, batches=gone)


async def resume(session: AsyncSession, settings: Settings, drill: Drill, *, by: str, at: datetime) -> None:
    """Go on: what was due in the meantime is due later by the length of the pause, not all at once."""
    lost = at - (drill.paused_at or at)
    known, ends = await _known(session, drill, at), (drill.ends_at or at) + lost
    await move(session, drill, Stage.running, paused_at=None, paused_for="", known=known, ends_at=ends)
    await shift(session, drill.id, lost)
    await tell_all(session, settings, drill, partial(_said, "resumed", name=drill.name), at=at)
    record(session, by, "drill.resumed", drill.uid, at)


async def end(session: AsyncSession, settings: Settings, drill: Drill, *, by: str, at: datetime) -> None:
    """It is over: what has not come does not come any more, and everybody is told that it is."""
    await move(session, drill, Stage.ended, ended_at=at)
    lines = await script(session, drill.id)
    await call_off(session, await _alerts(session, lines), reason=OVER, by=by, at=at)
    for inject in lines:
        waiting = [InjectState.waiting, InjectState.due]
        await move_inject(session, inject, waiting, InjectState.dropped, done_at=at)
    await tell_all(session, settings, drill, partial(_said, "ended", name=drill.name), at=at)
    record(session, by, "drill.ended", drill.uid, at)


async def shift(session: AsyncSession, drill_id: int, lost: timedelta) -> None:
    """All lines that are due come so much later: their distances stay."""
    wanted = select(Inject).where(col(Inject.drill_id) == drill_id, col(Inject.state) == InjectState.due)
    for inject in (await session.execute(wanted)).scalars():
        if inject.due_at is not None:
            inject.due_at += lost
            session.add(inject)
    await session.flush()


def _said(name: str, language: str, /, **facts: object) -> str:
    return phrase(name, language=language, **facts)


async def _again(session: AsyncSession, inject: Inject, at: datetime) -> None:
    """Nothing of it had left: it is due once more."""
    sent = await broadcast_of(session, inject.broadcast_id)
    counts = (await progress(session, sent)).total if sent else {}
    if counts and not any(counts[name] for name in ("sending", "sent", "delivered", "unknown")) and counts["skipped"]:
        back = {"due_at": at, "done_at": None, "broadcast_id": "", "alert_id": None}
        await move_inject(session, inject, [InjectState.sent], InjectState.due, **back)


async def _known(session: AsyncSession, drill: Drill, at: datetime) -> list[int]:
    return [alert.id for alert in await in_earnest(session, await areas_of(session, drill.id), at)]


async def _alerts(session: AsyncSession, lines: Sequence[Inject]) -> Sequence[Alert]:
    ids = [one.alert_id for one in lines if one.alert_id]
    return (await session.execute(sa.select(Alert).where(col(Alert.id).in_(ids)))).scalars().all()
