"""One ring for all doors of a broadcast that stay closed and that the desk has to do something about: it says which, is
renewed with every word, and ends with the last of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import BY_HAND, Answer
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.knocks.models import Knock, State
from broadcasts.tasks.knocks.states import Why

BY = "system"
NAMED = 6  # of the doors


def about_late(broadcast_id: str) -> str:
    return f"overdue:{broadcast_id}"


def has_answered() -> sa.ColumnElement[bool]:
    """Of a Knock: an answer of the person whose door it is counts."""
    return sa.exists().where(
        col(Answer.broadcast_id) == col(Knock.broadcast_id),
        col(Answer.person_id) == col(Knock.person_id),
        col(Answer.counts),
        col(Answer.undone_at).is_(None),
        col(Answer.said).not_in(BY_HAND),
    )


async def ring_for_all(session: AsyncSession, broadcast_id: str, *, by: str, at: datetime) -> Hold | None:
    """None where no door is left for which the desk need do anything. Doors of several towns are the county's alone."""
    await session.flush()
    rows = (await session.execute(_closed(broadcast_id).limit(NAMED))).all()
    if not rows:
        return None
    knock, _, area_id, *_ = rows[0]
    one_town = len({row.town for row in rows}) == 1 and rows[0].doors == len(rows)
    alert = await session.get(Alert, knock.alert_id) if knock.alert_id else None
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}" if alert else ""
    hold = await open_hold(
        session, Reason.knock, about=about_late(broadcast_id), said=_said(rows, what), by=by, at=at,
        alert_id=knock.alert_id,
    )  # fmt: skip
    hold.area_id = area_id if one_town else None
    return hold


async def renew(session: AsyncSession, broadcast_id: str, decision: str, *, by: str, at: datetime) -> None:
    """Something was heard of a door: where the desk is rung it hears of those that are left, or no more."""
    wanted = select(Hold).where(
        col(Hold.about) == about_late(broadcast_id), col(Hold.reason) == Reason.knock, col(Hold.closed_at).is_(None)
    )
    waiting = (await session.execute(wanted)).scalars().first()
    if waiting is not None and await ring_for_all(session, broadcast_id, by=by, at=at) is None:
        await close(session, waiting, decision, by=by, at=at)


def _said(rows: Any, what: str) -> str:
    if len(rows) > 1:
        names = [f"{village}{name}" for _, name, _, village, *_ in rows]
        return render("closed_doors.txt", names=names, count=rows[0].doors, what=what)
    knock, name, _, village, who, *_ = rows[0]
    why = {State.nobody: "nobody", State.off: knock.reason}.get(knock.state, "overdue")
    return render("door.txt", why=why, who=who, village=village, name=name, what=what, word=knock.word)


def _closed(broadcast_id: str) -> sa.Select[Any]:
    """Where the last who was sent has given no word in time, cannot go, is reached no longer, or found nobody."""
    mine = col(Knock.broadcast_id) == broadcast_id
    last = sa.select(sa.func.max(col(Knock.id))).where(mine).group_by(col(Knock.person_id))
    open_ = sa.or_(
        sa.and_(col(Knock.state) == State.going, col(Knock.late_at).is_not(None)),
        sa.and_(col(Knock.state) == State.off, col(Knock.reason).in_([Why.refused, Why.left])),
        sa.and_(col(Knock.state) == State.nobody, col(Knock.sent_by) == BY),
    )
    knocker = aliased(Person)
    columns: list[Any] = [
        Knock, col(Person.name), col(Area.id), col(Area.name), knocker.name, col(Area.town_id).label("town"),
        sa.func.count().over().label("doors"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(Knock.person_id))
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(knocker, col(knocker.id) == col(Knock.knocker_id))
        .where(col(Knock.id).in_(last), open_, ~has_answered())
        .order_by(col(Knock.id))
    )
