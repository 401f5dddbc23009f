"""Finding what is due and sending it, once each. Every moment is a small transaction of its own: one that breaks is
noted and tried again later, and holds up nobody behind it."""

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import render
from drills.reminders.audience import Audience, Heard, audience
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.plan import next_row
from drills.reminders.recurrence import polite
from drills.reminders.soundings import sound

log = logging.getLogger(__name__)

AT_ONCE = 50  # moments that are looked up together; each is a transaction of its own
WORTH = timedelta(hours=12)  # a reminder that is found later than this was missed, and is shown as such
TRIES = 6
FIRST_PAUSE = timedelta(minutes=1)  # doubled at each try

Audiences = dict[tuple[str, str, int | None, bool], Audience]


async def sweep_due(deps: Deps, heard: Heard) -> int:
    """Send what is due, until nothing is. How many moments were dealt with, well or not."""
    done = 0
    while True:
        at = deps.clock.now()
        async with deps.read() as session:
            some = await _due(session, at)
        known: Audiences = {}
        for moment, reminder in some:
            await _one(deps, heard, known, moment, reminder, at)
        done += len(some)
        if len(some) < AT_ONCE:
            return done


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    return bool(await _due(session, at, most=1))


async def _due(session: AsyncSession, at: datetime, most: int = AT_ONCE) -> Sequence[tuple[Occurrence, Reminder]]:
    wanted = (
        select(Occurrence, Reminder)
        .join(Reminder, col(Reminder.id) == col(Occurrence.reminder_id))
        .where(col(Occurrence.state) == Moment.due, col(Occurrence.due_at) <= at, col(Reminder.ended_at).is_(None))
        .order_by(col(Occurrence.due_at), col(Occurrence.id))
        .limit(most)
    )
    return [(moment, reminder) for moment, reminder in await session.execute(wanted)]


async def _one(
    deps: Deps, heard: Heard, known: Audiences, moment: Occurrence, reminder: Reminder, at: datetime
) -> None:
    try:
        async with deps.begin() as session:
            await _deal(session, deps.settings, heard, known, moment, reminder, at)
    except Exception as error:
        log.exception("reminder moment %d", moment.id)
        async with deps.begin() as session:
            await _failed(session, deps.settings, moment, reminder, type(error).__name__, at)


async def _deal(
    session: AsyncSession, settings: Settings, heard: Heard, known: Audiences, moment: Occurrence, reminder: Reminder,
    at: datetime,
) -> None:  # fmt: skip
    """The row's move is ours, or another process has it. What is found in the night after an outage waits for the
    morning, where nobody must act."""
    late = at - moment.due_at > WORTH  # what is found too late is missed
    calm = polite(at, settings.zone, must_act=reminder.must_act)
    if not late and calm > at:
        waits = sa.update(Occurrence).where(col(Occurrence.id) == moment.id, col(Occurrence.state) == Moment.due)
        await session.execute(waits.values(due_at=calm))
        return
    found = Audience([]) if late else await _audience(session, heard, known, reminder, at)
    state = Moment.missed if late else Moment.sent if found.told else Moment.nobody
    if moment.id not in await move(session, [moment.id], state, at):
        return
    if not late and reminder.topic is Topic.reachability:
        await sound(session, reminder, found, at)
    if state is Moment.sent:
        sent = await _tell(session, settings, reminder, found, at)
        mine = sa.update(Occurrence).where(col(Occurrence.id) == moment.id)
        await session.execute(mine.values(broadcast_id=sent.id))
    _follow(session, settings, moment, reminder, at)


async def _audience(
    session: AsyncSession, heard: Heard, known: Audiences, reminder: Reminder, at: datetime
) -> Audience:
    """Asked once for all moments of one look that reach the same people."""
    key = (reminder.roles, reminder.kinds, reminder.area_id, reminder.topic is Topic.reachability)
    if key not in known:
        known[key] = await audience(session, heard, reminder, at)
    return known[key]


async def _tell(
    session: AsyncSession, settings: Settings, reminder: Reminder, found: Audience, at: datetime
) -> Broadcast:
    asks = reminder.topic is Topic.reachability
    link = f"{settings.base_url}/h5/duty?by=wecom" if settings.base_url else ""
    phone = (await lines(session, await tree(session), at)).county if asks else ""
    facts = {"text": reminder.text, "asks": asks, "hears": settings.hears_wecom, "link": link, "phone": phone}
    subject = f"reminder:{reminder.uid}"
    return await tell(
        session, settings, found.told, lambda language: render("reminder.txt", language=language, **facts),
        purpose=Purpose.calendar, subject=subject, at=at, worth=WORTH,
    )  # fmt: skip


def _follow(session: AsyncSession, settings: Settings, moment: Occurrence, reminder: Reminder, at: datetime) -> None:
    following = next_row(reminder, max(moment.planned_at, at - WORTH), settings)
    if following is not None:
        session.add(following)


async def _failed(
    session: AsyncSession, settings: Settings, moment: Occurrence, reminder: Reminder, reason: str, at: datetime
) -> None:
    """Try again later, each time after twice as long; after the last time it has failed for good, and the reminder
    goes on with its next moment."""
    attempts = moment.attempts + 1
    if attempts >= TRIES and moment.id in await move(session, [moment.id], Moment.failed, at):
        with suppress(SignalTreeError):  # a rule that can no longer be read has no next moment
            _follow(session, settings, moment, reminder, at)
    again = polite(at + FIRST_PAUSE * 2 ** (attempts - 1), settings.zone, must_act=reminder.must_act)
    noted = sa.update(Occurrence).where(col(Occurrence.id) == moment.id)
    noted = noted.where(col(Occurrence.state).in_([Moment.due, Moment.failed]))
    await session.execute(noted.values(attempts=attempts, reason=reason[:64], due_at=again))


async def move(session: AsyncSession, moments: Collection[int], state: Moment, at: datetime) -> set[int]:
    """Those that were due and are ours now: whoever comes second gets none."""
    moved = (
        sa.update(Occurrence)
        .where(col(Occurrence.id).in_(moments), col(Occurrence.state) == Moment.due)
        .values(state=state, done_at=at)
        .returning(col(Occurrence.id))
        .execution_options(synchronize_session=False)
    )
    return set((await session.execute(moved)).scalars())
