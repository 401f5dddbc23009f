"""Finding notices: by what they are called, by state, of an alert."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.notices.models import Notice, State


async def of_uid(session: AsyncSession, uid: str) -> Notice | None:
    return (await session.execute(select(Notice).where(col(Notice.uid) == uid))).scalar_one_or_none()


async def of_key(session: AsyncSession, key: str) -> Notice | None:
    return (await session.execute(select(Notice).where(col(Notice.key) == key))).scalar_one_or_none()


async def of_alert(session: AsyncSession, alert_id: int) -> Notice | None:
    """The notice that this alert was made of."""
    return (await session.execute(select(Notice).where(col(Notice.alert_id) == alert_id))).scalar_one_or_none()


async def listed(
    session: AsyncSession, *, states: Collection[State] = (), before: int | None = None, most: int
) -> Sequence[Notice]:
    """Newest first; of these states where given."""
    wanted = select(Notice).order_by(col(Notice.id).desc()).limit(most)
    if states:
        wanted = wanted.where(col(Notice.state).in_(states))
    if before is not None:
        wanted = wanted.where(col(Notice.id) < before)
    return (await session.execute(wanted)).scalars().all()
