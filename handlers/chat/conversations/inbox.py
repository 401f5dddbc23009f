"""Conversations as an officer sees them: whose, what was said on both sides, and what nobody could work on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from broadcasts.subscriptions.models import Subscription
from handlers.chat.bodies import said
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.wechat.models import Inbound, Media, MediaState, Work

LINES = 100  # words of one conversation that a page shows
EVENTS = {
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "scan": "扫码",
    "click": "点菜单",
    "template_card_event": "按卡片",
}
FOLLOWED = "［关注］"  # the last words of who has scanned and said nothing: no letter, until they speak


@dataclass(frozen=True)
class Row:
    """A conversation with the person behind it, as far as we know them."""

    talk: Conversation
    name: str = ""
    ab: str = ""
    place: str = ""

    @property
    def who(self) -> str:
        return self.name or ("居民" if self.talk.follower_id else "还不认识的人")


@dataclass(frozen=True)
class Line:
    """One word of theirs, or of ours. `state` is how ours travelled, `failed` that theirs could not be worked on."""

    at: datetime
    ours: bool
    text: str
    by: str = ""
    state: str = ""
    reason: str = ""
    failed: str = ""
    inbound_id: int = 0
    media: Sequence[Media] = ()


async def listed(
    session: AsyncSession, inside: int | None, *, unread: bool = False, skip: int = 0, most: int = 50
) -> list[Row]:
    """Unread first, then the newest. `inside`: only those of people and places in this area."""
    wanted = _rows(inside).where(
        col(Conversation.last_at).is_not(None),
        sa.or_(col(Conversation.unread) > 0, col(Conversation.last_words) != FOLLOWED),
    )
    if unread:
        wanted = wanted.where(col(Conversation.unread) > 0)
    ordered = wanted.order_by((col(Conversation.unread) > 0).desc(), col(Conversation.last_at).desc())
    rows = await session.execute(ordered.offset(skip).limit(most))
    return [await _with_places(session, Row(talk, name or "", ab or "", place or "")) for talk, name, ab, place in rows]


async def unread(session: AsyncSession, inside: int | None) -> int:
    """How many conversations somebody has to look at."""
    ours = _rows(inside).where(col(Conversation.last_at).is_not(None), col(Conversation.unread) > 0)
    counted = sa.select(sa.func.count()).select_from(ours.with_only_columns(col(Conversation.id)).subquery())
    return await session.scalar(counted) or 0


async def conversation(session: AsyncSession, inside: int | None, uid: str) -> Row | None:
    """None where there is none, or where it is none of theirs."""
    row = (await session.execute(_rows(inside).where(col(Conversation.uid) == uid))).first()
    return await _with_places(session, Row(row[0], row[1] or "", row[2] or "", row[3] or "")) if row else None


async def lines(session: AsyncSession, talk: Conversation) -> list[Line]:
    """Both sides, oldest first, each answer behind its word; the last hundred of each."""
    both = [*reversed(await _theirs(session, talk)), *reversed(await _ours(session, talk))]
    return sorted(both, key=lambda line: (line.at, not line.inbound_id, line.inbound_id, line.ours))


async def stuck(session: AsyncSession, most: int = 50) -> Sequence[Inbound]:
    """Words that failed for good, and events that we do not know, newest first."""
    unknown = (col(Inbound.kind) == "event") & (col(Inbound.intent) == "unknown")
    wanted = select(Inbound).where(sa.or_(col(Inbound.state) == Work.failed, unknown))
    return (await session.execute(wanted.order_by(col(Inbound.id).desc()).limit(most))).scalars().all()


async def of_sender(session: AsyncSession, word: Inbound) -> Conversation | None:
    """The conversation in which a word was said."""
    wanted = select(Conversation).where(
        col(Conversation.road) == word.road,
        col(Conversation.platform) == word.platform,
        col(Conversation.address) == word.sender,
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def waiting(session: AsyncSession) -> int:
    """Words that are not worked on yet."""
    counted = sa.select(sa.func.count()).select_from(Inbound).where(col(Inbound.state) == Work.waiting)
    return await session.scalar(counted) or 0


def _rows(inside: int | None) -> sa.Select[Conversation, str, str, str]:
    wanted = (
        sa.select(Conversation, col(Person.name), col(Person.ab), col(Area.name))
        .join(Person, col(Person.id) == col(Conversation.person_id), isouter=True)
        .join(Area, col(Area.id) == col(Person.area_id), isouter=True)
    )
    if inside is None:
        return wanted
    here = f"/{int(inside)}/"
    theirs = (
        sa.select(col(Subscription.follower_id))
        .join(Area, col(Area.id) == col(Subscription.area_id))
        .where(col(Area.path).contains(here))
    )
    return wanted.where(sa.or_(col(Area.path).contains(here), col(Conversation.follower_id).in_(theirs)))


async def _with_places(session: AsyncSession, row: Row) -> Row:
    """A resident stands where they subscribe to."""
    if row.place or row.talk.follower_id is None:
        return row
    names = sa.select(col(Area.name)).join(Subscription, col(Subscription.area_id) == col(Area.id))
    found = await session.execute(names.where(col(Subscription.follower_id) == row.talk.follower_id).limit(3))
    return Row(row.talk, row.name, row.ab, "、".join(found.scalars()))


async def _theirs(session: AsyncSession, talk: Conversation) -> list[Line]:
    wanted = (
        select(Inbound)
        .where(
            col(Inbound.road) == talk.road, col(Inbound.platform) == talk.platform, col(Inbound.sender) == talk.address
        )
        .order_by(col(Inbound.id).desc())
        .limit(LINES)
    )
    words = (await session.execute(wanted)).scalars().all()
    media: defaultdict[int, list[Media]] = defaultdict(list)
    found = await session.execute(select(Media).where(col(Media.inbound_id).in_([word.id for word in words])))
    for medium in found.scalars():
        media[medium.inbound_id].append(medium)
    return [
        Line(
            word.received_at,
            False,
            _text(word, media[word.id]),
            failed=word.error if word.state is Work.failed else "",
            inbound_id=word.id,
            media=media[word.id],
        )
        for word in words
        if word.kind != "event" or word.event.lower() in EVENTS
    ]


def _text(word: Inbound, media: Sequence[Media]) -> str:
    if word.kind == "event":
        return f"［{EVENTS[word.event.lower()]}］"
    heard = said(word.kind, word.body)
    shows_itself = any(medium.state is MediaState.kept for medium in media)
    return heard.text if heard.kind == "text" or shows_itself else heard.shown


async def _ours(session: AsyncSession, talk: Conversation) -> list[Line]:
    wanted = (
        sa.select(Utterance, col(Batch.state), col(Batch.reason))
        .join(Batch, col(Batch.broadcast_id) == col(Utterance.broadcast_id), isouter=True)
        .where(col(Utterance.conversation_id) == talk.id)
        .order_by(col(Utterance.id).desc())
        .limit(LINES)
    )
    return [
        Line(
            u.at,
            True,
            u.text,
            by=u.by,
            state=(state or State.failed).value,
            reason=reason if state else "no_road",
            inbound_id=u.inbound_id or 0,
        )
        for u, state, reason in await session.execute(wanted)
    ]
