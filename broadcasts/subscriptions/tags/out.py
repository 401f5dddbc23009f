"""Who stands under a tag no more: who wants to hear nothing, who follows no more, who asked to be forgotten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.tags.models import Put, TagPut


async def left(session: AsyncSession, follower: Follower) -> None:
    """The platform itself drops whoever unfollows. Who follows again stands under no tag until put there."""
    await _change(session, col(TagPut.follower_id) == follower.id, state=Put.done)


async def erased(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """To be asked before the openid is forgotten: they may follow still, and nobody else could take them out then."""
    inside = sa.or_(col(TagPut.wanted), col(TagPut.state) != Put.done)
    theirs = sa.and_(col(TagPut.follower_id) == follower.id, inside)
    await _change(session, theirs, state=Put.due, openid=follower.openid, due_at=at)


async def stopped(session: AsyncSession, at: datetime) -> None:
    """Whoever wants to hear nothing any more is taken out of every tag that we put them under."""
    gone = sa.or_(col(Follower.stopped_at).is_not(None), col(Follower.left_at).is_not(None))
    theirs = col(TagPut.follower_id).in_(sa.select(col(Follower.id)).where(gone))
    await _change(session, sa.and_(col(TagPut.wanted), theirs), state=Put.due, due_at=at)


async def _change(session: AsyncSession, whose: sa.ColumnElement[bool], **values: object) -> None:
    await session.execute(
        sa.update(TagPut)
        .where(whose)
        .values(wanted=False, reason="", tries=0, **values)
        .execution_options(synchronize_session=False)
    )
