"""Whom the account may still answer: fills broadcasts.dispatch.failover.targets.ReplyWindows."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.sets import parts
from broadcasts.dispatch.states import Road
from handlers.chat.conversations.models import Conversation
from handlers.wechat.models import Platform


class Conversations:
    async def open(self, session: AsyncSession, road: Road, openids: Collection[str], at: datetime) -> set[str]:
        found: set[str] = set()
        for part in parts(set(openids)):
            open_ = (*_with(road, part), col(Conversation.reply_left) > 0, col(Conversation.reply_until) > at)
            found.update((await session.execute(sa.select(col(Conversation.address)).where(*open_))).scalars())
        return found

    async def use(self, session: AsyncSession, road: Road, openids: Collection[str]) -> None:
        for part in parts(set(openids)):
            mine = (*_with(road, part), col(Conversation.reply_left) > 0)
            await session.execute(sa.update(Conversation).where(*mine).values(reply_left=Conversation.reply_left - 1))


def _with(road: Road, openids: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Conversation.road) == road,
        col(Conversation.platform) == Platform.oa,
        col(Conversation.address).in_(openids),
    )
