"""仍有效 and 解除, said by the officer who was asked about an alert without an end. The first is noted; the second is
an act at the desk, and its page is named."""

from collections.abc import Sequence

from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.life.asked import asked_of
from broadcasts.life.questions import question_of, still_valid
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent


async def settled(turn: Turn, intent: Intent, text: str) -> bool:
    """Whether the speaker was asked, so that this word is about an ending."""
    if turn.person is None:
        return False
    open_ = await asked_of(turn.session, turn.person.id)
    if not open_:
        return False
    meant = [alert for alert in open_ if alert.event in text] or open_
    if len(meant) > 1:
        await turn.say("which_ending", items=[await _name(turn, alert) for alert in meant], event=meant[0].event)
    elif intent is Intent.still_valid:
        await _stays(turn, meant[0])
    else:
        await turn.say("end_at_desk", name=await _name(turn, meant[0]), link=_link(turn, meant))
    return True


async def _stays(turn: Turn, alert: Alert) -> None:
    name = await _name(turn, alert)
    await still_valid(turn.session, turn.settings, alert, by=turn.by, at=turn.at)
    question = await question_of(turn.session, alert.id)
    due = question.due_at if question else None
    when = spoken(due, turn.at, turn.settings.zone, turn.language) if due else ""
    await turn.say("stays", name=name, due=when, link=_link(turn, [alert]))


async def _name(turn: Turn, alert: Alert) -> str:
    areas = await turn.areas()
    return headline(alert, Purpose.first, None, place(areas, hit(message(alert.content), areas)))


def _link(turn: Turn, meant: Sequence[Alert]) -> str:
    base = turn.settings.base_url
    return f"{base}/console/alerts/{meant[0].uid}" if base else ""
