"""Who was asked about a shift that comes soon and has not said yes, whatever week is shown; whom to telephone."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller
from bot.deps import Deps
from bot.record.entries import record
from drills.duty.models import Shift
from drills.duty.now import OnShift, shifts
from drills.duty.rules import rules

AHEAD = timedelta(hours=36)


async def unsure(
    session: AsyncSession, post_ids: Collection[int], changing: Collection[int], now: datetime
) -> list[OnShift]:
    """The next shift first. One whose swap is under way, `changing`, is in somebody's hands already."""
    soon = (col(Shift.starts_at) > now, col(Shift.starts_at) <= now + AHEAD)
    found = await shifts(session, await rules(session), col(Shift.post_id).in_(post_ids), *soon)
    return [one for one in found if one.shift.id not in changing and _silent(one.shift, now)]


async def number_of(deps: Deps, caller: Caller, one: OnShift, now: datetime) -> str:
    """Her telephone, empty where we have none. Looking is on record."""
    if not one.person.phone_sealed:
        return ""
    async with deps.begin() as session:
        record(session, caller.actor, "phone.looked", one.shift.uid, now)
    return deps.vault.open(one.person.phone_sealed)


def _silent(shift: Shift, now: datetime) -> bool:
    return shift.cannot_at is not None or (shift.confirmed_at is None and shift.remind_at <= now)
