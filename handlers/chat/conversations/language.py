"""In which language somebody speaks, as far as we know them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.models import Conversation
from handlers.wechat.models import Inbound


async def language_of(session: AsyncSession, talk: Conversation) -> str:
    """Of the one who speaks there."""
    person = await session.get(Person, talk.person_id) if talk.person_id is not None else None
    follower = await session.get(Follower, talk.follower_id) if talk.follower_id is not None else None
    who = person or follower
    return who.language if who else CHINESE


async def spoken_by(session: AsyncSession, inbound_id: int) -> str:
    """Of the one who said this word."""
    wanted = (
        sa.select(sa.func.coalesce(col(Person.language), col(Follower.language)))
        .select_from(Inbound)
        .join(
            Conversation,
            (col(Conversation.road) == col(Inbound.road))
            & (col(Conversation.platform) == col(Inbound.platform))
            & (col(Conversation.address) == col(Inbound.sender)),
        )
        .join(Person, col(Person.id) == col(Conversation.person_id), isouter=True)
        .join(Follower, col(Follower.id) == col(Conversation.follower_id), isouter=True)
        .where(col(Inbound.id) == inbound_id)
    )
    return str(await session.scalar(wanted) or CHINESE)
