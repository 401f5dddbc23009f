"""What the roster asked of the speaker, and what an answer to it does: a shift is confirmed, a spot check is passed."""

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.owed import Owed, confirm, late_by, owed, present, refuse
from drills.duty.wording import phrase
from handlers.chat.answers.arbiter import Owing
from handlers.chat.conversations.dialogues import begun
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent

THERE = frozenset({Intent.received, Intent.arrived})


async def owes(turn: Turn) -> Owing | None:
    """None where nothing was asked, or where something was offered later: that is what a digit means then."""
    found = await _owed(turn)
    since = begun(turn.talk, turn.heard_at)
    if found is None or (since is not None and since > found.asked_at):
        return None
    return Owing(THERE if found.check else THERE | {Intent.cannot})


async def settle(turn: Turn, said: Intent) -> None:
    """Do it, and say what was understood."""
    found = await _owed(turn)
    if found is None:
        return
    text = await _done(turn, found, said, await turn.areas())
    if text:
        await turn.tell(text, always=not turn.flooded)
    else:
        await turn.say("nothing_open")


async def _owed(turn: Turn) -> Owed | None:
    if turn.person is None or turn.talk.road is not Road.live:
        return None
    return await owed(turn.session, turn.person.id, turn.heard_at)


async def _done(turn: Turn, found: Owed, said: Intent, areas: Tree) -> str:
    """What is answered; empty where somebody was quicker."""
    starts, post = spoken(found.shift.starts_at, turn.at, turn.settings.zone), found.post.name
    by, at = turn.by, turn.heard_at
    if found.check is not None:
        if await present(turn.session, found.check, by=by, at=at):
            return phrase("present", post=post, late=late_by(found.check))
    elif said is Intent.cannot:
        if await refuse(turn.session, found.shift, by=by, at=at):
            return phrase("cannot", starts=starts, post=post)
    elif await confirm(turn.session, found.shift, by=by, at=at):
        phone = areas.duty_phone(found.post.area_id)
        return phrase("confirmed", starts=starts, post=post, role=found.shift.role, phone=phone)
    return ""
