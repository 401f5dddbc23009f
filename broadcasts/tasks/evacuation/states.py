"""What the moving of a village can be, and the one update by which it becomes something else."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.tasks.evacuation.models import Evacuation, State

SAID = {State.heard, State.done, State.needless}
TRANSITIONS = {
    State.asked: {*SAID, State.off},
    **{one: {*SAID, State.asked, State.off} for one in SAID},  # asked again: the word was taken back
    State.off: set[State](),
}
OPEN = frozenset({State.asked, State.heard})
TERMINAL = frozenset(State) - OPEN


class Why(StrEnum):
    """Why a village need not be moved any more."""

    cancelled = "cancelled"
    superseded = "superseded"
    expired = "expired"
    ended = "ended"
    recalled = "recalled"
    stopped = "stopped"  # an officer says so


async def move(session: AsyncSession, evacuation_id: int, to: State, **facts: Any) -> bool:
    """False where it is over, or somebody was quicker."""
    before = [state for state, after in TRANSITIONS.items() if to in after]
    moved = await session.execute(
        sa.update(Evacuation)
        .where(
            col(Evacuation.id) == evacuation_id, col(Evacuation.state).in_(before), col(Evacuation.closed_at).is_(None)
        )
        .values(state=to, **facts)
        .returning(col(Evacuation.id))
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


async def closed(session: AsyncSession, evacuation_id: int, at: datetime, **facts: Any) -> bool:
    """No word counts any more; what was finished stays finished. False where it was closed already."""
    done = await session.execute(
        sa.update(Evacuation)
        .where(col(Evacuation.id) == evacuation_id, col(Evacuation.closed_at).is_(None))
        .values(
            closed_at=at,
            due_at=None,
            state=sa.case((col(Evacuation.state).in_(OPEN), State.off.value), else_=col(Evacuation.state)),
            **facts,
        )
        .returning(col(Evacuation.id))
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None
