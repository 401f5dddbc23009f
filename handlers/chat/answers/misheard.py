"""A 0 right behind a recording says that it was misheard: an officer listens, and types it in."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.record.entries import record
from handlers.chat.turn import Turn
from handlers.wechat.models import Inbound, Media
from handlers.wechat.speech.models import Speech, SpeechState

BACK = timedelta(minutes=10)
TOLD = frozenset({"report", "hint"})  # out of which something was made that an officer mends there


async def misheard(turn: Turn) -> bool:
    """Whether it was about what was recognised. Where nothing was made of it yet, its words are taken away."""
    before = (
        sa.select(sa.func.max(col(Inbound.id)))
        .where(
            col(Inbound.road) == turn.inbound.road,
            col(Inbound.platform) == turn.inbound.platform,
            col(Inbound.sender) == turn.inbound.sender,
            col(Inbound.id) < turn.inbound.id,
        )
        .scalar_subquery()
    )
    wanted = (
        sa.select(Speech, Media, col(Inbound.intent))
        .join(Media, col(Media.id) == col(Speech.media_id))
        .join(Inbound, col(Inbound.id) == col(Media.inbound_id))
        .where(
            col(Inbound.id) == before,
            col(Speech.state) == SpeechState.heard,
            col(Speech.done_at) >= turn.heard_at - BACK,
        )
    )
    row = (await turn.session.execute(wanted)).first()
    if row is None:
        return False
    speech, media, intent = row
    speech.state, turn.seen = SpeechState.wrong, False
    if intent not in TOLD:
        media.words, media.words_by = "", ""
    turn.session.add_all([speech, media])
    record(turn.session, turn.by, "word.misheard", turn.talk.uid, turn.at, inbound=media.inbound_id)
    return True
