"""Forgetting: the requests of yesterday, which their time-stamp would refuse, and the files of who was erased."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from broadcasts.tasks.pictures import erased as of_a_task
from handlers.wechat.files import erase, path_of
from handlers.wechat.models import Media, MediaState, Nonce

ERASED = "erased"  # why a picture or a recording is no longer there
KEPT = timedelta(days=1)
MOST = 20_000  # rows in one transaction


async def prune_nonces(session: AsyncSession, at: datetime) -> int:
    """How many were forgotten; MOST says that there may be more."""
    old = sa.select(col(Nonce.key)).where(col(Nonce.at) < at - KEPT).limit(MOST)
    gone = await session.execute(sa.delete(Nonce).where(col(Nonce.key).in_(old)))
    return int(getattr(gone, "rowcount", 0))


async def erase_files(session: AsyncSession, settings: Settings) -> int:
    """Take away the files whose rows say so; the row tells it only when the file is gone. How many."""
    rows = await session.execute(
        sa.select(col(Media.id), col(Media.uid)).where(col(Media.reason) == ERASED, col(Media.state) == MediaState.kept)
    )
    found = rows.all()
    for _, uid in found:
        erase(path_of(settings, uid))
    await of_a_task(session, [uid for _, uid in found])
    gone = sa.update(Media).where(col(Media.id).in_([number for number, _ in found]))
    await session.execute(gone.values(state=MediaState.refused, size=0, sha256=""))
    return len(found)
