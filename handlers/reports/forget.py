"""A resident is forgotten: what happened stays on the county's record, who said it does not."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.subscriptions.models import Follower
from handlers.reports.models import Report

ERASED = "follower:erased"


async def forget(session: AsyncSession, follower: Follower, conversations: sa.Select[Any]) -> None:
    """Reports lose their reporter and their conversation; drafts that were never sent lose their words."""
    theirs = sa.or_(col(Report.follower_id) == follower.id, col(Report.conversation_id).in_(conversations))
    gone = {"follower_id": None, "conversation_id": None, "draft": None, "by": ERASED}
    await session.execute(
        sa.update(Report)
        .where(theirs, col(Report.person_id).is_(None))
        .values(**gone)
        .execution_options(synchronize_session=False)
    )
