"""What a knock at somebody's door can be, and the one update by which it becomes something else."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.tasks.knocks.models import Knock, State

TRANSITIONS = {
    State.going: {State.help, State.knows, State.nobody, State.off},
    State.help: {State.going, State.knows, State.nobody, State.off},
    State.knows: {State.going},  # said by mistake, and taken back
    State.nobody: {State.going},
    State.off: set[State](),
}
OPEN = frozenset({State.going, State.help})
FOUND = frozenset({State.knows, State.nobody, State.help})  # what whoever knocks may say
TERMINAL = frozenset(State) - OPEN


class Why(StrEnum):
    """Why nobody need knock any more."""

    answered = "answered"  # she has answered herself
    cancelled = "cancelled"
    superseded = "superseded"
    expired = "expired"
    ended = "ended"
    recalled = "recalled"
    changed = "changed"  # somebody else was sent
    stopped = "stopped"  # an officer says so
    refused = "refused"  # whoever was sent cannot go
    left = "left"  # whoever was sent is reached no longer


async def move(session: AsyncSession, knock_id: int, to: State, at: datetime, **facts: Any) -> bool:
    """False where somebody was quicker, or where it cannot become that any more."""
    before = [state for state, after in TRANSITIONS.items() if to in after]
    moved = await session.execute(
        sa.update(Knock)
        .where(col(Knock.id) == knock_id, col(Knock.state).in_(before))
        .values(state=to, done_at=None if to is State.going else at, **facts)
        .returning(col(Knock.id))
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None
