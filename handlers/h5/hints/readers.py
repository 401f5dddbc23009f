"""Whose page it is: the reader of a phone as the reporter of hints, with the conversation that hears the answer."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import DEPS
from bot.directory.tree import Tree
from broadcasts.subscriptions.follow import places
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.speaker import speaker
from handlers.h5.identity import Reader, own_form
from handlers.reports.reporter import Reporter, home_of


async def reading(session: AsyncSession, who: Reader, areas: Tree) -> Reporter:
    """As they are known now; nothing is written."""
    wanted = select(Conversation.id).where(
        col(Conversation.road) == who.road, col(Conversation.platform) == who.platform,
        col(Conversation.address) == who.address,
    )  # fmt: skip
    return await _reporter(session, who, areas, (await session.execute(wanted)).scalar_one_or_none())


async def writing(session: AsyncSession, request: web.Request, who: Reader, areas: Tree) -> Reporter:
    """With a conversation, which is opened where they never wrote."""
    spoken = await speaker(session, who.road, who.platform, who.address, request.app[DEPS].clock.now())
    return await _reporter(session, who, areas, spoken.conversation.id)


def own_press(request: web.Request, who: Reader, about: str, key: str) -> str:
    """The form's own number. Raises 403 where it was made for somebody else, or where nobody in particular reads."""
    number = own_form(request.app[DEPS], who, about, key)
    if number is None or who.snapshot or (who.person is None and who.follower is None):
        raise web.HTTPForbidden
    return number


async def _reporter(session: AsyncSession, who: Reader, areas: Tree, conversation_id: int | None) -> Reporter:
    rows = await places(session, who.follower) if who.follower and who.person is None else []
    home = home_of(who.person, [row.area_id for row in rows], areas)
    follower = who.follower if who.person is None else None
    return Reporter(who.actor, "h5", who.person, follower, conversation_id, home, who.road)
