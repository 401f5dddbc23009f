"""Who tries a row that is due: its next try is put off, so that only one process has it now."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.deps import Deps
from handlers.wechat.models import Media
from handlers.wechat.speech.models import Speech

WAITING = "waiting"


async def taken(deps: Deps, table: type[Media | Speech], row_id: int, due_at: datetime, hold: timedelta) -> bool:
    """Whether it is ours, for so long as `hold`. `due_at` is as it was read: who comes second finds another."""
    claim = (
        sa.update(table)
        .where(col(table.id) == row_id, col(table.state) == WAITING, col(table.due_at) == due_at)
        .values(due_at=deps.clock.now() + hold, attempts=col(table.attempts) + 1)
    )
    async with deps.begin() as session:
        changed: Any = await session.execute(claim)
        return bool(changed.rowcount == 1)
