"""What a notice can be on its way from a draft to the phones; what became of it afterwards is its alert's status."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.notices.models import Notice, State

TRANSITIONS = {
    State.draft: {State.draft, State.submitted, State.withdrawn, State.issued},  # issued: the green channel
    State.submitted: {State.draft, State.approved, State.returned, State.withdrawn, State.issued},
    State.returned: {State.draft, State.withdrawn},
    State.approved: {State.draft, State.issued, State.returned, State.withdrawn},
    State.issued: set[State](),
    State.withdrawn: set[State](),
}
OPEN = frozenset({State.draft, State.submitted, State.returned, State.approved})


async def move(session: AsyncSession, notice: Notice, state: State, **values: Any) -> bool:
    """Move from the state and the version that the caller has seen; False where somebody was faster."""
    if state not in TRANSITIONS[notice.state]:
        return False
    done = await session.execute(
        sa.update(Notice)
        .where(col(Notice.id) == notice.id, col(Notice.state) == notice.state, col(Notice.version) == notice.version)
        .values(state=state, **values)
        .returning(col(Notice.id))
    )
    if done.first() is None:
        return False
    await session.refresh(notice)
    return True
