"""What was found at the door: 已敲开 is an answer of its own kind, 没人在 goes back to the desk, 需要支援 rings it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area, Person
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.texts.render import render
from broadcasts.ladder.desk import refresh
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.knocks.cards import TOLD as CARD_TOLD
from broadcasts.tasks.knocks.cards import close_card
from broadcasts.tasks.knocks.close import TOLD, about, call_off, quiet
from broadcasts.tasks.knocks.models import Knock, State
from broadcasts.tasks.knocks.overdue import BY as SYSTEM
from broadcasts.tasks.knocks.overdue import ring_for_all
from broadcasts.tasks.knocks.states import OPEN, Why, move

BACK = timedelta(minutes=10)  # within which 0 takes it back
AGAIN = timedelta(minutes=5)  # at least, for another word instead of one that was taken back
WORD = 255


class Found(NamedTuple):
    """What somebody says of a door. `at` is when they knocked, as they say."""

    state: State
    how: How
    word: str = ""
    at: datetime | None = None


async def report(session: AsyncSession, knock: Knock, found: Found, *, by: str, at: datetime) -> bool:
    """False where the knock is over: she answered herself, it was called off, or it was said already. What came too
    late is on the record and changes nothing."""
    said = {"word": found.word[:WORD], "how": found.how, "found_at": found.at or at, "done_by": by}
    if not await move(session, knock.id, found.state, at, **said):
        await session.refresh(knock)
        record(session, by, "knock.late", knock.uid, at, said=found.state.value, state=knock.state.value)
        return False
    await session.refresh(knock)
    facts = {"broadcast": knock.broadcast_id, "person": knock.person_id, "how": found.how.value}
    record(session, by, f"knock.{found.state.value}", knock.uid, at, **facts)
    await quiet(session, knock, TOLD, by=by, at=at)
    if found.state is not State.help:  # who needs support says later what became of the door
        await close_card(session, knock, CARD_TOLD, at=at, how=found.how)
    match found.state:
        case State.knows:
            await _knows(session, knock, by=by, at=at)
        case State.nobody:
            await ring(session, knock, "nobody", by=by, at=at)
        case State.help:
            await ring(session, knock, "help", by=by, at=at)
    return True


async def refuse(session: AsyncSession, knock: Knock, *, by: str, at: datetime, how: How | None = None) -> bool:
    """Whoever was sent cannot go: the desk sends somebody else."""
    done = await call_off(session, knock, Why.refused, by=by, at=at)
    if done:
        await close_card(session, knock, CARD_TOLD, at=at, how=how)
        await ring(session, knock, "refused", by=by, at=at)
    return done


async def take_back(session: AsyncSession, knock: Knock, *, by: str, at: datetime) -> bool:
    """It was said by mistake a moment ago: it is as if nothing had been said. False where it is too late for that, or
    somebody else was sent to the door since."""
    fresh = knock.done_at is not None and at - knock.done_at <= BACK
    needed_help, answer_id = knock.state is State.help, knock.answer_id
    nothing: dict[str, Any] = {
        "word": "", "how": None, "found_at": None, "answer_id": None, "done_by": "", "late_at": None,
        "due_at": max(knock.due_at, at + AGAIN),
    }  # fmt: skip
    if not fresh or await _sent_since(session, knock) or not await move(session, knock.id, State.going, at, **nothing):
        return False
    answer = await session.get(Answer, answer_id) if answer_id else None
    if answer is not None and answer.undone_at is None:
        answer.undone_at = at
        session.add(answer)
        record(session, by, "answer.undone", answer.uid, at, broadcast=answer.broadcast_id)
    await session.refresh(knock)
    record(session, by, "knock.undone", knock.uid, at, broadcast=knock.broadcast_id)
    await quiet(session, knock, "undone", by=by, at=at)
    if needed_help:
        await ring(session, knock, "mistaken", by=by, at=at)  # it goes on ringing, until a person has asked
    await session.flush()
    await refresh(session, knock.broadcast_id, at)
    return True


async def ring(session: AsyncSession, knock: Knock, why: str, *, by: str, at: datetime) -> Hold | None:
    """The desk hears of this door; a drill rings no desk. Who needs support rings alone, and where nobody is at home
    whoever an officer has sent; the others share one ring."""
    if knock.drill:
        return None
    if why not in {"help", "mistaken"} and not (why == "nobody" and knock.sent_by != SYSTEM):
        return await ring_for_all(session, knock.broadcast_id, by=by, at=at)
    person, village = await _named(session, knock.person_id)
    knocker, _ = await _named(session, knock.knocker_id)
    alert = await session.get(Alert, knock.alert_id) if knock.alert_id else None
    what = f"{alert.grade.zh if alert.grade else ''}{alert.event}" if alert else ""
    said = render("door.txt", why=why, who=knocker.name, village=village, name=person.name, what=what, word=knock.word)
    reason = Reason.help if why in {"help", "mistaken"} else Reason.knock
    kept = knock.alert_id if reason is Reason.knock else None  # who needs support is rung for whatever becomes of it
    return await open_hold(
        session, reason, about=about(knock), said=said, by=by, at=at, alert_id=kept, area_id=person.area_id
    )


async def _knows(session: AsyncSession, knock: Knock, *, by: str, at: datetime) -> None:
    given = await acknowledge(
        session,
        person_id=knock.person_id,
        broadcasts=[knock.broadcast_id],
        said=Said.knocked,
        how=How.knock,
        by=by,
        source=f"knock:{knock.uid}:{at:%H%M%S%f}",
        road=knock.road,
        at=at,
    )
    knock.answer_id = given[0].id
    session.add(knock)


async def _sent_since(session: AsyncSession, knock: Knock) -> bool:
    later = sa.select(col(Knock.id)).where(
        col(Knock.broadcast_id) == knock.broadcast_id,
        col(Knock.person_id) == knock.person_id,
        col(Knock.id) != knock.id,
        sa.or_(col(Knock.number) > knock.number, col(Knock.state).in_(OPEN)),
    )
    return (await session.execute(later.limit(1))).first() is not None


async def _named(session: AsyncSession, person_id: int) -> tuple[Person, str]:
    wanted = sa.select(Person, col(Area.name)).join(Area, col(Area.id) == col(Person.area_id))
    person, village = (await session.execute(wanted.where(col(Person.id) == person_id))).one()
    return person, village
