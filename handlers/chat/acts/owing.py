"""What the calendar has asked of the speaker, and what an answer to it does: a spot check is passed, a shift confirmed
or given to somebody else, a handover taken, a test of reachability answered, a door or a village spoken of."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.db.types import UtcDateTime
from broadcasts.dispatch.states import Road
from broadcasts.tasks.evacuation import queries as villages
from broadcasts.tasks.knocks import queries as doors
from drills.duty import owed as duties
from drills.duty import taking_over
from drills.duty.swaps import listed as swaps
from drills.reminders import soundings
from handlers.chat.acts.owed.doors import of_door
from handlers.chat.acts.owed.evacuations import of_evacuation
from handlers.chat.acts.owed.question import Question
from handlers.chat.acts.owed.shifts import of_handover, of_roster
from handlers.chat.acts.owed.soundings import of_sounding
from handlers.chat.acts.owed.swaps import of_swap
from handlers.chat.answers.arbiter import Owing
from handlers.chat.conversations.dialogues import REPORT, begun
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent

ROOMS = (of_roster, of_handover, of_swap, of_sounding, of_door, of_evacuation)
PLAYED = (of_door, of_evacuation)  # what a drill asks on its own road
LATELY = timedelta(days=32)  # longer than any room waits for an answer


def _anything() -> sa.Select[bool]:
    """Built once, and one look for all rooms: nearly always nobody has been asked."""
    me: sa.ColumnElement[int] = sa.bindparam("me", type_=sa.Integer)
    lately: sa.ColumnElement[datetime] = sa.bindparam("lately", type_=UtcDateTime)
    rooms = (
        *(duties.asks(me, lately), taking_over.asks(lately), swaps.asks(lately), soundings.asks(me, lately)),
        *(doors.asks(me), villages.asks(me)),
    )
    return sa.select(sa.or_(*rooms))


ANYTHING = _anything()


async def owes(turn: Turn) -> Owing | None:
    """None where nothing was asked, or where something was offered later: that is what a digit means then. A report's
    question offers nothing: it takes a number with its unit."""
    found = await _owed(turn)
    since = begun(turn.talk, turn.heard_at) if turn.talk.dialogue != REPORT else None
    if found is None or (since is not None and since > found.asked_at):
        return None
    return Owing(found.takes, found.names, found.drill)


async def settle(turn: Turn, said: Intent) -> None:
    """Do it, and say what was understood."""
    found = await _owed(turn)
    text = await found.settle(turn, said) if found else ""
    if text:
        await turn.tell(text, always=not turn.flooded, drill=found is not None and found.drill)
    else:
        await turn.say("nothing_open")


async def waiting(turn: Turn) -> None:
    """After an answer to an alert: what the calendar has asked waits still, and the same 1 was not for it."""
    found = await _owed(turn)
    if found is not None and found.still:
        await turn.tell(found.still, always=not turn.flooded, drill=found.drill)


async def anything(turn: Turn) -> bool:
    """Whether any of these rooms waits for the speaker's word: one look in a turn, for all of them."""
    if turn.asked is None and turn.person is not None:
        me = {"me": turn.person.id, "lately": turn.heard_at - LATELY}
        with turn.session.no_autoflush:  # nothing of it is ever pending when a word is read
            turn.asked = bool(await turn.session.scalar(ANYTHING, me))
    return bool(turn.asked)


async def _owed(turn: Turn) -> Question | None:
    """What cannot wait, then what is named, then what was asked last: that is what the speaker has before her eyes."""
    if turn.person is None or not await anything(turn):
        return None
    person_id = turn.person.id
    rooms = ROOMS if turn.talk.road is Road.live else PLAYED
    asked = [question for room in rooms if (question := await room(turn, person_id)) is not None]
    return max(asked, key=lambda one: (one.first, one.named(turn.words), one.asked_at), default=None)
