"""敲门: whoever was sent to somebody's door says what was found there, by a digit or in words."""

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.answers.models import NOT_HERS, Answer, How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.models import State
from broadcasts.tasks.queries import Seen, doors_of, last_told, of_uid
from broadcasts.tasks.report import BACK, Found, refuse, report, take_back
from broadcasts.tasks.states import FOUND
from broadcasts.tasks.words import phrase, table
from handlers.chat.acts.owed.question import Question
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare

TAKES = frozenset({Intent.received, Intent.cannot, Intent.help})
BY_DIGIT = {1: State.knows, 2: State.nobody, 3: State.help}
DIGIT = re.compile(r"^[0-9]\W*")
WORDS = {State.nobody: "door_nobody", State.knows: "door_open"}  # a door that did not open comes first


async def of_door(turn: Turn, person_id: int) -> Question | None:
    found = await doors_of(turn.session, person_id, turn.talk.road)
    if not found:
        return None
    names = tuple(one.name for one in found)
    drill = all(one.knock.drill for one in found)
    return Question(
        found[-1].knock.sent_at, TAKES, lambda turn, said: _by_digit(turn, found, said), names=names, drill=drill
    )


async def told(turn: Turn) -> bool:
    """Words that only a door is spoken of by: 敲开了, 没人在. False where nothing of it was said, or no door waits."""
    said = _heard(turn.words)
    if said is None or turn.person is None:
        return False
    found = await doors_of(turn.session, turn.person.id, turn.talk.road)
    if not found:
        return False
    read = understand(turn.words)
    if read.intent is Intent.digit and BY_DIGIT.get(read.n) not in {said, None}:
        turn.seen = False
        await turn.say("contradiction", always=not turn.flooded)
        return True
    await _say(turn, found, await _settle(turn, found, said))
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


async def _by_digit(turn: Turn, found: Sequence[Seen], said: Intent) -> str:
    """收到 in words says that the errand was read, and nothing of the door; 去不了 is about whoever was sent, unless
    it is 不在家."""
    read = understand(turn.words)
    if read.intent is Intent.digit and not (read.n == 1 and _received(turn.words)):
        return await _settle(turn, found, BY_DIGIT[read.n])
    if said is Intent.received:
        one = await _meant(turn, found)
        return phrase("unsure", language=turn.language, **_where(await turn.areas(), one or found[0]))
    if said is Intent.help:
        return await _settle(turn, found, State.help)
    return await _settle(turn, found, State.nobody if "不在" in turn.words else None)


async def _settle(turn: Turn, found: Sequence[Seen], state: State | None) -> str:
    """None: whoever was sent cannot go."""
    one = await _meant(turn, found)
    if one is None:
        names = [f"{seen.village} {seen.name}" for seen in found]
        return phrase("which", language=turn.language, names=names, first=found[0].name)
    facts = _where(await turn.areas(), one)
    if state is None:
        await refuse(turn.session, one.knock, by=turn.by, at=turn.heard_at)
        return phrase("refused", language=turn.language, **facts)
    said = Found(state, _how(turn), DIGIT.sub("", turn.words.strip()))
    if await report(turn.session, one.knock, said, by=turn.by, at=turn.heard_at):
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
    """The only door, or the one whose name is said."""
    named = [one for one in found if one.name in turn.words]
    chosen = named or found
    return chosen[0] if len(chosen) == 1 else None


def _heard(text: str) -> State | None:
    words = bare(text)
    return next((state for state, name in WORDS.items() if any(w in words for w in vocabulary().part[name])), None)


def _received(text: str) -> bool:
    return any(word in bare(text) for word in ("收到", "知道了", "好的"))


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
