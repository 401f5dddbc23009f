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
from broadcasts.dispatch.texts.marks import MARK, both_ends
from broadcasts.dispatch.texts.render import InLanguage
from handlers.chat.conversations.language import language_of
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.chat.conversations.speaker import CHANNELS
from handlers.wechat.models import Inbound, Platform

WORTH = timedelta(hours=1)  # an answer that could not leave for so long is to a question long past
ALIKE = timedelta(hours=4)  # within which the platform compares
REPLIES = {Platform.wecom: "wecom_app", Platform.oa: "oa_reply", Platform.sms: "sms"}
SPOKEN = (timedelta(hours=48), 5)  # the account may answer a word so long, and so often
TOUCHED = (timedelta(minutes=1), 3)  # following, scanning, a menu's key

# Built once: every word asks them.
LATELY = sa.select(col(Utterance.text)).where(
    col(Utterance.conversation_id) == sa.bindparam("talk"), col(Utterance.at) > sa.bindparam("since")
)
STANDS = (
    sa.select(col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.value))
    .join(Area, col(Area.id) == col(Person.area_id))
    .join(Address, col(Address.person_id) == col(Person.id))
    .where(col(Person.id) == sa.bindparam("person"), col(Address.channel) == sa.bindparam("by"))
).execution_options(autoflush=False)


async def say(
    session: AsyncSession,
    settings: Settings,
    conversation: Conversation,
    text: str | InLanguage,
    *,
    inbound: int | None = None,
    by: str = "system",
    at: datetime,
    drill: bool = False,
    kept: bool = True,
    number: str = "",
) -> Broadcast:
    """Send one text to the one who speaks there, or that of their language. `inbound` is the word that it answers; what
    is said of a `drill` is marked, and kept as it was sent. What is not `kept` was said to somebody who wants to stay
    unknown: no conversation shows it."""
    text = text if isinstance(text, str) else text(settings.speaks(await language_of(session, conversation)))
    text = await _different(session, settings, conversation, text, at, MARK if drill else "")
    broadcast = await tell(
        session,
        settings,
        [await _target(session, conversation, number)],
        text,
        purpose=Purpose.reply,
        subject=f"reply:{conversation.id}:{inbound or uuid7(at)}",
        at=at,
        worth=WORTH,
        by=by,
        road=conversation.road,
        drill=drill,
    )
    conversation.reply_left = max(0, conversation.reply_left - 1)
    if kept:
        session.add(
            Utterance(
                conversation_id=conversation.id,
                inbound_id=inbound,
                broadcast_id=broadcast.id,
                by=by,
                text=both_ends(text) if drill else text,
                at=at,
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


async def _different(
    session: AsyncSession, settings: Settings, talk: Conversation, text: str, at: datetime, mark: str
) -> str:
    """A repeat that is meant differs in its bytes, or the platform takes it for a mistake and shows it to nobody."""
    whole, again = both_ends(text) if mark else text, f"{mark}{text}\n（第"
    lately = {"talk": talk.id, "since": at - ALIKE}
    said = await session.scalars(LATELY, lately)
    before = sum(one == whole or one.startswith(again) for one in said)
    return f"{text}\n（第 {before + 1} 次，{at.astimezone(settings.zone):%H:%M}）" if before else text


async def _target(session: AsyncSession, talk: Conversation, number: str = "") -> Target:
    """The address as the directory spells it, with its language and place; `number` is a telephone's seal that no word
    of the conversation holds any more."""
    if talk.platform is Platform.sms:
        return await _telephone(session, talk, number)
    area, town, language, address = 0, None, "zh-CN", talk.address
    if talk.person_id is not None:
        row = await session.execute(STANDS, {"person": talk.person_id, "by": CHANNELS[talk.platform]})
        area, town, language, address = row.one_or_none() or (area, town, language, address)
    return Target("chat", talk.id, area, town, "", language, Mode.quiet, {REPLIES[talk.platform]: address})


async def _telephone(session: AsyncSession, talk: Conversation, number: str) -> Target:
    told = await written_from(session, talk) or number
    person = await session.get(Person, talk.person_id) if talk.person_id is not None else None
    area, language = (person.area_id, person.language) if person else (0, "zh-CN")
    return Target("chat", talk.id, area, None, "", language, Mode.quiet, {REPLIES[talk.platform]: told} if told else {})


async def written_from(session: AsyncSession, talk: Conversation) -> str:
    """The seal of the number behind a conversation by text messages, which is known by its digest; empty elsewhere."""
    wanted = (
        sa.select(col(Inbound.body))
        .where(
            col(Inbound.road) == talk.road, col(Inbound.platform) == talk.platform, col(Inbound.sender) == talk.address
        )
        .order_by(col(Inbound.id).desc())
        .limit(1)
    )
    found = await session.scalar(wanted) if talk.platform is Platform.sms else None
    return str((found or {}).get("Address") or "")
