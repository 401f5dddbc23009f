"""联络测试: a 1, or any word of agreement, shows that the speaker can be reached."""

from drills.reminders.soundings import answered, open_for
from drills.reminders.wording import heard_words
from handlers.chat.acts.owed.question import THERE, Question
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent


async def of_sounding(turn: Turn, person_id: int) -> Question | None:
    found = await open_for(turn.session, person_id, turn.heard_at)
    return Question(found.asked_at, THERE, _settle) if found else None


async def _settle(turn: Turn, _: Intent) -> str:
    me = turn.person
    done = me is not None and await answered(turn.session, me.id, by=turn.by, at=turn.heard_at)
    return heard_words(turn.language) if done else ""
