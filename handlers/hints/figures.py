"""How many hints came, were closed, and were mended in time: computed from the rows, never typed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from broadcasts.dispatch.states import Road
from handlers.hints.models import Hint, State


@dataclass(frozen=True)
class Figures:
    """Of the hints that came since some moment: how many, how many of them are no work (declined, joined), closed,
    mended, mended in time; and how many are late now."""

    received: int
    dropped: int
    closed: int
    mended: int
    in_time: int
    late: int

    @property
    def work(self) -> int:
        return self.received - self.dropped


async def figures(session: AsyncSession, inside: int | None, since: datetime, now: datetime) -> Figures:
    """One query. Training counts nowhere."""
    state, due, done = col(Hint.state), col(Hint.due_at), col(Hint.done_at)
    mended = state.in_((State.done, State.closed)) & done.is_not(None)
    counted = [
        sa.true(),
        state.in_((State.declined, State.joined)),
        state == State.closed,
        mended,
        mended & (done <= due),
        (state == State.assigned) & (due < now),
    ]
    wanted = (
        sa.select(*(sa.func.count(sa.case((one, 1))) for one in counted))
        .select_from(Hint)
        .join(Area, col(Area.id) == col(Hint.area_id))
        .where(col(Hint.road) == Road.live, col(Hint.filed_at) >= since)
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return Figures(*[int(count) for count in (await session.execute(wanted)).one()])
