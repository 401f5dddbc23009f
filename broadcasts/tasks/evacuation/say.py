"""What is said of a village: each word is kept, the latest figures stand, and who refuses, cannot go or needs support
is seen by the desk at once."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.answers.models import How
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.figures import FIGURES, standing
from broadcasts.tasks.evacuation.help import ring_for_help, say_again
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder, EvacuationWord, State, Tell
from broadcasts.tasks.evacuation.order import MOST
from broadcasts.tasks.evacuation.queries import words_of
from broadcasts.tasks.evacuation.states import move

BACK = timedelta(minutes=10)  # within which 0 takes it back
AGAIN = timedelta(minutes=5)  # at least, for another word instead of one that was taken back
WORD = 255
TIMES = 10  # the number to be moved: more than so often is no number, unless it is said twice
NUMBER = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class Heard:
    """What somebody says, as far as it was understood. `doubts` are amounts, as they were said, that are no number."""

    homes: int | None = None
    people: int | None = None
    left_homes: int | None = None
    left_people: int | None = None
    refusing: int | None = None
    refuses: bool = False
    everybody: bool = False
    needless: bool = False
    cannot: bool = False
    help: bool = False
    place: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spoke:
    """Who said it, by what, and in which words. `source` is what it came by: the same has one effect. `cries`: for
    help, in earnest even in a drill."""

    by: str
    how: How
    source: str
    words: str = ""
    person_id: int | None = None
    cries: bool = False


def plausible(heard: Heard, expected: int | None, before: str = "") -> Heard:
    """Without the figures that cannot be: they are doubts, and the words stay. What stands in `before` too was said
    twice: perhaps it is what should be moved that is wrong."""
    most = min(MOST, max(1, expected) * TIMES) if expected is not None else MOST
    sure = {int(n) for n in NUMBER.findall(before)}
    wrong = {
        name: n for name in FIGURES
        if (n := getattr(heard, name)) is not None and not 0 <= n <= (MOST if n in sure else most)
    }  # fmt: skip
    if not wrong:
        return heard
    units = {name: "户" if name.endswith("homes") else "人" for name in wrong}
    doubts = (*heard.doubts, *(f"{n} {units[name]}" for name, n in wrong.items()))
    cleared: dict[str, Any] = dict.fromkeys(wrong)
    return replace(heard, doubts=doubts, **cleared)


async def say(session: AsyncSession, one: Evacuation, heard: Heard, spoke: Spoke, at: datetime) -> bool:
    """False where it is over: the word is kept and does not count. Who needs support is rung for all the same."""
    await session.refresh(one, with_for_update=True)  # one word of a village at a time
    if await _known(session, spoke.source):
        return one.closed_at is None
    kept = {name: value for name, value in asdict(heard).items() if name != "doubts"} | {"help": _helps(heard, spoke)}
    word = EvacuationWord(
        uid=uuid7(at), evacuation_id=one.id, person_id=spoke.person_id, at=at, how=spoke.how, by=spoke.by,
        source=spoke.source, words=spoke.words[:WORD], undone_at=at if one.closed_at else None, **kept,
    )  # fmt: skip
    session.add(word)
    await session.flush()
    if word.help and (spoke.cries or not one.drill):
        await ring_for_help(session, one, word, Reason.plea if spoke.cries else Reason.help, at)
    facts = {k: v for k, v in kept.items() if k != "place" and v is not None and v is not False}
    action = "evacuation.said" if one.closed_at is None else "evacuation.late"
    record(session, spoke.by, action, one.uid, at, word=word.uid, how=spoke.how.value, **facts)
    if one.closed_at is not None or not await _stands(session, one, at):
        return False
    await _pass_on(session, one, heard, spoke, at)
    return True


async def take_back(session: AsyncSession, word: EvacuationWord, *, by: str, at: datetime) -> Evacuation | None:
    """It was said by mistake a moment ago: what was said before it stands again. None where it is too late for that."""
    one = await session.get_one(Evacuation, word.evacuation_id, with_for_update=True, populate_existing=True)
    await session.refresh(word)
    if word.undone_at is not None or at - word.at > BACK or one.closed_at is not None:
        return None
    word.undone_at = at
    session.add(word)
    await session.flush()
    await _stands(session, one, at)
    record(session, by, "evacuation.undone", one.uid, at, word=word.uid)
    await alarm.renew(session, one, "undone", by=by, at=at)
    if word.help:
        await say_again(session, one)
    return one


async def _stands(session: AsyncSession, one: Evacuation, at: datetime) -> bool:
    """The state that follows from the words that stand, and what is due then."""
    order = await session.get_one(EvacuationOrder, one.order_id)
    stands = standing((await words_of(session, [one.id]))[one.id])
    state = stands.state
    due: datetime | None = None
    alarmed = one.alarm_at if stands.cannot else None
    if state is State.asked or (stands.cannot and at < order.until):
        due = at + AGAIN
    elif state is State.heard and at < order.until:
        due = order.until
    elif state is State.heard:
        alarmed = one.alarm_at or at
    done = await move(session, one.id, state, due_at=due, alarm_at=alarmed)
    await session.refresh(one)
    return done


async def _pass_on(session: AsyncSession, one: Evacuation, heard: Heard, spoke: Spoke, at: datetime) -> None:
    first_cannot = heard.cannot and one.second_id is not None and spoke.person_id != one.second_id
    if first_cannot and one.second_at is None:
        one.tell = Tell.second
        session.add(one)
    if heard.refuses or heard.cannot:
        await alarm.ring(session, one, by=spoke.by, at=at)
    else:
        await alarm.renew(session, one, "told", by=spoke.by, at=at)


def _helps(heard: Heard, spoke: Spoke) -> bool:
    return heard.help or spoke.cries


async def _known(session: AsyncSession, source: str) -> bool:
    wanted = select(EvacuationWord.id).where(col(EvacuationWord.source) == source)
    return (await session.execute(wanted)).first() is not None
