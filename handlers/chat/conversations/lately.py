"""Who has said anything lately, by whatever road: a word in a conversation, or an answer on a page."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.answers.models import Answer, Said
from handlers.chat.conversations.models import Conversation


class Lately:
    """Fills drills.reminders.sweep.Heard."""

    async def since(self, session: AsyncSession, people: Collection[int], at: datetime) -> set[int]:
        """Of these people, who has said something since `at`."""
        spoke = sa.select(col(Conversation.person_id)).where(col(Conversation.last_at) >= at)
        answered = sa.select(col(Answer.person_id)).where(col(Answer.at) >= at, col(Answer.said) != Said.knocked)
        found = {*(await session.execute(spoke)).scalars(), *(await session.execute(answered)).scalars()}
        return {one for one in people if one in found}
