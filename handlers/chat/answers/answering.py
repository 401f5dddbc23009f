"""Answers to alerts, as the arbiter reads them: given, asked after, taken back."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.alerts.models import Alert
from broadcasts.answers.acknowledge import acknowledge, undo
from broadcasts.answers.models import Answer, How, Said
from broadcasts.answers.queries import open_for
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.reported import ASTRAY
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.ladder.instead import instead_of
from handlers.chat.acts import pictures
from handlers.chat.acts.hints.tasks import finished
from handlers.chat.acts.owed import doors, evacuations, not_going
from handlers.chat.acts.owing import anything, owes, settle
from handlers.chat.acts.owing import waiting as owing_waits
from handlers.chat.acts.pleas import ring_for_speaker
from handlers.chat.answers import arbiter
from handlers.chat.answers.arbiter import WHICH, Decision, Meaning, Rung
from handlers.chat.answers.choices import chosen
from handlers.chat.answers.faces import show_undone
from handlers.chat.answers.misheard import misheard
from handlers.chat.answers.overtaken import overtaken
from handlers.chat.bodies import Said as Words
from handlers.chat.conversations.dialogues import REPORT, asked, begin, end
from handlers.chat.turn import Turn
from handlers.chat.understand.answers import acknowledged
from handlers.chat.understand.intents import ANSWERS, Intent, Understood
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare

BACK = timedelta(minutes=10)  # within which 0 takes an answer back
SPOKEN = frozenset({How.voice, How.speech})
# Built once: every answer asks it.
CALLED = (
    sa.select(col(Broadcast.id), col(Alert.grade), col(Alert.event), col(Alert.sent), col(Broadcast.drill))
    .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
    .where(col(Broadcast.id).in_(sa.bindparam("of", expanding=True)))
)


class Named(NamedTuple):
    """红色暴雨, in the broadcasts' order; where two would read alike, with the hour at which they came."""

    alerts: list[str]
    drill: bool


def _newer(rungs: Sequence[Rung], open_: arbiter.Asked) -> bool:
    """Whether an alert waits that our question did not speak of."""
    return any(not rung.answered and rung.broadcast_id not in open_.broadcasts for rung in rungs)


async def answers(turn: Turn, read: Understood, words: Words) -> bool:
    """Do what the arbiter says. False where the word is no answer, no choice and takes nothing back."""
    turn.words = words.text
    if await doors.told(turn) or (await anything(turn) and await evacuations.told(turn)):
        return True
    open_ = asked(turn.talk, turn.heard_at)
    rungs = await _rungs(turn)
    owing = await owes(turn)
    if owing is not None and await pictures.named(turn):
        return True
    if await not_going.read(turn, open_=bool(rungs or owing)):
        return True
    if read.intent is Intent.done and not rungs and await finished(turn, words.text):
        return True
    if open_ is not None and open_.name == REPORT and (rungs or owing):
        open_ = None  # a report's question takes a number with its unit: a bare digit is not for it
    if open_ is not None and open_.name == WHICH and _newer(rungs, open_):
        open_ = None  # something has been asked since: the digit is for that
    which = open_ is not None and open_.name == WHICH
    if open_ is not None and which and bare(words.text) in vocabulary().whole["all"]:
        decision = Decision(Meaning.answer, open_.said, open_.broadcasts)
    elif read.intent is Intent.digit:
        if not read.clear and rungs and not arbiter.at_a_door(rungs, owing):
            turn.seen = False
            await turn.say("contradiction", always=not turn.flooded)
            return True
        if not which and await doors.over_meanwhile(turn, read.n, arbiter.own(rungs, open_, owing)):
            return True
        decision = arbiter.digit(read.n, read.facts["rest"], rungs, open_, owing)
    elif read.intent in ANSWERS:
        decision = arbiter.answer(read.intent, bare(words.text), rungs, owing)
    elif read.intent is Intent.undo:
        decision = arbiter.back(rungs)
    elif read.intent is Intent.unknown and rungs and not read.plea and acknowledged(words.text):
        turn.seen = False  # an officer reads on
        decision = arbiter.answer(Intent.received, bare(words.text), rungs, owing)
    elif open_ is not None and which and read.intent is Intent.cancel:
        decision = Decision(Meaning.leave)
    elif open_ is not None and which:
        decision = _which_by_name(bare(words.text), rungs, open_)
    else:
        return False
    how = words.how if words.how in SPOKEN else How.digit if read.intent is Intent.digit else How.words
    return await _do(turn, decision, how, rungs, read)


