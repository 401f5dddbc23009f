"""Saying something in a conversation: it leaves by dispatch like everything else, and is kept where it was said."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.models import Address, Area, Person
from bot.ids import uuid7
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.tell import tell
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.chat.conversations.speaker import CHANNELS
from handlers.wechat.models import Platform

WORTH = timedelta(hours=1)  # an answer that could not leave for so long is to a question long past
ALIKE = timedelta(hours=4)  # within which the platform compares
REPLIES = {Platform.wecom: "wecom_app", Platform.oa: "oa_reply"}
SPOKEN = (timedelta(hours=48), 5)  # the account may answer a word so long, and so often
TOUCHED = (timedelta(minutes=1), 3)  # following, scanning, a menu's key


async def say(
    session: AsyncSession,
    settings: Settings,
    conversation: Conversation,
    text: str,
    *,
    inbound: int | None = None,
    by: str = "system",
    at: datetime,
) -> Broadcast:
    """Send one text to the one who speaks there. `inbound` is the word that it answers."""
    text = await _different(session, settings, conversation, text, at)
    broadcast = await tell(
        session,
        settings,
        [await _target(session, conversation)],
        text,
        purpose=Purpose.reply,
        subject=f"reply:{conversation.id}:{inbound or uuid7(at)}",
        at=at,
        worth=WORTH,
        by=by,
        road=conversation.road,
    )
    conversation.reply_left = max(0, conversation.reply_left - 1)
    session.add(
        Utterance(
            conversation_id=conversation.id, inbound_id=inbound, broadcast_id=broadcast.id, by=by, text=text, at=at
        )
    )
    return broadcast


def open_window(conversation: Conversation, at: datetime, *, spoken: bool) -> None:
    """They did something: the account may answer for a while. A longer window that is open stays."""
    if conversation.platform is not Platform.oa:
        return
    lasts, times = SPOKEN if spoken else TOUCHED
    if not spoken and window_open(conversation, at + lasts):
        return
    conversation.reply_until, conversation.reply_left = at + lasts, times


def window_open(conversation: Conversation, at: datetime) -> bool:
    """Whether the platform still takes a reply. WeCom always does."""
    if conversation.platform is not Platform.oa:
        return True
    return conversation.reply_left > 0 and conversation.reply_until is not None and conversation.reply_until > at


async def _different(session: AsyncSession, settings: Settings, talk: Conversation, text: str, at: datetime) -> str:
    """A repeat that is meant differs in its bytes, or the platform takes it for a mistake and shows it to nobody."""
    said = col(Utterance.text)
    wanted = sa.select(sa.func.count()).where(
        col(Utterance.conversation_id) == talk.id,
        col(Utterance.at) > at - ALIKE,
        sa.or_(said == text, said.startswith(f"{text}\n（第", autoescape=True)),
    )
    before = await session.scalar(wanted) or 0
    return f"{text}\n（第 {before + 1} 次，{at.astimezone(settings.zone):%H:%M}）" if before else text


async def _target(session: AsyncSession, talk: Conversation) -> Target:
    """The address as the directory spells it, with its language and place."""
    area, town, language, address = 0, None, "zh-CN", talk.address
    if talk.person_id is not None:
        row = await session.execute(
            sa.select(col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.value))
            .join(Area, col(Area.id) == col(Person.area_id))
            .join(Address, col(Address.person_id) == col(Person.id))
            .where(col(Person.id) == talk.person_id, col(Address.channel) == CHANNELS[talk.platform])
        )
        area, town, language, address = row.one_or_none() or (area, town, language, address)
    return Target("chat", talk.id, area, town, "", language, Mode.quiet, {REPLIES[talk.platform]: address})
