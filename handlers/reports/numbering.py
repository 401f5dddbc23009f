"""Receipt numbers that people can say on the telephone: QY0711-003, the county's letters, the day, a running number."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.reports.models import ReportNumber

ENDINGS = "县市区州盟旗省"
LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
# The first character of each letter in the first level of GB 2312, which is sorted by pinyin; 座 is its last.
BEGINNINGS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
LAST = "座".encode("gb2312")
UNNAMED = "BG"  # 报告, where the county's name has no character of that level


def initials(name: str) -> str:
    """青崖县 → QY. Characters beyond the first level have no order, and are left out."""
    bare = name.rstrip(ENDINGS) or name
    found = "".join(filter(None, (_letter(one) for one in bare)))
    return found[:3] or UNNAMED


async def number(session: AsyncSession, county: str, at: datetime, zone: ZoneInfo) -> str:
    """The next one. It goes on where an earlier year ended: a number is never given twice."""
    prefix = f"{initials(county)}{at.astimezone(zone):%m%d}"
    return f"{prefix}-{await counted(session, ReportNumber, prefix):03d}"


async def counted(session: AsyncSession, table: Any, prefix: str) -> int:
    """One more of that prefix. `table` keeps for each the last that was given."""
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
    more = insert.values(prefix=prefix, last=1).on_conflict_do_update(
        index_elements=["prefix"], set_={"last": col(table.last) + 1}
    )
    return int((await session.execute(more.returning(col(table.last)))).scalar_one())


def _letter(char: str) -> str:
    if char.isascii():
        return char.upper() if char.isalpha() else ""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if code > LAST:
        return ""
    first = [letter for letter, begin in zip(LETTERS, BEGINNINGS, strict=True) if begin.encode("gb2312") <= code]
    return first[-1] if first else ""
