"""An officer in a conversation: looks, takes it over, answers, gives it back, types in what a recording says."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.errors import Conflict
from bot.record.entries import record
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.reply import say, window_open
from handlers.wechat.models import Inbound, Media

TAKEN_FOR = timedelta(hours=8)  # after the officer's last word: nobody is left alone with an officer who went home
LONGEST = 600  # letters of an answer
LOOKED = "conversation.looked"


class WindowClosed(Conflict):
    """公众号只能在对方说话后 48 小时内回复，最多 5 条，现在不能再回。请打电话，或请对方先发一句话。"""


class TakenByOther(Conflict):
    """这个会话已由另一位值班员接手。"""


def looked(session: AsyncSession, talk: Conversation, *, by: str, at: datetime) -> None:
    """Somebody has read what a person said: on the record, as every look at personal data."""
    talk.unread = 0
    session.add(talk)
    record(session, by, LOOKED, talk.uid, at)


def taken(talk: Conversation, at: datetime) -> bool:
    return bool(talk.taken_by) and talk.taken_at is not None and talk.taken_at + TAKEN_FOR > at


async def take(session: AsyncSession, talk: Conversation, *, by: str, at: datetime) -> None:
    """From now on we are quiet there, but for cries for help and answers to live alerts. Raises TakenByOther, also
    where somebody else was quicker since `talk` was read."""
    had, free = talk.taken_by, sa.or_(
        col(Conversation.taken_by).in_(["", by]), col(Conversation.taken_at).is_(None),
        col(Conversation.taken_at) <= at - TAKEN_FOR,
    )  # fmt: skip
    if not await _move(session, talk, free, taken_by=by, taken_at=at, unread=0):
        raise TakenByOther
    if had != by:
        record(session, by, "conversation.taken", talk.uid, at)


async def give_back(session: AsyncSession, talk: Conversation, *, by: str, at: datetime) -> None:
    """Anybody may: the one who took it may have gone. Whoever has taken it since keeps it."""
    had = col(Conversation.taken_by) == talk.taken_by
    if talk.taken_by and await _move(session, talk, had, taken_by="", taken_at=None):
        record(session, by, "conversation.given-back", talk.uid, at)


async def _move(session: AsyncSession, talk: Conversation, still: sa.ColumnElement[bool], **values: object) -> bool:
    """Change it where it is `still` so. False where somebody was quicker."""
    moved = sa.update(Conversation).where(col(Conversation.id) == talk.id, still).values(**values)
    done = await session.execute(moved.execution_options(synchronize_session="fetch"))
    return bool(done.rowcount)  # type: ignore[attr-defined]


async def answer(
    session: AsyncSession, settings: Settings, talk: Conversation, text: str, *, by: str, at: datetime
) -> None:
    """Take it over, and say something. Raises TakenByOther, WindowClosed."""
    await take(session, talk, by=by, at=at)
    if not window_open(talk, at):
        raise WindowClosed
    await say(session, settings, talk, text.strip()[:LONGEST], by=by, at=at)


async def type_in(session: AsyncSession, medium: Media, words: str, *, by: str) -> Inbound | None:
    """What a recording says, once. None where somebody was first; else the word, to be worked on."""
    typed = await session.execute(
        sa.update(Media)
        .where(col(Media.id) == medium.id, col(Media.words) == "", col(Media.kind) == "audio")
        .values(words=words[:1024], words_by=by)
        .returning(col(Media.inbound_id))
    )
    inbound_id = typed.scalar_one_or_none()
    return await session.get(Inbound, inbound_id) if inbound_id is not None else None
