"""2 去不了，换人: whoever else of that place could go is woken at once and told why; where nobody could, the desk is
asked to send somebody."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.models import Area, Person, PersonRole
from bot.directory.queries import people
from broadcasts.alerts.models import Alert, Kind
from broadcasts.answers.latest import latest
from broadcasts.answers.models import NOT_HERS, Answer, Said
from broadcasts.dispatch.again import again
from broadcasts.dispatch.models import Broadcast, Delivery, Recall
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import Again
from broadcasts.dispatch.texts.render import render
from broadcasts.ladder.models import Rung, Whom
from broadcasts.ladder.remind import sending_of, told, wording_of
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

ABOVE = 10  # the ladder's own steps are numbered from 2 to 9
BY = "system"
THERE = frozenset({Said.cannot, Said.arrived, Said.done})  # of no use to wake them, or no need
ANSWERED = "answered"
# What the desk still rings for because of a person's 去不了. Built once: every answer asks it.
WENT_NOWHERE = select(Hold).where(
    col(Hold.reason) == Reason.cannot,
    col(Hold.closed_at).is_(None),
    col(Hold.about).in_(
        sa.select(sa.literal("answer:") + col(Answer.uid)).where(
            col(Answer.broadcast_id) == sa.bindparam("of"), col(Answer.person_id) == sa.bindparam("person")
        )
    ),
)


async def find_another(session: AsyncSession, answer: Answer, alert: Alert | None) -> None:
    """Somebody cannot go. The step that wakes another is due at once; where there is none, the desk is told. Said again
    it changes nothing."""
    if await _said_before(session, answer) or await _taken_back(session, answer.broadcast_id):
        return
    if await others(session, answer.broadcast_id, answer.person_id):
        session.add(
            Rung(
                broadcast_id=answer.broadcast_id,
                number=ABOVE + answer.id,
                whom=Whom.instead,
                due_at=answer.at,
                answer_id=answer.id,
            )
        )
    elif not await _has_somebody(session, answer):
        await _ask_the_desk(session, answer, alert, answer.at)


async def _taken_back(session: AsyncSession, broadcast_id: str) -> bool:
    """Nobody is sent for a warning that was recalled."""
    recalled = sa.select(col(Recall.id)).where(col(Recall.broadcast_id) == broadcast_id)
    return (await session.execute(recalled.limit(1))).first() is not None


@dataclass(frozen=True)
class Instead:
    """For a receipt: who is being woken, or who is there already; where there is neither, the desk sends somebody."""

    woken: list[str]
    there: list[str]


async def instead_of(session: AsyncSession, broadcast_id: str, person_id: int) -> Instead:
    found = await _neighbours(session, broadcast_id, person_id)
    woken = [called(one) for one, said in found if said not in THERE]
    return Instead(woken, [called(one) for one, said in found if said in {Said.arrived, Said.done}])


async def others(session: AsyncSession, broadcast_id: str, person_id: int) -> list[int]:
    """Who was asked in the same place, and could go: A and B for one another, else who has the same role."""
    return [one.id for one, said in await _neighbours(session, broadcast_id, person_id) if said not in THERE]


async def wake_another(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, rung: Rung, at: datetime
) -> int:
    """Tell them now, with the name of who cannot. How many copies; nobody any more where the word was taken back."""
    answer = await session.get(Answer, rung.answer_id) if rung.answer_id else None
    if answer is None or not await _still(session, answer):
        return 0
    chosen = set(await others(session, broadcast.id, answer.person_id))
    if not chosen:
        if not await _has_somebody(session, answer):
            await _ask_the_desk(session, answer, alert, at)
        return 0
    person = await session.get_one(Person, answer.person_id)
    areas, text = await wording_of(session, settings, broadcast, alert, at)
    why = Again(rung.number, cannot=called(person), village=areas.nodes[person.area_id].name)
    here = [one for one in await people(session, areas={person.area_id}) if one.id in chosen]
    made = told(here, replace(text, again=why))
    return await again(
        session, broadcast, made, sending_of(Purpose.instead, broadcast, alert, rung.number, at), by=BY, at=at
    )


async def goes_after_all(session: AsyncSession, answer: Answer, *, by: str, at: datetime) -> None:
    """The person's last word is another now: the desk need not send somebody."""
    hers = {"of": answer.broadcast_id, "person": answer.person_id}
    for hold in (await session.execute(WENT_NOWHERE, hers)).scalars():
        await close(session, hold, ANSWERED, by=by, at=at)


def called(person: Person) -> str:
    """您的 A 角 李秀英, or a name alone."""
    return f"{person.ab} 角 {person.name}" if person.ab else person.name


async def _ask_the_desk(session: AsyncSession, answer: Answer, alert: Alert | None, at: datetime) -> Hold | None:
    if alert is not None and alert.kind is Kind.drill:
        return None  # a drill rings no desk
    row = await session.execute(
        sa.select(Person, col(Area.name))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id) == answer.person_id)
    )
    person, village = row.one()
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}" if alert else ""
    said = render("cannot.txt", village=village, who=called(person), what=what)
    return await open_hold(
        session,
        Reason.cannot,
        about=f"answer:{answer.uid}",
        said=said,
        by=answer.by,
        at=at,
        alert_id=answer.alert_id,
        area_id=person.area_id,
    )


async def _has_somebody(session: AsyncSession, answer: Answer) -> bool:
    """Whether another of the same place is there already."""
    said = [one for _, one in await _neighbours(session, answer.broadcast_id, answer.person_id)]
    return any(one in {Said.arrived, Said.done} for one in said)


async def _neighbours(session: AsyncSession, broadcast_id: str, person_id: int) -> list[tuple[Person, Said | None]]:
    """Who else was asked there and may stand in, with their last word."""
    me = await session.get_one(Person, person_id)
    mine = sa.select(col(PersonRole.role)).where(col(PersonRole.person_id) == person_id)
    alike = sa.exists().where(col(PersonRole.person_id) == col(Person.id), col(PersonRole.role).in_(mine))
    paired = (col(Person.ab) != "") if me.ab else sa.false()
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    asked = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person", col(Delivery.asked)
    )
    wanted = (
        sa.select(Person, col(Answer.said))
        .join(last, last.c.person_id == col(Person.id), isouter=True)
        .join(Answer, col(Answer.id) == last.c.id, isouter=True)
        .where(
            col(Person.area_id) == me.area_id,
            col(Person.id) != person_id,
            col(Person.id).in_(asked),
            sa.or_(paired, alike),
        )
        .order_by(col(Person.id))
    )
    return [(one, said) for one, said in await session.execute(wanted)]


async def _said_before(session: AsyncSession, answer: Answer) -> bool:
    last = (
        sa.select(col(Answer.said))
        .where(
            col(Answer.broadcast_id) == answer.broadcast_id,
            col(Answer.person_id) == answer.person_id,
            col(Answer.id) < answer.id,
            col(Answer.counts),
            col(Answer.undone_at).is_(None),
            col(Answer.said).not_in(NOT_HERS),
        )
        .order_by(col(Answer.id).desc())
    )
    return (await session.execute(last.limit(1))).scalar_one_or_none() is Said.cannot


async def _still(session: AsyncSession, answer: Answer) -> bool:
    """Whether her last word says so."""
    last = latest(col(Answer.broadcast_id) == answer.broadcast_id, col(Answer.person_id) == answer.person_id)
    wanted = sa.select(col(Answer.said)).join(last, last.c.id == col(Answer.id))
    return (await session.execute(wanted)).scalar_one_or_none() is Said.cannot