async def _do(turn: Turn, decision: Decision, how: How, rungs: Sequence[Rung], read: Understood) -> bool:
    match decision.meaning:
        case Meaning.answer if decision.said:
            if turn.talk.dialogue != REPORT:
                end(turn.talk)
            await _answer(turn, decision, how, rungs)
            if await anything(turn):
                await doors.waiting(turn)
                await evacuations.waiting(turn)
                await owing_waits(turn)
        case Meaning.which if decision.said:
            begin(turn.talk, WHICH, turn.heard_at, said=decision.said.value, broadcasts=list(decision.broadcasts))
            items, drill = await named(turn, decision.broadcasts)
            await turn.say("which", always=not turn.flooded, drill=drill, said=decision.said.value, items=items)
        case Meaning.owed if decision.said:
            await settle(turn, decision.said)
        case Meaning.undo | Meaning.settled if await _of_a_task(turn):
            await misheard(turn)
        case Meaning.undo:
            await misheard(turn)
            await _undo(turn)
        case Meaning.settled:
            await turn.say("misheard" if await misheard(turn) else "nothing_to_undo")
        case Meaning.leave:
            await misheard(turn)
            end(turn.talk)
            await turn.say("left", always=not turn.flooded)
        case Meaning.choose:
            return await chosen(turn, decision.choice)
        case Meaning.beyond:
            open_ = [rung.broadcast_id for rung in rungs if not rung.answered]
            alerts, drill = await named(turn, open_)
            await turn.say("beyond", always=not turn.flooded, drill=drill, alerts=alerts)
        case _:
            return await _nothing(turn, read)
    return True


async def _of_a_task(turn: Turn) -> bool:
    """0 takes back what was shown, or said, of a door or a village a moment ago."""
    return await pictures.taken_back(turn) or await evacuations.taken_back(turn) or await doors.taken_back(turn)


async def _answer(turn: Turn, decision: Decision, how: How, rungs: Sequence[Rung]) -> None:
    if turn.person is None or decision.said is None:
        return
    later = await overtaken(turn, decision, rungs)
    given = await acknowledge(
        turn.session,
        person_id=turn.person.id,
        broadcasts=list(decision.broadcasts),
        said=Said(decision.said.value),
        how=how,
        by=turn.by,
        source=f"inbound:{turn.inbound.id}{':typed' if turn.typed else ''}",
        road=turn.talk.road,
        at=turn.heard_at,
        overtaken=later,
    )
    if later and not any(answer.counts for answer in given):
        alerts, drill = await named(turn, [*later])
        stands = [said.value for said in dict.fromkeys(later.values())]
        await turn.say("overtaken", drill=drill, said=decision.said.value, stands=stands, alerts=alerts)
        return
    await receipt(turn, decision.said.value, given)


async def receipt(turn: Turn, said: str, given: Sequence[Answer]) -> None:
    """What was understood, of which alerts, and how to take it back; or that they are over."""
    counts = [answer.broadcast_id for answer in given if answer.counts]
    meant = counts or [answer.broadcast_id for answer in given]
    alerts, drill = await named(turn, meant)
    if not counts:
        await turn.say("late", drill=drill, alerts=alerts)
        return
    areas = await turn.areas()
    place = areas.nodes[turn.person.area_id].name if turn.person else ""
    facts: dict[str, Any] = {"said": said, "alerts": alerts, "place": place, "desk": await _desk(turn)}
    if drill:
        facts |= {"played": True, "phone": await turn.phone()}
    elif turn.person is not None and said == Said.cannot:
        facts["instead"] = await instead_of(turn.session, counts[0], turn.person.id)
    await turn.say("receipt", always=not turn.flooded, drill=drill, **facts)


