"""A hint's time as rows: on its last day whoever mends it hears of it in the morning, and each morning after it, for a
week. Nobody is told at night."""

from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import tree
from bot.sweeps.each import each
from handlers.hints.models import Due, Hint, HintDue, State
from handlers.hints.reporters.told import tell_assignee

MORNING, EVENING = time(9, 0), time(20, 0)
REPEATS = 7  # mornings after the last day; then the desk's list alone says it


async def begin(session: AsyncSession, hint: Hint, at: datetime, zone: ZoneInfo) -> None:
    """The rows of a hint that was assigned; those of an earlier time are over."""
    await over(session, hint, at, "moved")
    if hint.due_at is None:
        return
    last = hint.due_at.astimezone(zone).date()
    today, late = datetime.combine(last, MORNING, zone), datetime.combine(last + timedelta(days=1), MORNING, zone)
    if today > at:
        session.add(HintDue(hint_id=hint.id, kind=Due.today, due_at=today))
    first = max(late, datetime.combine(at.astimezone(zone).date() + timedelta(days=1), MORNING, zone))
    session.add(HintDue(hint_id=hint.id, kind=Due.late, due_at=first))
    await session.flush()


async def over(session: AsyncSession, hint: Hint, at: datetime, reason: str) -> None:
    """Nobody has to be told any more."""
    open_ = sa.update(HintDue).where(col(HintDue.hint_id) == hint.id, col(HintDue.done_at).is_(None))
    await session.execute(open_.values(done_at=at, reason=reason).execution_options(synchronize_session=False))


async def anything_due(session: AsyncSession, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a look is worth a writing transaction."""
    return _day(at, zone) and (await session.execute(_due(at).limit(1))).first() is not None


async def sweep_due(deps: Deps, at: datetime) -> int:
    """Tell whoever has what is due, once each; after an outage once for all of it. How many rows were dealt with."""
    if not _day(at, deps.settings.zone):
        return 0
    async with deps.read() as session:
        late = dict.fromkeys(hint.id for _, hint in await session.execute(_due(at)))
    return await each(deps, "hints.times", late, partial(_tell, settings=deps.settings, at=at), at)


async def _tell(session: AsyncSession, hint_id: int, *, settings: Settings, at: datetime) -> int:
    rows, areas = (await session.execute(_due(at).where(col(Hint.id) == hint_id))).all(), await tree(session)
    for due, hint in rows:
        if await _ours(session, due, hint, at):
            await tell_assignee(session, settings, areas, hint, due.kind.value, at)
            if due.kind is Due.late and due.ordinal < REPEATS:
                tomorrow = at.astimezone(settings.zone).date() + timedelta(days=1)
                again = datetime.combine(tomorrow, MORNING, settings.zone)
                session.add(HintDue(hint_id=hint.id, kind=Due.late, ordinal=due.ordinal + 1, due_at=again))
    return len(rows)


async def _ours(session: AsyncSession, due: HintDue, hint: Hint, at: datetime) -> bool:
    """The row's move is ours, and there is still something to say: a last day that is past says nothing."""
    stale = due.kind is Due.today and hint.due_at is not None and hint.due_at < at
    reason = "stale" if stale else "sent" if hint.state is State.assigned else "over"
    moved = await session.execute(
        sa.update(HintDue)
        .where(col(HintDue.id) == due.id, col(HintDue.done_at).is_(None))
        .values(done_at=at, reason=reason)
        .returning(col(HintDue.id))
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None and reason == "sent"


def _due(at: datetime) -> "sa.Select[HintDue, Hint]":
    return (
        select(HintDue, Hint)
        .join(Hint, col(Hint.id) == col(HintDue.hint_id))
        .where(col(HintDue.done_at).is_(None), col(HintDue.due_at) <= at)
        .order_by(col(HintDue.due_at), col(HintDue.id))
    )


def _day(at: datetime, zone: ZoneInfo) -> bool:
    return MORNING <= at.astimezone(zone).time() < EVENING
