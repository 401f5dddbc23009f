"""应转 of a village was wrong, or nobody knew it: an officer says how many it is."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Conflict
from bot.record.entries import record
from broadcasts.tasks.evacuation.models import Evacuation
from broadcasts.tasks.evacuation.order import MOST


class NoExpected(Conflict):
    """没有改：应转人数应是 0 到 100000 的整数。"""


async def expect(session: AsyncSession, one: Evacuation, typed: str, *, by: str, at: datetime) -> None:
    """What was said is measured by it from now on. Raises NoExpected."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST)) and int(typed) <= MOST):
        raise NoExpected
    record(session, by, "evacuation.expected", one.uid, at, expected=int(typed), before=one.expected)
    one.expected = int(typed)
    session.add(one)