async def _undo(turn: Turn) -> None:
    person = turn.person
    taken = await undo(turn.session, person.id, turn.talk.road, turn.heard_at) if person else []
    if taken:
        await show_undone(turn.session, turn.settings.zone, taken, turn.at)
        alerts, drill = await named(turn, [answer.broadcast_id for answer in taken])
        stands = {rung.broadcast_id: rung.said for rung in await _rungs(turn)}
        said = next((stands[a.broadcast_id] for a in taken if stands.get(a.broadcast_id)), None)
        facts = {"said": taken[0].said.value, "alerts": alerts, "stands": said.value if said else ""}
        await turn.say("undone", always=not turn.flooded, drill=drill, **facts)
    else:
        await turn.say("nothing_to_undo")


async def _nothing(turn: Turn, read: Understood) -> bool:
    """Nothing is open. Who of the staff says in words that they need support is taken at their word."""
    if read.intent is Intent.help and turn.person is not None:
        await ring_for_speaker(turn, read.facts.get("words", "需要支援"))
        turn.seen = False
        await turn.say("wants_help", always=not turn.flooded, phone=await turn.phone())
        return True
    if read.intent in {Intent.help, Intent.cannot} or turn.person is None:
        return False
    await turn.say("nothing_open")
    return True


def _which_by_name(words: str, rungs: Sequence[Rung], open_: arbiter.Asked) -> Decision:
    """They say which one in words."""
    meant = arbiter.named(words, [rung for rung in rungs if rung.broadcast_id in open_.broadcasts])
    ids = (meant.broadcast_id,) if meant else open_.broadcasts
    return Decision(Meaning.answer if meant else Meaning.which, open_.said, ids)


async def _rungs(turn: Turn) -> list[Rung]:
    if turn.person is None:
        return []
    found = await open_for(turn.session, turn.person.id, turn.talk.road, turn.heard_at)
    return [
        Rung(
            a.broadcast_id,
            (a.event, a.grade.zh if a.grade else a.event),
            said=Intent(a.said.value) if a.said else None,
            fresh=a.answered_at is not None and turn.heard_at - a.answered_at <= BACK,
            drill=a.drill,
        )
        for a in found
        # What was typed before it was sent answers something else; what is yet to begin, a clock that ran ahead began.
        if not turn.inbound.said_at + ASTRAY < a.started_at <= turn.heard_at
    ]


async def named(turn: Turn, broadcasts: Sequence[str]) -> Named:
    """How they are called, and whether all of them are drills: what is said of them is marked like them."""
    rows = {row.id: row for row in await turn.session.execute(CALLED, {"of": [*broadcasts]})}
    found = [rows[one] for one in dict.fromkeys(broadcasts) if one in rows]
    names = [f"{MARK if row.drill else ''}{row.grade.zh if row.grade else ''}{row.event}" for row in found]
    often = Counter(names)
    said = [spoken(row.sent, turn.at, turn.settings.zone, turn.language) for row in found]
    alerts = [f"{name}（{when}）" if often[name] > 1 else name for name, when in zip(names, said, strict=True)]
    return Named(alerts, bool(found) and all(row.drill for row in found))


async def _desk(turn: Turn) -> str:
    """镇, 乡 or 县: whose desk telephones."""
    areas = await turn.areas()
    if turn.person is None:
        return ""
    town = areas.nodes[turn.person.area_id].town_id
    node = areas.nodes[town] if town else next(iter(areas.roots), None)
    return node.level if node else ""
