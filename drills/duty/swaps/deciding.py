"""The leader's word on a swap: with his yes the shifts change hands, with what follows from them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.hands import hands, one_of
from bot.directory.models import Person
from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.models import Shift, Swapping
from drills.duty.rosters.planned import Plan, Proposed
from drills.duty.rosters.written import remove, write
from drills.duty.swaps.asking import Begun, close, move
from drills.duty.swaps.listed import Change


class NotYours(SignalTreeError):
    """没有办成：自己的换班，或自己替人提的换班，要别的带班领导来批。"""


async def approve(session: AsyncSession, zone: ZoneInfo, one: Change, *, by: str, at: datetime) -> bool:
    """The old shifts go, new ones stand in their place: reminders, roster and handover follow them. False where it was
    decided before. Raises NotYours, Begun, and Changed where one of them has another shift by now."""
    await _another(session, one, by, at)
    if one.shift.starts_at <= at or one.shift.removed_at is not None or one.taker is None:
        raise Begun
    if not await move(session, one.swap, Swapping.approved, at, done_at=at, done_by=by):
        return False
    await _give(session, zone, one, at, by)
    record(session, by, "swap.approved", one.swap.uid, at)
    return True


async def refuse(session: AsyncSession, one: Change, *, by: str, at: datetime) -> bool:
    """Everything stays as it was. Raises NotYours."""
    await _another(session, one, by, at)
    return await close(session, one.swap, Swapping.refused, by=by, at=at)


async def _another(session: AsyncSession, one: Change, by: str, at: datetime) -> None:
    """Neither of the two, nor who asked for it in their place. Where nobody can tell who decides, the record says
    so."""
    own = await one_of(session, by, {one.giver.id, one.swap.taker_id})
    if own or by in await hands(session, {one.swap.asked_by}):
        raise NotYours
    if own is None:
        record(session, by, "swap.unchecked", one.swap.uid, at)


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
