"""换班 by chat: asking for it, taking it, deciding it."""

from bot.directory.models import Person
from bot.errors import SignalTreeError
from drills.duty.models import Swapping
from drills.duty.rosters.people import known_people
from drills.duty.swaps import asking, deciding, told
from drills.duty.swaps.asking import ask
from drills.duty.swaps.listed import Change, waiting_for
from drills.duty.swaps.mine import next_shift
from drills.duty.wording import phrase, refusal
from handlers.chat.acts.owed.question import THERE, YES_OR_NO, Question
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent


async def of_swap(turn: Turn, person_id: int) -> Question | None:
    """Who is asked for all may simply not answer."""
    found = await waiting_for(turn.session, person_id, turn.heard_at)
    if found is None or turn.person is None:
        return None
    me, state = turn.person, found.swap.state
    asked_at = found.swap.accepted_at or found.swap.asked_at
    still = phrase("still_swap", language=turn.language, giver=found.giver.name)
    if state is Swapping.accepted:
        return Question(asked_at, YES_OR_NO, lambda turn, said: _decide(turn, found, me, said), still=still)
    takes = YES_OR_NO if state is Swapping.asked else THERE
    return Question(asked_at, takes, lambda turn, said: _take(turn, found, me, said), still=still)


async def swap(turn: Turn, name: str) -> None:
    """`name` is who shall take the speaker's next shift; empty asks every colleague."""
    me = turn.person
    found = await next_shift(turn.session, me.id, turn.heard_at) if me else None
    if found is None:
        await turn.tell(phrase("no_shift", language=turn.language))
        return
    taker = await _named(turn, name) if name else None
    if name and taker is None:
        await turn.tell(phrase("nobody_named", language=turn.language, name=name))
        return
    try:
        made = await ask(turn.session, turn.settings.zone, found, taker, None, by=turn.by, at=turn.heard_at)
    except SignalTreeError as error:
        await turn.tell(refusal(error, turn.language))
        return
    await told.asked(turn.session, turn.settings, made, turn.at)
    await turn.tell(_said(turn, made, "asked"))


async def _named(turn: Turn, name: str) -> Person | None:
    found = (await known_people(turn.session)).named(name)
    return found[0] if len(found) == 1 else None


async def _take(turn: Turn, one: Change, me: Person, said: Intent) -> str:
    if said is Intent.cannot:
        done = await asking.decline(turn.session, one, by=turn.by, at=turn.heard_at)
        now = await asking.again(turn.session, one)
        if done:
            await told.decided(turn.session, turn.settings, now, turn.at)
        return _said(turn, now, "declined") if done else ""
    try:
        done = await asking.accept(turn.session, turn.settings.zone, one, me, by=turn.by, at=turn.heard_at)
    except SignalTreeError as error:
        return refusal(error, turn.language)
    now = await asking.again(turn.session, one)
    if done:
        await told.accepted(turn.session, turn.settings, now, turn.at)
    return _said(turn, now, "accepted") if done else ""


async def _decide(turn: Turn, one: Change, me: Person, said: Intent) -> str:
    session, zone, by, at = turn.session, turn.settings.zone, turn.by, turn.heard_at
    try:
        if said is Intent.cannot:
            done = await deciding.refuse(session, one, by=by, at=at)
        else:
            async with session.begin_nested():
                done = await deciding.approve(session, zone, one, by=by, at=at)
    except SignalTreeError as error:
        return refusal(error, turn.language)
    now = await asking.again(session, one)
    if done:
        await told.decided(session, turn.settings, now, turn.at)
    return _said(turn, now, now.swap.state.value) if done else ""


def _said(turn: Turn, one: Change, what: str) -> str:
    facts = told.facts(turn.settings, one, turn.at, turn.language)
    return phrase("swap_said", language=turn.language, told=what, **facts)
