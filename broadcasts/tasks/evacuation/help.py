"""Somebody who answers for a village needs support: the desk rings until a person has telephoned, whatever becomes of
the warning, and of the word."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.dispatch.texts.render import render
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationWord
from broadcasts.tasks.evacuation.queries import of_uid
from broadcasts.tasks.evacuation.words import phrase

SAID = 255
RINGS = (Reason.help, Reason.plea)


def about(one: Evacuation) -> str:
    return f"evacuation:{one.uid}"


async def ring_for_help(
    session: AsyncSession, one: Evacuation, word: EvacuationWord, reason: Reason, at: datetime
) -> Hold:
    said = await _line(session, one, word)
    return await open_hold(session, reason, about=about(one), said=said, by=word.by, at=at, area_id=one.area_id)


async def say_again(session: AsyncSession, one: Evacuation) -> None:
    """A word was taken back. What rings goes on ringing with its line as it is now, until a person has asked."""
    seen = await of_uid(session, one.uid)
    if seen is None or seen.asker is None:
        return
    said = await _line(session, one, seen.asker)
    wanted = select(Hold).where(col(Hold.about) == about(one), col(Hold.reason).in_(RINGS))
    for waiting in (await session.execute(wanted.where(col(Hold.closed_at).is_(None)))).scalars():
        waiting.said = said[:SAID]
        session.add(waiting)


async def _line(session: AsyncSession, one: Evacuation, word: EvacuationWord) -> str:
    who = await session.get_one(Person, word.person_id or one.person_id)
    village = (await session.get_one(Area, one.area_id)).name
    if word.taken_back:
        what = word.words[:60]
        return render("help.txt", village=village, name=who.name, ab=who.ab, what=what, late=False, mistaken=True)
    return phrase("help", village=village, name=who.name, word=word.words)
