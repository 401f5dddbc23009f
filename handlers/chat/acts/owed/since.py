"""Whether the speaker has said something of her own since: then a 0 is about that."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.models import NOT_HERS, Answer
from handlers.chat.turn import Turn


async def answered_since(turn: Turn, person_id: int, since: datetime) -> bool:
    wanted = sa.select(col(Answer.id)).where(
        col(Answer.person_id) == person_id,
        col(Answer.at) > since,
        col(Answer.undone_at).is_(None),
        col(Answer.said).not_in(NOT_HERS),
    )
    return (await turn.session.execute(wanted.limit(1))).first() is not None
