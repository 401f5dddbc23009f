"""The moving of a village is over: its warning is, or an officer says so. Whoever was told of an unfinished one hears
it, by the sweep."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.record.entries import record
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.models import Evacuation, Tell
from broadcasts.tasks.evacuation.states import OPEN, Why, closed


async def call_off(session: AsyncSession, one: Evacuation, why: Why, *, by: str, at: datetime) -> bool:
    """What was finished stays so, and nobody is told: its people hear the all-clear itself. False where it was over."""
    tell = Tell.off if one.state in OPEN else Tell.nothing
    if not await closed(session, one.id, at, reason=why.value, tell=tell):
        return False
    await session.refresh(one)
    record(session, by, "evacuation.off", one.uid, at, reason=why.value, state=one.state.value)
    await alarm.renew(session, one, why.value, by=by, at=at)
    return True
