"""Whether a recording will be recognised, so that whoever sent it is told so; and what was
guessed, for whoever listens."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from handlers.wechat.models import Media, MediaState
from handlers.wechat.speech.models import Speech, SpeechState

AUDIO = "audio"


async def will_listen(session: AsyncSession, settings: Settings, inbound_id: int) -> bool:
    """Of the recording that hangs on this word."""
    if not settings.has_speech:
        return False
    wanted = sa.select(col(Media.id)).where(
        col(Media.inbound_id) == inbound_id,
        col(Media.kind) == AUDIO,
        col(Media.state).in_([MediaState.waiting, MediaState.kept]),
    )
    return (await session.execute(wanted.limit(1))).first() is not None


async def guessed(session: AsyncSession, media: Collection[int]) -> dict[int, str]:
    """By recording: what was recognised and did not count."""
    wanted = sa.select(col(Speech.media_id), col(Speech.words)).where(
        col(Speech.media_id).in_(media), col(Speech.state).in_([SpeechState.unsure, SpeechState.wrong])
    )
    return {number: words for number, words in await session.execute(wanted) if words}
