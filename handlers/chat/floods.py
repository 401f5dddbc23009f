"""Floods: who sends more than some words a minute gets one answer, and everything is kept."""

from datetime import datetime, timedelta
from enum import StrEnum

from handlers.chat.conversations.models import Conversation

WITHIN = timedelta(minutes=1)
MOST = 10  # words in it that are answered one by one


class Flow(StrEnum):
    calm = "calm"
    begins = "begins"  # this word is one too many: say so, once
    flood = "flood"


def counted(talk: Conversation, heard_at: datetime) -> Flow:
    """Count one more word of a conversation."""
    if talk.flood_from is None or heard_at - talk.flood_from >= WITHIN:
        talk.flood_from, talk.flood_words = heard_at, 0
    talk.flood_words += 1
    if talk.flood_words <= MOST:
        return Flow.calm
    return Flow.begins if talk.flood_words == MOST + 1 else Flow.flood
