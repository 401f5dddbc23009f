"""Which drills need no second hand: rows of the county, each with its paper. Without a row every drill needs one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from drills.drills.approvals.hands import writers
from drills.drills.approvals.models import DrillWaiver
from drills.drills.models import Drill


async def waivers(session: AsyncSession, today: date) -> Sequence[DrillWaiver]:
    """The rows that hold today."""
    wanted = select(DrillWaiver).where(
        sa.or_(col(DrillWaiver.valid_from).is_(None), col(DrillWaiver.valid_from) <= today),
        sa.or_(col(DrillWaiver.valid_to).is_(None), col(DrillWaiver.valid_to) >= today),
    )
    return (await session.execute(wanted.order_by(col(DrillWaiver.id)))).scalars().all()


async def waiver(session: AsyncSession, drill: Drill, size: int, zone: ZoneInfo, at: datetime) -> DrillWaiver | None:
    """The row that lets this drill of `size` participants go without an approval: it held when the plan was begun, and
    nobody spares himself, under whatever name."""
    rows, wrote = await waivers(session, at.astimezone(zone).date()), await writers(session, drill)
    begun = drill.made_at.astimezone(zone).date()
    others = (row for row in rows if row.source not in wrote and (row.valid_from is None or row.valid_from <= begun))
    return next((row for row in others if _covers(row, drill, size)), None)


async def add_waiver(session: AsyncSession, row: DrillWaiver, *, by: str, at: datetime) -> None:
    session.add(row)
    await session.flush()
    record(session, by, "drill.waiver", f"drill_waiver:{row.id}", at, form=row.form, road=row.road, most=row.most)


async def end_waiver(session: AsyncSession, number: int, today: date, *, by: str, at: datetime) -> bool:
    """It held until yesterday. False where it has ended, or there is none."""
    row = await session.get(DrillWaiver, number)
    if row is None or (row.valid_to is not None and row.valid_to < today):
        return False
    row.valid_to = today - timedelta(days=1)
    session.add(row)
    record(session, by, "drill.waiver_ended", f"drill_waiver:{number}", at)
    return True


def _covers(row: DrillWaiver, drill: Drill, size: int) -> bool:
    return row.form in ("", drill.form) and row.road in ("", drill.road) and (row.most is None or size <= row.most)
