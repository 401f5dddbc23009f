"""The leader's word on a swap: with his yes the shifts change hands, with what follows from them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.models import Person
from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.models import Shift, Swapping
from drills.duty.rosters.planned import Plan, Proposed
from drills.duty.rosters.written import remove, write
from drills.duty.swaps.asking import Begun, close, move
from drills.duty.swaps.listed import Change


class NotYours(SignalTreeError):
    """自己的换班要别的带班领导来批。"""


async def approve(
    session: AsyncSession, zone: ZoneInfo, one: Change, *, person_id: int | None, by: str, at: datetime
) -> bool:
    """The old shifts go, new ones stand in their place: reminders, roster and handover follow them. False where it was
    decided before. Raises NotYours, Begun, and Changed where one of them has another shift by now."""
    _another(one, person_id)
    if one.shift.starts_at <= at or one.shift.removed_at is not None or one.taker is None:
        raise Begun
    if not await move(session, one.swap, Swapping.approved, at, done_at=at, done_by=by):
        return False
    await _give(session, zone, one, at, by)
    record(session, by, "swap.approved", one.swap.uid, at)
    return True


async def refuse(session: AsyncSession, one: Change, *, person_id: int | None, by: str, at: datetime) -> bool:
    """Everything stays as it was. Raises NotYours."""
    _another(one, person_id)
    return await close(session, one.swap, Swapping.refused, by=by, at=at)


def _another(one: Change, person_id: int | None) -> None:
    if person_id is not None and person_id in {one.giver.id, one.swap.taker_id}:
        raise NotYours


async def _give(session: AsyncSession, zone: ZoneInfo, one: Change, at: datetime, by: str) -> None:
    if one.taker is None:
        return
    pairs: list[tuple[Shift, Person]] = [(one.shift, one.taker), *([(one.back, one.giver)] if one.back else [])]
    for shift, _ in pairs:
        await remove(session, shift, by=by, at=at)
    await session.flush()
    post = one.post
    wanted = [
        Proposed(n, "", post.name, post.area_id, shift.role, person, shift.starts_at, shift.ends_at)
        for n, (shift, person) in enumerate(pairs, 1)
    ]
    await write(session, Plan(len(wanted), wanted), source=f"swap:{one.swap.uid}", by=by, zone=zone, at=at)
