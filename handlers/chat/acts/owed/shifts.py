"""A shift that waits for a yes, a spot check, a handover that was read out."""

from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.handover import confirm as take_over
from drills.duty.models import Check, Handover, Post
from drills.duty.now import phone_of
from drills.duty.owed import Owed, confirm, late_by, owed, present, refuse
from drills.duty.taking_over import to_take
from drills.duty.wording import phrase
from handlers.chat.acts.owed.question import THERE, YES_OR_NO, Question
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent


async def of_roster(turn: Turn, person_id: int) -> Question | None:
    """A check is short, and comes first."""
    found = await owed(turn.session, person_id, turn.heard_at)
    if found is None:
        return None
    check = found.check
    if check is not None:
        until = spoken(check.deadline, turn.at, turn.settings.zone, turn.language)
        still = phrase("still_check", language=turn.language, post=found.post.name, until=until)
        return Question(found.asked_at, THERE, lambda turn, _: _present(turn, found, check), first=True, still=still)
    starts = spoken(found.shift.starts_at, turn.at, turn.settings.zone, turn.language)
    still = phrase("still_shift", language=turn.language, post=found.post.name, starts=starts)
    return Question(found.asked_at, YES_OR_NO, lambda turn, said: _comes(turn, found, said), still=still)


async def _present(turn: Turn, found: Owed, check: Check) -> str:
    if await present(turn.session, check, by=turn.by, at=turn.heard_at):
        return phrase("present", language=turn.language, post=found.post.name, late=late_by(check))
    return ""


async def _comes(turn: Turn, found: Owed, said: Intent) -> str:
    starts = spoken(found.shift.starts_at, turn.at, turn.settings.zone, turn.language)
    facts = {"language": turn.language, "starts": starts, "post": found.post.name}
    if said is Intent.cannot:
        if await refuse(turn.session, found.shift, by=turn.by, at=turn.heard_at):
            return phrase("cannot", **facts)
    elif await confirm(turn.session, found.shift, by=turn.by, at=turn.heard_at):
        phone = phone_of(await turn.areas(), found.post)
        return phrase("confirmed", **facts, role=found.shift.role, phone=phone)
    return ""


async def of_handover(turn: Turn, person_id: int) -> Question | None:
    """接班: who comes has read it, and says so."""
    found = await to_take(turn.session, person_id, turn.heard_at)
    if found is None or found[0].sent_at is None:
        return None
    handover, post = found
    due = spoken(handover.due_at, turn.at, turn.settings.zone, turn.language)
    still = phrase("still_handover", language=turn.language, post=post.name, due=due)
    return Question(found[0].sent_at, THERE, lambda turn, _: _take(turn, handover, post), still=still)


async def _take(turn: Turn, handover: Handover, post: Post) -> str:
    done = await take_over(turn.session, handover, by=turn.by, at=turn.heard_at)
    due = spoken(handover.due_at, turn.at, turn.settings.zone, turn.language)
    return phrase("taken_over", language=turn.language, post=post.name, due=due, done=done)
