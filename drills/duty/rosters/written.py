"""Writing shifts that were looked at, taking one away, giving one to somebody else."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from drills.duty.models import Post, Shift
from drills.duty.rosters.planned import Plan, weigh
from drills.duty.rules import Rules, rules
from drills.reminders.recurrence import polite


class Changed(SignalTreeError):
    """看过以后班次又变了，没有写入。请再核对一次。"""


async def write(
    session: AsyncSession, plan: Plan, *, source: str, by: str, zone: ZoneInfo, at: datetime
) -> list[Shift]:
    """All that the plan proposes, weighed once more with the people held. Raises Changed where one does not stand."""
    people = sorted({one.person.id for one in plan.proposed})
    held = sa.select(col(Person.id)).where(col(Person.id).in_(people)).order_by(col(Person.id))
    await session.execute(held.with_for_update(key_share=True))
    wanted = len(plan.proposed)
    await weigh(session, plan, zone)
    if len(plan.proposed) != wanted:
        raise Changed
    known, made = await rules(session), list[Shift]()
    for one in plan.proposed:
        post = await post_of(session, one.area_id, one.post_name, by=by, at=at)
        made.append(_shift(known, post, one.role, one.person.id, one.starts_at, one.ends_at, source, by, zone, at))
    session.add_all(made)
    if made:
        record(session, by, "shifts.written", f"shifts:{made[0].uid}", at, count=len(made), source=source[:16])
    return made


def _shift(
    known: Rules, post: Post, role: str, person_id: int, starts: datetime, ends: datetime, source: str, by: str,
    zone: ZoneInfo, at: datetime,
) -> Shift:  # fmt: skip
    """What has begun is not reminded of any more, and nobody is told that it is unconfirmed."""
    begun = at if starts <= at else None
    remind = polite(starts - known.minutes("remind_minutes"), zone, must_act=True)
    return Shift(
        uid=uuid7(at), post_id=post.id, role=role, person_id=person_id, starts_at=starts, ends_at=ends,
        source=source[:64], made_by=by, made_at=at, remind_at=remind, reminded_at=begun, told_at=begun,
    )  # fmt: skip


async def post_of(session: AsyncSession, area_id: int, name: str, *, by: str, at: datetime) -> Post:
    """The post, made where there is none; one that was ended is opened again."""
    wanted = select(Post).where(col(Post.area_id) == area_id, col(Post.name) == name)
    post = (await session.execute(wanted)).scalar_one_or_none()
    if post is None:
        post = Post(uid=uuid7(at), area_id=area_id, name=name)
        session.add(post)
        record(session, by, "post.made", post.uid, at)
    post.ended_at = None
    await session.flush()
    return post


async def remove(session: AsyncSession, shift: Shift, *, by: str, at: datetime) -> bool:
    """Take a shift away; its row stays."""
    if shift.removed_at is not None:
        return False
    shift.removed_at = at
    session.add(shift)
    record(session, by, "shift.removed", shift.uid, at)
    return True
