"""敲门: whoever was sent to somebody's door says what was found there, by a digit or in words."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.answers.models import NOT_HERS, Answer, How
from broadcasts.release.verdict import Reason
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.models import State
from broadcasts.tasks.queries import Seen, any_closed, closed_of, doors_of, last_told, of_uid
from broadcasts.tasks.report import BACK, Found, refuse, report, ring, take_back
from broadcasts.tasks.states import FOUND, OPEN
from broadcasts.tasks.words import phrase, table
from handlers.chat.acts import pleas
from handlers.chat.acts.owed.question import Question
from handlers.chat.turn import Turn
from handlers.chat.understand.at_door import at_door, of_a_door, without_digit
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.understand.words import bare

TAKES = frozenset({Intent.received, Intent.cannot, Intent.help})
BARE = re.compile("[12一二两]+")
LATELY = timedelta(days=1)  # so long a door that is over is known by its name


async def of_door(turn: Turn, person_id: int) -> Question | None:
    found = await doors_of(turn.session, person_id, turn.talk.road)
    if not found:
        return None
    names = tuple(one.name for one in found)
    drill = await _played(turn, found)
    return Question(
        found[-1].knock.sent_at, TAKES, lambda turn, said: _answered(turn, found, said), names=names, drill=drill
    )


async def told(turn: Turn) -> bool:
    """Words that only a door is spoken of by: 敲开了, 没人在. False where nothing of it was said, or no door waits and
    none was over a moment ago."""
    if turn.person is None or not of_a_door(turn.words):
        return False
    found = await doors_of(turn.session, turn.person.id, turn.talk.road) or await _called_off(turn)
    if not found:
        return False
    drill = await _played(turn, found)
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
    named = [one for one in await _lately(turn, there) if one.name in turn.words]
    gone = named or (await _called_off(turn) if own and BARE.fullmatch(bare(turn.words)) else [])
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
    if await _answered_since(turn, turn.person.id, since):
        return False
    said = last.knock.state
    if not await take_back(turn.session, last.knock, by=turn.by, at=turn.heard_at):
        return False
    facts = _where(await turn.areas(), last)
    await _say(turn, [last], phrase("undone", language=turn.language, said=said.value, **facts))
    return True


async def waiting(turn: Turn) -> None:
    """After an answer of her own: the door waits still."""
    found = await doors_of(turn.session, turn.person.id, turn.talk.road) if turn.person else []
    if found:
        facts = _where(await turn.areas(), found[0])
        await _say(turn, found, phrase("still", language=turn.language, **facts))


async def _answered(turn: Turn, found: Sequence[Seen], said: Intent) -> str:
    """收到 in words says that the errand was read, and nothing of the door; 去不了 is about whoever was sent."""
    if understand(turn.words).intent is Intent.digit or said is Intent.help:
        return await _heard(turn, found)
    if said is Intent.received:
        one = await _meant(turn, found)
        return phrase("unsure", language=turn.language, **_where(await turn.areas(), one or found[0]))
    return await _settle(turn, found, None)


async def _heard(turn: Turn, found: Sequence[Seen]) -> str:
    """What is not plain is asked, in the door's own words, and an officer looks at it."""
    heard = at_door(turn.words)
    if heard.state is not None:
        return await _settle(turn, found, heard.state)
    one = await _meant(turn, found)
    facts = _where(await turn.areas(), one or found[0])
    if heard.read:
        return phrase("unsure", language=turn.language, **facts)
    turn.seen = False
    return phrase("unclear", language=turn.language, digit=heard.digit, **facts)


