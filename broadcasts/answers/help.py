"""3 需要支援: the duty desk is rung until a person takes it, whatever is said afterwards."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

TAKEN = "taken"


def about(answer: Answer) -> str:
    return f"answer:{answer.uid}"


async def call_for_help(session: AsyncSession, answer: Answer, alert: Alert | None) -> Hold:
    """Ring for it; who has asked already and waits is not rung for twice."""
    waiting = await _waiting(session, answer)
    if waiting is not None:
        return waiting
    said = await _line(session, answer, alert)
    return await open_hold(session, Reason.help, about=about(answer), said=said, by=answer.by, at=answer.at)


async def taken_back(session: AsyncSession, answer: Answer) -> None:
    """She says that it was a mistake: it goes on ringing, with that word, until a person has asked her."""
    waiting = await _waiting(session, answer)
    if waiting is not None:
        alert = await session.get(Alert, answer.alert_id) if answer.alert_id else None
        waiting.said = await _line(session, answer, alert, mistaken=True)
        session.add(waiting)


async def take(session: AsyncSession, uid: str, *, by: str, at: datetime) -> bool:
    """An officer takes it on: nothing rings for it any more. False where somebody was first."""
    wanted = select(Hold).where(col(Hold.uid) == uid, col(Hold.reason) == Reason.help).with_for_update()
    waiting = (await session.execute(wanted)).scalar_one_or_none()
    return waiting is not None and await close(session, waiting, TAKEN, by=by, at=at)


async def _waiting(session: AsyncSession, answer: Answer) -> Hold | None:
    hers = sa.select(sa.literal("answer:") + col(Answer.uid)).where(
        col(Answer.broadcast_id) == answer.broadcast_id, col(Answer.person_id) == answer.person_id
    )
    wanted = select(Hold).where(
        col(Hold.reason) == Reason.help, col(Hold.closed_at).is_(None), col(Hold.about).in_(hers)
    )
    return (await session.execute(wanted.limit(1))).scalar_one_or_none()


async def _line(session: AsyncSession, answer: Answer, alert: Alert | None, *, mistaken: bool = False) -> str:
    row = await session.execute(
        sa.select(col(Person.name), col(Person.ab), col(Area.name))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id) == answer.person_id)
    )
    name, ab, village = row.one()
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}" if alert else ""
    return render("help.txt", village=village, name=name, ab=ab, what=what, late=not answer.counts, mistaken=mistaken)
