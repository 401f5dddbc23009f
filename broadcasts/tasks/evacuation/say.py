"""What is said of a village: each word is kept, the latest figures stand, and who refuses, cannot go or needs support
is seen by the desk at once."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.answers.models import How
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation import alarm
from broadcasts.tasks.evacuation.figures import FIGURES, standing
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder, EvacuationWord, State, Tell
from broadcasts.tasks.evacuation.order import MOST
from broadcasts.tasks.evacuation.queries import words_of
from broadcasts.tasks.evacuation.states import move
from broadcasts.tasks.evacuation.words import phrase

BACK = timedelta(minutes=10)  # within which 0 takes it back
AGAIN = timedelta(minutes=5)  # at least, for another word instead of one that was taken back
WORD = 255
TIMES = 10  # the number to be moved: more than so often is no number


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

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, one.name) not in (None, False, "", ()) for one in fields(self))


@dataclass(frozen=True)
class Spoke:
    """Who said it, by what, and in which words. `source` is what it came by: the same has one effect."""

    by: str
    how: How
    source: str
    words: str = ""
    person_id: int | None = None


def plausible(heard: Heard, expected: int | None) -> Heard:
    """Without the figures that cannot be: they are doubts, and the words stay."""
    most = min(MOST, max(1, expected) * TIMES) if expected is not None else MOST
    wrong = {name: n for name in FIGURES if (n := getattr(heard, name)) is not None and not 0 <= n <= most}
    if not wrong:
        return heard
    units = {name: "户" if name.endswith("homes") else "人" for name in wrong}
    doubts = (*heard.doubts, *(f"{n} {units[name]}" for name, n in wrong.items()))
    cleared: dict[str, Any] = dict.fromkeys(wrong)
    return replace(heard, doubts=doubts, **cleared)


async def say(session: AsyncSession, one: Evacuation, heard: Heard, spoke: Spoke, at: datetime) -> bool:
    """False where it is over: that is on the record, and changes nothing."""
    if await _known(session, spoke.source):
        return True
    if one.closed_at is not None:
        record(session, spoke.by, "evacuation.late", one.uid, at)
        return False
    kept = {name: value for name, value in asdict(heard).items() if name != "doubts"}
    word = EvacuationWord(
        uid=uuid7(at), evacuation_id=one.id, person_id=spoke.person_id, at=at, how=spoke.how, by=spoke.by,
        source=spoke.source, words=spoke.words[:WORD], **kept,
    )  # fmt: skip
    session.add(word)
    await session.flush()
    if not await _stands(session, one, at):
        return False
    said = {name: value for name, value in kept.items() if value not in (None, False, "")}
    record(session, spoke.by, "evacuation.said", one.uid, at, word=word.uid, how=spoke.how.value, **said)
    await _pass_on(session, one, heard, spoke, at)
    return True


async def take_back(session: AsyncSession, word: EvacuationWord, *, by: str, at: datetime) -> Evacuation | None:
    """It was said by mistake a moment ago: what was said before it stands again. None where it is too late for that."""
    one = await session.get_one(Evacuation, word.evacuation_id)
    if word.undone_at is not None or at - word.at > BACK or one.closed_at is not None:
        return None
    word.undone_at = at
    session.add(word)
    await session.flush()
    await _stands(session, one, at)
    record(session, by, "evacuation.undone", one.uid, at, word=word.uid)
    await alarm.renew(session, one.order_id, "undone", by=by, at=at)
    return one


async def _stands(session: AsyncSession, one: Evacuation, at: datetime) -> bool:
    """The state that follows from the words that stand, and what is due then."""
    order = await session.get_one(EvacuationOrder, one.order_id)
    state = standing((await words_of(session, [one.id]))[one.id]).state
    due: datetime | None = None
    alarmed: datetime | None = None
    if state is State.asked:
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
    if heard.help and not one.drill:
        await _ring_for_help(session, one, spoke, at)
    if heard.refuses or heard.cannot:
        await alarm.ring(session, one.order_id, by=spoke.by, at=at)
    else:
        await alarm.renew(session, one.order_id, "told", by=spoke.by, at=at)


async def _ring_for_help(session: AsyncSession, one: Evacuation, spoke: Spoke, at: datetime) -> Hold:
    """Whoever needs support is rung for whatever becomes of the warning."""
    who = await session.get_one(Person, spoke.person_id or one.person_id)
    area = await session.get_one(Area, one.area_id)
    said = phrase("help", village=area.name, name=who.name, word=spoke.words)
    about = f"evacuation:{one.uid}"
    return await open_hold(session, Reason.help, about=about, said=said, by=spoke.by, at=at, area_id=one.area_id)


async def _known(session: AsyncSession, source: str) -> bool:
    wanted = select(EvacuationWord.id).where(col(EvacuationWord.source) == source)
    return (await session.execute(wanted)).first() is not None
