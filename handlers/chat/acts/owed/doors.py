"""敲门: whoever was sent to somebody's door says what was found there, by a digit or in words."""

import re
from collections.abc import Sequence

from broadcasts.answers.models import How
from broadcasts.tasks.knocks.models import State
from broadcasts.tasks.knocks.queries import Seen, any_closed, doors_of, last_told
from broadcasts.tasks.knocks.report import BACK, Found, take_back
from broadcasts.tasks.knocks.states import FOUND
from broadcasts.tasks.knocks.words import phrase
from handlers.chat.acts import pleas
from handlers.chat.acts.owed import door_pictures
from handlers.chat.acts.owed.door_card import show_unsaid
from handlers.chat.acts.owed.door_meant import LATELY, called_off, lately, meant, played, which
from handlers.chat.acts.owed.door_outcome import found as found_there
from handlers.chat.acts.owed.door_outcome import refused, where
from handlers.chat.acts.owed.question import Question
from handlers.chat.acts.owed.shots import named_by_word
from handlers.chat.acts.owed.since import answered_since
from handlers.chat.turn import Turn
from handlers.chat.understand.at_door import at_door, of_a_door, without_digit
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.understand.words import bare

TAKES = frozenset({Intent.received, Intent.cannot, Intent.help})
BARE = re.compile("[12一二两]+")


async def of_door(turn: Turn, person_id: int) -> Question | None:
    found = await doors_of(turn.session, person_id, turn.talk.road)
    if not found:
        return None
    names = tuple(one.name for one in found)
    drill = await played(turn, found)
    return Question(
        found[-1].knock.sent_at, TAKES, lambda turn, said: _answered(turn, found, said), names=names, drill=drill
    )


async def told(turn: Turn) -> bool:
    """Words that only a door is spoken of by: 敲开了, 没人在. False where nothing of it was said, or no door waits and
    none was over a moment ago."""
    if turn.person is None or not of_a_door(turn.words):
        return False
    found = await doors_of(turn.session, turn.person.id, turn.talk.road) or await called_off(turn)
    if not found:
        return False
    drill = await played(turn, found)
    await turn.tell(await _heard(turn, found), always=not turn.flooded, drill=drill)
    return True


async def over_meanwhile(turn: Turn, n: int, own: Sequence[str]) -> bool:
    """A digit of somebody who was called back from a door a moment ago, or with the name of a door that is over: it is
    never taken for an answer of her own. `own` names what a digit would answer now; with such a name it may."""
    if turn.person is None or n not in {1, 2} or any(name in turn.words for name in own):
        return False
    if not await any_closed(turn.session, turn.person.id, since=turn.heard_at - LATELY):
        return False
    there = await doors_of(turn.session, turn.person.id, turn.talk.road)
    if any(one.name in turn.words for one in there):
        return False
    named = [one for one in await lately(turn, there) if one.name in turn.words]
    gone = named or (await called_off(turn) if own and BARE.fullmatch(bare(turn.words)) else [])
    if not gone:
        return False
    text = await _heard(turn, gone[-1:])
    if not named:
        text = f"{text}\n{phrase('own', language=turn.language, n=n, name=own[0])}"
    await _say(turn, gone[-1:], text)
    return True


async def taken_back(turn: Turn) -> bool:
    """0: what was said of a door a moment ago, where nothing else was said since."""
    last = await last_told(turn.session, turn.person.id, turn.talk.road) if turn.person else None
    since = last.knock.done_at if last is not None and last.knock.state in FOUND else None
    if turn.person is None or last is None or since is None or turn.heard_at - since > BACK:
        return False
    if await answered_since(turn, turn.person.id, since):
        return False
    said, how = last.knock.state, last.knock.how
    if not await take_back(turn.session, last.knock, by=turn.by, at=turn.heard_at):
        return False
    if how is How.card:
        await show_unsaid(turn, since)
    facts = where(await turn.areas(), last)
    await _say(turn, [last], phrase("undone", language=turn.language, said=said.value, **facts))
    return True


async def waiting(turn: Turn) -> None:
    """After an answer of her own: the door waits still."""
    found = await doors_of(turn.session, turn.person.id, turn.talk.road) if turn.person else []
    if found:
        facts = where(await turn.areas(), found[0])
        await _say(turn, found, phrase("still", language=turn.language, **facts))


async def _answered(turn: Turn, found: Sequence[Seen], said: Intent) -> str:
    """收到 in words says that the errand was read, and nothing of the door; 去不了 is about whoever was sent."""
    if understand(turn.words).intent is Intent.digit or said is Intent.help:
        return await _heard(turn, found)
    if said is Intent.received:
        one = await meant(turn, found)
        return phrase("unsure", language=turn.language, **where(await turn.areas(), one or found[0]))
    return await _settle(turn, found, None)


async def _heard(turn: Turn, found: Sequence[Seen]) -> str:
    """What is not plain is asked, in the door's own words, and an officer looks at it."""
    heard = at_door(turn.words)
    if heard.state is not None:
        return await _settle(turn, found, heard.state)
    one = await meant(turn, found)
    facts = where(await turn.areas(), one or found[0])
    if heard.read:
        return phrase("unsure", language=turn.language, **facts)
    turn.seen = False
    return phrase("unclear", language=turn.language, digit=heard.digit, **facts)


async def _settle(turn: Turn, found: Sequence[Seen], state: State | None) -> str:
    """None: whoever was sent cannot go. Who needs support is rung for, even where it is not plain at which door."""
    one = await meant(turn, found)
    if one is None:
        if state is State.help and not all(seen.knock.drill for seen in found):
            await pleas.ring_for_speaker(turn, without_digit(turn.words) or "需要支援")
        return await which(turn, found)
    if state is None:
        return (await refused(turn, one, _how(turn)))[1]
    _, text = await found_there(turn, one, Found(state, _how(turn), without_digit(turn.words)))
    await named_by_word(turn, await door_pictures.room(turn), one.knock.id)
    return text


def _how(turn: Turn) -> How:
    if turn.inbound.kind == "voice":
        return How.voice
    return How.digit if understand(turn.words).intent is Intent.digit else How.words


async def _say(turn: Turn, found: Sequence[Seen], text: str) -> None:
    await turn.tell(text, always=not turn.flooded, drill=all(one.knock.drill for one in found))
