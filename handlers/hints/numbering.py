"""Receipt numbers that people can say on the telephone: QY0711-H03, beside the reports' QY0711-003."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.hints.models import HintNumber
from handlers.reports.numbering import initials


async def number(session: AsyncSession, county: str, at: datetime, zone: ZoneInfo) -> str:
    """The next one. It goes on where an earlier year ended: a number is never given twice."""
    prefix = f"{initials(county)}{at.astimezone(zone):%m%d}-H"
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(HintNumber)
    counted = insert.values(prefix=prefix, last=1).on_conflict_do_update(
        index_elements=["prefix"], set_={"last": col(HintNumber.last) + 1}
    )
    last = (await session.execute(counted.returning(col(HintNumber.last)))).scalar_one()
    return f"{prefix}{last:02d}"
