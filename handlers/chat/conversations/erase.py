"""Forgetting a resident: what they said, what we answered, the places they chose. Counts and the record stay."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.subscriptions import follow
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.reports.forget import forget
from handlers.wechat.models import Inbound, Media, Platform
from handlers.wechat.prune import ERASED

GONE = "（已按本人要求删除）"


async def erase(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """Words, pictures' names and addresses go; ids stay, so that the record's chain holds."""
    openid, erased = follower.openid, f"erased:{follower.uid}"
    ours = sa.select(col(Conversation.id)).where(col(Conversation.follower_id) == follower.id)
    await session.execute(sa.update(Utterance).where(col(Utterance.conversation_id).in_(ours)).values(text=GONE))
    theirs = sa.select(col(Inbound.id)).where(
        col(Inbound.road) == follower.road, col(Inbound.platform) == Platform.oa, col(Inbound.sender) == openid
    )
    await session.execute(
        sa.update(Media).where(col(Media.inbound_id).in_(theirs)).values(words="", reason=ERASED, media_id="")
    )
    await session.execute(
        sa.update(Inbound)
        .where(col(Inbound.road) == follower.road, col(Inbound.platform) == Platform.oa, col(Inbound.sender) == openid)
        .values(body={}, sender=erased)
    )
    await session.execute(
        sa.update(Conversation)
        .where(col(Conversation.follower_id) == follower.id)
        .values(address=erased, last_words=GONE, facts={}, dialogue="")
    )
    await forget(session, follower, ours)
    await follow.erase(session, follower, at)
