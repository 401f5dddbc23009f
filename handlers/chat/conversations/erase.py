"""Forgetting a resident: what they said, what we answered, the places they chose. Counts and the record stay."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.subscriptions import follow
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.hints.reporters import forget as hints
from handlers.reports.forget import forget
from handlers.wechat.models import Inbound, Media, Platform, Work
from handlers.wechat.prune import ERASED
from handlers.wechat.speech.models import Speech

GONE = "（已按本人要求删除）"
REQUEST = "erase_me"  # the event that stands for the request; no platform sends it


async def ask_to_erase(session: AsyncSession, follower: Follower, at: datetime) -> bool:
    """Forget them, once all that they have said is worked on: a cry for help may wait among it. The request then stands
    behind it as a word of its own. False where it has to wait."""
    waiting = sa.select(col(Inbound.id)).where(*_from(follower), col(Inbound.state) == Work.waiting)
    if (await session.execute(waiting.limit(1))).first() is None:
        await erase(session, follower, at)
        return True
    name = uuid7(at)
    session.add(
        Inbound(
            key=name, road=follower.road, platform=Platform.oa, sender=follower.openid, kind="event", event=REQUEST,
            body={}, said_at=at, received_at=at,
        )
    )  # fmt: skip
    record(session, f"follower:{follower.uid}", "erase.asked", follower.uid, at)
    return False


async def erase(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """Words, pictures' names and addresses go; ids stay, so that the record's chain holds. What they have said since,
    and nobody has worked on, is a new beginning."""
    erased = f"erased:{follower.uid}"
    ours = sa.select(col(Conversation.id)).where(col(Conversation.follower_id) == follower.id)
    await session.execute(sa.update(Utterance).where(col(Utterance.conversation_id).in_(ours)).values(text=GONE))
    worked_on = (*_from(follower), col(Inbound.state) != Work.waiting)
    theirs = sa.select(col(Inbound.id)).where(*worked_on)
    await session.execute(
        sa.update(Media).where(col(Media.inbound_id).in_(theirs)).values(words="", reason=ERASED, media_id="")
    )
    heard = sa.select(col(Media.id)).where(col(Media.inbound_id).in_(theirs))
    await session.execute(sa.update(Speech).where(col(Speech.media_id).in_(heard)).values(words=""))
    await session.execute(sa.update(Inbound).where(*worked_on).values(body={}, sender=erased))
    await session.execute(
        sa.update(Conversation)
        .where(col(Conversation.follower_id) == follower.id)
        .values(address=erased, last_words=GONE, facts={}, dialogue="")
    )
    await forget(session, follower, ours)
    await hints.forget(session, follower, ours, at)
    await follow.erase(session, follower, at)


def _from(follower: Follower) -> tuple[sa.ColumnElement[bool], ...]:
    """Of an Inbound: theirs."""
    return (
        col(Inbound.road) == follower.road,
        col(Inbound.platform) == Platform.oa,
        col(Inbound.sender) == follower.openid,
    )
