"""Forgetting the requests of yesterday: older ones are refused by their time-stamp."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.wechat.models import Nonce

KEPT = timedelta(days=1)
MOST = 20_000  # rows in one transaction


async def prune_nonces(session: AsyncSession, at: datetime) -> int:
    """How many were forgotten; MOST says that there may be more."""
    old = sa.select(col(Nonce.key)).where(col(Nonce.at) < at - KEPT).limit(MOST)
    gone = await session.execute(sa.delete(Nonce).where(col(Nonce.key).in_(old)))
    return int(getattr(gone, "rowcount", 0))
