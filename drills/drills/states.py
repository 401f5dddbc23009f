"""What a drill and an inject of its script can be, and the one guarded move of each."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.errors import Conflict
from drills.drills.models import Drill, Inject, InjectState, Stage

TRANSITIONS = {
    Stage.draft: {Stage.waiting, Stage.planned, Stage.cancelled},  # planned: where a row spares the approval
    Stage.waiting: {Stage.draft, Stage.planned, Stage.cancelled},
    Stage.planned: {Stage.draft, Stage.running, Stage.cancelled},
    Stage.running: {Stage.paused, Stage.ended},
    Stage.paused: {Stage.running, Stage.ended},
    Stage.ended: {Stage.evaluated},
    Stage.evaluated: set[Stage](),
    Stage.cancelled: set[Stage](),
}
COMING = (Stage.draft, Stage.waiting, Stage.planned)
ON = (Stage.running, Stage.paused)
DONE = (Stage.ended, Stage.evaluated)

INJECTS = {
    InjectState.waiting: {InjectState.due, InjectState.dropped},
    InjectState.due: {InjectState.sent, InjectState.nobody, InjectState.dropped, InjectState.waiting},
    InjectState.sent: {InjectState.due},
    InjectState.nobody: set[InjectState](),
    InjectState.dropped: set[InjectState](),
}


class Overtaken(Conflict):
    """没有执行：别人刚刚动过这次演练，请看现在的样子再决定。"""


class NotNow(Conflict):
    """演练现在这个样子，不能做这一步。"""


async def move(session: AsyncSession, drill: Drill, to: Stage, **also: Any) -> None:
    """From where the drill stands to `to`, setting `also`. Raises NotNow, and Overtaken where somebody was first."""
    if to not in TRANSITIONS[drill.state]:
        raise NotNow
    ours = sa.update(Drill).where(col(Drill.id) == drill.id, col(Drill.state) == drill.state)
    done = await session.execute(
        ours.values(state=to, **also).execution_options(synchronize_session="fetch"),
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Overtaken


async def move_inject(
    session: AsyncSession, inject: Inject, old: Collection[InjectState], to: InjectState, **also: Any
) -> bool:
    """False where it was moved before."""
    allowed = [state for state in old if to in INJECTS[state]]
    ours = sa.update(Inject).where(col(Inject.id) == inject.id, col(Inject.state).in_(allowed))
    done = await session.execute(ours.values(state=to, **also).execution_options(synchronize_session="fetch"))
    return bool(done.rowcount)  # type: ignore[attr-defined]
