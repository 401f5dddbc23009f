"""What a hint can be, and the one guarded update by which it becomes another."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.hints.models import Hint, State

TRANSITIONS: dict[State, frozenset[State]] = {
    State.filed: frozenset({State.accepted, State.returned, State.declined, State.joined}),
    State.returned: frozenset({State.filed, State.accepted, State.declined, State.joined}),
    State.accepted: frozenset({State.assigned, State.declined, State.joined}),
    State.assigned: frozenset({State.assigned, State.done, State.accepted}),  # to another; or nobody can
    State.done: frozenset({State.closed, State.assigned}),  # not good enough: once more
    State.closed: frozenset(),
    State.declined: frozenset(),
    State.joined: frozenset(),
}
OPEN = frozenset({State.filed, State.returned, State.accepted, State.assigned, State.done})
NEW = frozenset({State.filed, State.returned})  # an officer has not accepted it yet
DESK = frozenset({State.filed, State.accepted, State.done})  # waits for an officer


async def still(session: AsyncSession, hint: Hint) -> Hint:
    """The row as it is now, ours until this transaction ends: what is read of it and written holds."""
    await session.refresh(hint, with_for_update=True)
    return hint


async def move(session: AsyncSession, hint: Hint, to: State, *, seen: State, **values: Any) -> bool:
    """From the state in which it was `seen` to `to`, with its further columns, and one version on. False where somebody
    was faster, or where there is no such way."""
    if to not in TRANSITIONS[seen]:
        return False
    changed = await session.execute(
        sa.update(Hint)
        .where(col(Hint.id) == hint.id, col(Hint.state) == seen, col(Hint.version) == hint.version)
        .values(state=to, version=col(Hint.version) + 1, **values)
        .returning(col(Hint.id))
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return False
    await session.refresh(hint)
    return True
