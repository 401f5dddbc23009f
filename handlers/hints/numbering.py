"""Receipt numbers that people can say on the telephone: QY0711-H03, beside the reports' QY0711-003."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.hints.models import HintNumber
from handlers.reports.numbering import counted, initials


async def number(session: AsyncSession, county: str, at: datetime, zone: ZoneInfo) -> str:
    """The next one. It goes on where an earlier year ended: a number is never given twice."""
    prefix = f"{initials(county)}{at.astimezone(zone):%m%d}-H"
    return f"{prefix}{await counted(session, HintNumber, prefix):02d}"
