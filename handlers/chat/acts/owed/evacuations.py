"""转移: whoever answers for a village that is moved says in a sentence how far it is."""

from collections.abc import Sequence
from datetime import datetime

from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.figures import declined
from broadcasts.tasks.evacuation.queries import Seen, last_said, of_person, of_uid
from broadcasts.tasks.evacuation.say import BACK, Heard, Spoke, plausible, say, take_back
from broadcasts.tasks.evacuation.words import phrase, table
from broadcasts.tasks.knocks.queries import last_told
from handlers.chat.acts import pleas
from handlers.chat.acts.owed import village_pictures
from handlers.chat.acts.owed.question import Question
from handlers.chat.acts.owed.shots import named_by_word
from handlers.chat.acts.owed.since import answered_since
from handlers.chat.acts.owed.village_pictures import ENDING
from handlers.chat.acts.reporting import happened
from handlers.chat.turn import Turn
from handlers.chat.understand.at_door import without_digit
from handlers.chat.understand.at_evacuation import AtEvacuation, at_evacuation
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.moving_korean import besides
from handlers.chat.understand.pleas import cries
from handlers.chat.understand.read import understand

TAKES = frozenset({Intent.received, Intent.cannot, Intent.help, Intent.arrived, Intent.done})
SAYS = {2: "去不了", 3: "需要支援"}  # by a digit
DRILL = "演练"


async def of_evacuation(turn: Turn, person_id: int) -> Question | None:
    found = [one for one in await of_person(turn.session, person_id, turn.talk.road) if one.open]
    if not found:
        return None
    drill = all(one.task.drill for one in found)
    names = () if drill else tuple(one.village for one in found)  # by its name the village itself may be meant
    return Question(
        found[-1].order.at, TAKES, lambda turn, said: _answered(turn, found, said), names=names, drill=drill
    )


async def told(turn: Turn) -> bool:
    """Words that only a village's moving is spoken of by: 转了12户, 不肯走. False where nothing of it was said, or the
    speaker answers for no village that is moved."""
    read = at_evacuation(turn.words)
    if turn.person is None or read is None:
        return False
    found = await of_person(turn.session, turn.person.id, turn.talk.road)
    if not found:
        return False
    one = _meant(turn, found)
    text = await _heard(turn, one, read) if one else await _which(turn, found, read.heard)
    turn.counted = not (happened(besides(turn.words)) or cries(turn.words))
    await turn.tell(text, always=not turn.flooded, drill=_played(found, one))
    return True


async def taken_back(turn: Turn) -> bool:
    """0: what was said of a village a moment ago, where nothing else was said since."""
    last = await last_said(turn.session, turn.person.id, turn.talk.road) if turn.person else None
    if turn.person is None or last is None or turn.heard_at - last.at > BACK or last.how is How.call:
        return False
    if await answered_since(turn, turn.person.id, last.at) or await _door_since(turn, turn.person.id, last.at):
        return False
    said = phrase("figures", language=turn.language, h=last)
    task = await take_back(turn.session, last, by=turn.by, at=turn.heard_at)
    seen = await of_uid(turn.session, task.uid) if task is not None else None
    if seen is None:
        return False
    text = phrase("undone", language=turn.language, said=said, where=await _where(turn, seen))
    await turn.tell(text, always=not turn.flooded, drill=seen.task.drill)
    return True


async def waiting(turn: Turn) -> None:
    """After an answer of her own: the village waits still."""
    mine = await of_person(turn.session, turn.person.id, turn.talk.road) if turn.person else []
    found = [one for one in mine if one.silent]
    if found:
        text = phrase("still", language=turn.language, where=await _where(turn, found[0]))
        await turn.tell(text, always=not turn.flooded, drill=found[0].task.drill)


async def _door_since(turn: Turn, person_id: int, since: datetime) -> bool:
    door = await last_told(turn.session, person_id, turn.talk.road)
    return door is not None and door.knock.done_at is not None and door.knock.done_at > since


async def _answered(turn: Turn, found: Sequence[Seen], said: Intent) -> str:
    """收到 says that the order was read; 去不了 sends for whoever stands in."""
    one = _meant(turn, found)
    heard = Heard(cannot=said is Intent.cannot, help=said is Intent.help)
    return await _kept(turn, one, heard) if one else await _which(turn, found, heard)


async def _heard(turn: Turn, one: Seen, read: AtEvacuation) -> str:
    if read.why:
        return phrase("reason", language=turn.language, where=await _where(turn, one))
    return await _kept(turn, one, read.heard)


async def _kept(turn: Turn, one: Seen, heard: Heard) -> str:
    """The word is kept; the receipt says what was understood, and what was not."""
    me = turn.person.id if turn.person else None
    plain = plausible(heard, one.task.expected, one.last_of(me))
    source = f"inbound:{turn.inbound.id}{':typed' if turn.typed else ''}"
    spoke = Spoke(turn.by, _how(turn), source, turn.words.strip(), me)
    where = await _where(turn, one)
    if not await say(turn.session, one.task, plain, spoke, turn.heard_at):
        why = table("WHY", turn.language)
        return phrase("over", language=turn.language, where=where, why=why.get(one.task.reason, why["ended"]))
    await named_by_word(turn, await village_pictures.room(turn), one.task.id)
    if plain.doubts:
        turn.seen = False
    goes = one.second and one.second.id != me and not declined(one.words, one.second.id)
    stands_in = one.second.name if one.second and goes else ""
    rings = plain.help or plain.refuses or plain.cannot
    return phrase(
        "receipt", language=turn.language, h=plain, where=where, played=one.task.drill, doubts=plain.doubts,
        rings=rings, second=stands_in,
    )  # fmt: skip


def _meant(turn: Turn, found: Sequence[Seen]) -> Seen | None:
    """The village that is named; without a name the only one. What is live comes before a drill's."""
    pool = [one for one in found if ENDING.sub("", one.village) in turn.words] or found
    drills, live = ([one for one in pool if one.task.drill is drill] for drill in (True, False))
    pool = drills if drills and (DRILL in turn.words or not live) else live
    waits = [one for one in pool if one.open] or pool
    return waits[0] if len(waits) == 1 else None


async def _which(turn: Turn, found: Sequence[Seen], heard: Heard) -> str:
    """Nothing is kept until the village is named: an officer looks at the words, and is rung where somebody is needed
    at once."""
    turn.seen = False
    if (heard.help or heard.refuses or heard.cannot) and not all(one.task.drill for one in found):
        await pleas.ring_for_speaker(turn, _words(turn))
    return phrase("which", language=turn.language, names=[one.village for one in found], first=found[0].village)


def _words(turn: Turn) -> str:
    read = understand(turn.words)
    return without_digit(turn.words) or SAYS[read.n] if read.intent is Intent.digit else turn.words.strip()


def _played(found: Sequence[Seen], one: Seen | None) -> bool:
    return one.task.drill if one else all(seen.task.drill for seen in found)


async def _where(turn: Turn, one: Seen) -> str:
    return spelled(await turn.areas(), one.task.area_id)


def _how(turn: Turn) -> How:
    if turn.inbound.kind == "voice":
        return How.voice
    return How.digit if understand(turn.words).intent is Intent.digit else How.words
