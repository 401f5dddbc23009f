"""抽查: who is on duty at a post is asked for a 1 within some minutes; the result is kept, whatever it is."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Person
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.models import Check, Post, Shift
from drills.duty.now import roster
from drills.duty.rostered import targets
from drills.duty.rules import rules
from drills.duty.sweep import ways
from drills.duty.wording import phrase

SHOWN = 30


class NobodyOn(SignalTreeError):
    """现在没有人在这里值班，没有可以抽查的人。"""


class Asked(SignalTreeError):
    """刚刚抽查过，还在等应答。"""


async def ask(session: AsyncSession, settings: Settings, post: Post, *, by: str, at: datetime) -> list[Check]:
    """Ask everybody on shift there. Raises NobodyOn, Asked."""
    known = await rules(session)
    people = [one for one in (await roster(session, at)).on if one.post.id == post.id]
    if not people:
        raise NobodyOn
    waiting = select(Check.id).join(Shift, col(Shift.id) == col(Check.shift_id)).where(
        col(Shift.post_id) == post.id, col(Check.answered_at).is_(None), col(Check.deadline) > at
    )  # fmt: skip
    if (await session.execute(waiting.limit(1))).first():
        raise Asked
    areas, until = await tree(session), at + known.minutes("check_minutes")
    made = []
    for one in people:
        check = Check(uid=uuid7(at), shift_id=one.shift.id, person_id=one.person.id, asked_by=by, asked_at=at,
                      deadline=until)  # fmt: skip
        session.add(check)
        record(session, by, "check.asked", check.uid, at, shift=one.shift.uid)
        text = phrase("check", until=spoken(until, at, settings.zone), post=post.name, **ways(settings, areas, one))
        await tell(
            session, settings, await targets(session, [one.person.id]), text, purpose=Purpose.calendar,
            subject=f"check:{check.uid}", at=at, worth=until - at,
        )  # fmt: skip
        made.append(check)
    return made


async def made(session: AsyncSession, post_ids: list[int]) -> list[tuple[Check, Post, Person]]:
    """The last ones at these posts, newest first."""
    wanted = (
        select(Check, Post, Person)
        .join(Shift, col(Shift.id) == col(Check.shift_id))
        .join(Post, col(Post.id) == col(Shift.post_id))
        .join(Person, col(Person.id) == col(Check.person_id))
        .where(col(Post.id).in_(post_ids))
        .order_by(col(Check.id).desc())
        .limit(SHOWN)
    )
    return [(check, post, person) for check, post, person in await session.execute(wanted)]
