"""A picture, a video or a file that was not kept: whoever sent it hears why, by the name of what is wrong with it."""

from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.vault import Vault
from handlers.chat.conversations.inbox import of_sender
from handlers.chat.conversations.reply import say, window_open
from handlers.chat.wording import phrase, table
from handlers.hints.reporters.who import of_sealed
from handlers.wechat.models import Inbound


async def refused(
    session: AsyncSession, settings: Settings, vault: Vault, inbound_id: int, kind: str, reason: str, *, at: datetime
) -> None:
    """Say so once, where the conversation is still open; the report itself stays."""
    word = await session.get(Inbound, inbound_id)
    said = await of_sender(session, word) if word else None
    talk = said or await of_sealed(session, vault, inbound_id)
    if talk is not None and window_open(talk, at):
        text = partial(_unfit, kind, reason)
        await say(session, settings, talk, text, inbound=inbound_id, at=at, kept=said is not None)


def _unfit(kind: str, reason: str, language: str) -> str:
    words = table("UNFIT", language)
    why = words.get(f"{kind}.{reason}") or words.get(reason, words["broken"])
    return phrase("unfit", language=language, what=table("THINGS", language)[kind], why=why, kind=kind)
