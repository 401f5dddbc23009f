"""What we last asked in a conversation: a name, its facts and its end, in the row and so over any restart."""

from datetime import datetime, timedelta
from typing import Any

from handlers.chat.answers.arbiter import WHICH, Asked
from handlers.chat.conversations.models import Conversation
from handlers.chat.understand.intents import Intent

MENU, PLACE, ERASE, REPORT, HINT = "menu", "place", "erase", "report", "hint"
SHORT, LONG = timedelta(minutes=10), timedelta(minutes=30)
LASTS = {WHICH: SHORT, MENU: LONG, PLACE: timedelta(hours=24), HINT: LONG}


def begin(talk: Conversation, name: str, at: datetime, **facts: Any) -> None:
    """Ask something; what was asked before is forgotten."""
    talk.dialogue, talk.facts, talk.dialogue_until = name, facts, at + LASTS.get(name, SHORT)


def end(talk: Conversation) -> None:
    talk.dialogue, talk.facts, talk.dialogue_until = "", {}, None


def begun(talk: Conversation, at: datetime) -> datetime | None:
    """When what is open now was asked."""
    if not talk.dialogue or talk.dialogue_until is None or talk.dialogue_until <= at:
        return None
    return talk.dialogue_until - LASTS.get(talk.dialogue, SHORT)


def asked(talk: Conversation, at: datetime) -> Asked | None:
    """What is open at this moment."""
    if not talk.dialogue or talk.dialogue_until is None or talk.dialogue_until <= at:
        return None
    said = talk.facts.get("said")
    return Asked(
        talk.dialogue,
        Intent(said) if said else None,
        tuple(talk.facts.get("broadcasts", ())),
        zero=talk.dialogue == ERASE,
    )
