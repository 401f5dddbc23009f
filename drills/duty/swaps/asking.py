"""换班: asking for it, taking it, saying no. Nothing of the roster changes here."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from drills.duty.models import TRANSITIONS, Shift, Swap, Swapping
from drills.duty.now import OnShift
from drills.duty.rosters.people import known_people
from drills.duty.rosters.planned import Plan, Proposed, weigh
from drills.duty.swaps.listed import Change, change, pending


class Begun(SignalTreeError):
    """这个班已经开始或已经撤下，不能再换。"""


class AlreadyAsked(SignalTreeError):
    """这个班已经在换，等前一次有了结果再说。"""


class Oneself(SignalTreeError):
    """不能和自己换。"""


class Gone(SignalTreeError):
    """他已经离开（企业微信和公众号都没有他了），请换人："""


class Overlaps(SignalTreeError):
    """换不了："""


class NotHis(SignalTreeError):
    """换回来的班不是他在这个值班室的班，或已经开始。"""


async def ask(
    session: AsyncSession, zone: ZoneInfo, one: OnShift, taker: Person | None, back: Shift | None, *, by: str,
    at: datetime,
) -> Change:  # fmt: skip
    """Ask `taker`, or whoever takes it, to take this shift, and with `back` to give that one in return. Raises what a
    person can mend."""
    held = [one.shift.id, *([back.id] if back else [])]
    if one.shift.starts_at <= at or one.shift.removed_at is not None:
        raise Begun
    if await pending(session, held):
        raise AlreadyAsked
    if back is not None and (taker is None or not _gives(back, taker, one, at)):
        raise NotHis
    if taker is not None:
        await fits(session, zone, one, taker, back)
    made = Swap(
        uid=uuid7(at), shift_id=one.shift.id, back_id=back.id if back else None, taker_id=taker.id if taker else None,
        state=Swapping.asked if taker else Swapping.open, asked_by=by, asked_at=at,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    record(session, by, "swap.asked", made.uid, at, shift=one.shift.uid)
    return Change(made, one.shift, one.post, one.person, taker, back)


def _gives(back: Shift, taker: Person, one: OnShift, at: datetime) -> bool:
    his = back.person_id == taker.id and back.post_id == one.post.id
    return his and back.starts_at > at and back.removed_at is None


async def fits(session: AsyncSession, zone: ZoneInfo, one: OnShift, taker: Person, back: Shift | None) -> None:
    """Whether both may have what the other had. Raises Oneself, Gone, Overlaps."""
    if taker.id == one.person.id:
        raise Oneself
    if taker.id in (await known_people(session)).left:
        raise Gone(taker.name)
    pairs = [(one.shift, taker), *([(back, one.person)] if back else [])]
    leaving = {one.shift.id, *([back.id] if back else [])}
    plan = Plan(len(pairs), [_proposed(shift, person, one) for shift, person in pairs])
    await weigh(session, plan, zone, without=leaving)
    if plan.faults or plan.known:
        raise Overlaps(plan.faults[0].why if plan.faults else f"{taker.name}这时已有这个班。")


def _proposed(shift: Shift, person: Person, one: OnShift) -> Proposed:
    return Proposed(1, "", one.post.name, one.post.area_id, shift.role, person, shift.starts_at, shift.ends_at)


async def accept(session: AsyncSession, zone: ZoneInfo, one: Change, taker: Person, *, by: str, at: datetime) -> bool:
    """He takes it: the leader decides next. False where somebody was quicker. Raises what a person can mend."""
    if one.shift.starts_at <= at or one.shift.removed_at is not None:
        raise Begun
    await fits(session, zone, OnShift(one.shift, one.post, one.giver, leads=False), taker, one.back)
    if not await move(session, one.swap, Swapping.accepted, at, taker_id=taker.id, accepted_at=at):
        return False
    record(session, by, "swap.accepted", one.swap.uid, at)
    return True


async def decline(session: AsyncSession, one: Change, *, by: str, at: datetime) -> bool:
    """Who was asked says no."""
    return await close(session, one.swap, Swapping.declined, by=by, at=at)


async def close(session: AsyncSession, swap: Swap, state: Swapping, *, by: str, at: datetime) -> bool:
    """It comes to nothing. False where it had been decided."""
    if not await move(session, swap, state, at, done_at=at, done_by=by):
        return False
    record(session, by, f"swap.{state}", swap.uid, at)
    return True


async def move(session: AsyncSession, swap: Swap, state: Swapping, at: datetime, **more: object) -> bool:
    """The one guarded move of a swap: whoever comes second learns it."""
    before = [old for old, reached in TRANSITIONS.items() if state in reached]
    moved = (
        sa.update(Swap)
        .where(col(Swap.id) == swap.id, col(Swap.state).in_(before))
        .values(state=state, **more)
        .execution_options(synchronize_session="fetch")
    )
    return bool((await session.execute(moved)).rowcount)  # type: ignore[attr-defined]


async def again(session: AsyncSession, one: Change) -> Change:
    """The same, as it stands after a move."""
    await session.refresh(one.swap)
    found = await change(session, one.swap.uid)
    return found or one
