"""What a report can be, and the one guarded update by which it becomes another."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.reports.models import Report, State

TRANSITIONS: dict[State, frozenset[State]] = {
    State.draft: frozenset({State.filed}),
    State.filed: frozenset({State.confirmed, State.returned}),
    State.returned: frozenset({State.filed}),
    State.confirmed: frozenset(),  # what changes later is a 续报 or a 核报
}
OPEN = frozenset({State.filed, State.returned})  # somebody still has to do something


async def still(session: AsyncSession, report: Report) -> Report:
    """The row as it is now, ours until this transaction ends: what is read of it and written holds."""
    await session.refresh(report, with_for_update=True)
    return report


async def move(session: AsyncSession, report: Report, to: State, **values: Any) -> bool:
    """Make it `to`, with its further columns. False where somebody was faster, or where there is no such way."""
    from_ = [state for state, onward in TRANSITIONS.items() if to in onward]
    changed = await session.execute(
        sa.update(Report)
        .where(col(Report.id) == report.id, col(Report.state).in_(from_))
        .values(state=to, **values)
        .returning(col(Report.id))
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return False
    await session.refresh(report)
    return True