async def _settle(turn: Turn, found: Sequence[Seen], state: State | None) -> str:
    """None: whoever was sent cannot go. Who needs support is rung for, even where it is not plain at which door."""
    one = await _meant(turn, found)
    if one is None:
        if state is State.help and not all(seen.knock.drill for seen in found):
            await _ring_for_speaker(turn)
        return await _which(turn, found)
    facts = _where(await turn.areas(), one)
    if state is None:
        await refuse(turn.session, one.knock, by=turn.by, at=turn.heard_at)
        return phrase("refused", language=turn.language, **facts)
    said = Found(state, _how(turn), without_digit(turn.words))
    if await report(turn.session, one.knock, said, by=turn.by, at=turn.heard_at):
        return phrase("receipt", language=turn.language, said=state.value, played=one.knock.drill, **facts)
    if state is State.help and one.knock.state not in OPEN:
        await ring(turn.session, one.knock, "help", by=turn.by, at=turn.heard_at)
        return phrase("receipt", language=turn.language, said=state.value, played=one.knock.drill, **facts)
    return over(await of_uid(turn.session, one.knock.uid) or one, await turn.areas(), turn.language)


def over(one: Seen, areas: Tree, language: str) -> str:
    """Why nothing more is to be said of this door."""
    knock = one.knock
    if knock.state in FOUND:
        return phrase("said_already", language=language, said=knock.state.value, **_where(areas, one))
    why = table("WHY", language)
    return phrase("over", language=language, why=why.get(knock.reason, why["changed"]), **_where(areas, one))


async def _meant(turn: Turn, found: Sequence[Seen]) -> Seen | None:
    """The door whose name is said, were it over; without a name the only one, unless the speaker was called back from
    another a moment ago: that one may be meant."""
    named = [one for one in [*found, *await _lately(turn, found)] if one.name in turn.words]
    if len(named) > 1:
        named = [one for one in named if one.village in turn.words] or named
    doors = {one.knock.person_id for one in found}
    chosen = named or [*found, *(one for one in await _called_off(turn) if one.knock.person_id not in doors)]
    return chosen[0] if len(chosen) == 1 else None


async def _played(turn: Turn, found: Sequence[Seen]) -> bool:
    """Whether it is a drill's door that is meant; where that is not plain, whether all are."""
    mixed = len({one.knock.drill for one in found}) > 1
    meant = await _meant(turn, found) if mixed else None
    return meant.knock.drill if meant else all(one.knock.drill for one in found)


async def _which(turn: Turn, found: Sequence[Seen]) -> str:
    doors = {one.knock.person_id: one for one in [*await _called_off(turn), *found]}
    names = [f"{seen.village} {seen.name}" for seen in doors.values()]
    return phrase("which", language=turn.language, names=names, first=found[0].name)


async def _lately(turn: Turn, found: Sequence[Seen]) -> list[Seen]:
    """Doors of the speaker that are over, the last word of each; without those to which she is on the way again."""
    if turn.person is None:
        return []
    doors = {one.knock.person_id for one in found}
    over = await closed_of(turn.session, turn.person.id, turn.talk.road, since=turn.heard_at - LATELY)
    return [*{one.knock.person_id: one for one in over if one.knock.person_id not in doors}.values()]


async def _called_off(turn: Turn) -> list[Seen]:
    """From which she was called back a moment ago, and may not have read it."""
    return [one for one in await _lately(turn, []) if one.called_back(turn.heard_at - BACK)]


async def _ring_for_speaker(turn: Turn) -> None:
    if turn.person is not None:
        said = f"{pleas.named(turn.person, await turn.areas())}：{without_digit(turn.words) or '需要支援'}"
        near = turn.person.area_id
        await pleas.ring(turn.session, turn.inbound, Reason.help, said, at=turn.at, near=near)


def _how(turn: Turn) -> How:
    if turn.inbound.kind == "voice":
        return How.voice
    return How.digit if understand(turn.words).intent is Intent.digit else How.words


def _where(areas: Tree, one: Seen) -> dict[str, str]:
    return {"who": one.name, "where": spelled(areas, one.area_id)}


async def _say(turn: Turn, found: Sequence[Seen], text: str) -> None:
    await turn.tell(text, always=not turn.flooded, drill=all(one.knock.drill for one in found))


async def _answered_since(turn: Turn, person_id: int, since: datetime) -> bool:
    wanted = sa.select(col(Answer.id)).where(
        col(Answer.person_id) == person_id,
        col(Answer.at) > since,
        col(Answer.undone_at).is_(None),
        col(Answer.said).not_in(NOT_HERS),
    )
    return (await turn.session.execute(wanted.limit(1))).first() is not None
