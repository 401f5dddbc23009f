"""3 需要支援: the duty desk is rung until a person takes it, whatever is said afterwards."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import Answer
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

TAKEN = "taken"
SAID = 255  # letters of a line


def about(answer: Answer) -> str:
    return f"answer:{answer.uid}"


async def call_for_help(session: AsyncSession, answer: Answer) -> Hold:
    """Ring for it; who has asked already and waits is not rung for twice, and one word to several alerts is one
    line."""
    waiting = await _waiting(session, answer)
    if waiting is None:
        said = await _line(session, [answer])
        waiting = await open_hold(session, Reason.help, about=about(answer), said=said, by=answer.by, at=answer.at)
    answer.ring = waiting.uid
    session.add(answer)
    await _say_again(session, waiting)
    return waiting


async def taken_back(session: AsyncSession, answer: Answer) -> None:
    """She says that it was a mistake: it goes on ringing, with that word, until a person has asked her."""
    waiting = await _waiting(session, answer)
    if waiting is not None:
        await _say_again(session, waiting)


async def take(session: AsyncSession, uid: str, *, by: str, at: datetime) -> bool:
    """An officer takes it on: nothing rings for it any more. False where somebody was first."""
    wanted = select(Hold).where(col(Hold.uid) == uid, col(Hold.reason) == Reason.help).with_for_update()
    waiting = (await session.execute(wanted)).scalar_one_or_none()
    return waiting is not None and await close(session, waiting, TAKEN, by=by, at=at)


async def _waiting(session: AsyncSession, answer: Answer) -> Hold | None:
    """What rings for her already: for the same alert, else for the same word to another."""
    rung = aliased(Answer)
    same = col(rung.broadcast_id) == answer.broadcast_id
    wanted = (
        select(Hold)
        .join(rung, col(rung.ring) == col(Hold.uid))
        .where(col(Hold.closed_at).is_(None), col(rung.person_id) == answer.person_id)
        .where(sa.or_(same, _word(rung) == answer.source.removesuffix(f":{answer.broadcast_id}")))
        .order_by(same.desc(), col(Hold.id))
    )
    return (await session.execute(wanted.limit(1))).scalars().first()


def _word(answer: type[Answer]) -> sa.ColumnElement[str]:
    """What an answer came by, without the broadcast to which it was given."""
    letters = sa.func.length(col(answer.source)) - sa.func.length(col(answer.broadcast_id)) - 1
    return sa.func.substr(col(answer.source), 1, letters)


async def _say_again(session: AsyncSession, waiting: Hold) -> None:
    """Its line as it is now: every alert for which she still needs support."""
    wanted = select(Answer).where(col(Answer.ring) == waiting.uid).order_by(col(Answer.id))
    waiting.said = await _line(session, (await session.execute(wanted)).scalars().all())
    session.add(waiting)


async def _line(session: AsyncSession, said: Sequence[Answer]) -> str:
    stands = [one for one in said if one.undone_at is None]
    meant = stands or said
    row = await session.execute(
        sa.select(col(Person.name), col(Person.ab), col(Area.name))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id) == said[0].person_id)
    )
    name, ab, village = row.one()
    alerts = [await session.get(Alert, one.alert_id) for one in meant if one.alert_id]
    what = "、".join(dict.fromkeys(f"{one.grade.zh if one.grade else ''}{one.event}" for one in alerts if one))
    late = not any(one.counts for one in meant)
    return render("help.txt", village=village, name=name, ab=ab, what=what, late=late, mistaken=not stands)[:SAID]
