"""A resident is forgotten: the hazard stays on the county's record, who told it and their pictures do not."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from broadcasts.subscriptions.models import Follower
from handlers.hints.models import Hint, HintPicture, Part
from handlers.wechat.files import erase, path_of

ERASED = "follower:erased"


async def forget(session: AsyncSession, follower: Follower, conversations: sa.Select[Any], at: datetime) -> None:
    """Hints lose their reporter, their conversation and the pictures of the form. An anonymous one's seal names a
    conversation alone, which has lost its address: nothing of it leads to anybody any more."""
    theirs = sa.and_(
        sa.or_(col(Hint.follower_id) == follower.id, col(Hint.conversation_id).in_(conversations)),
        col(Hint.person_id).is_(None),
    )
    ids = sa.select(col(Hint.id)).where(theirs)
    sent = sa.update(HintPicture).where(col(HintPicture.hint_id).in_(ids), col(HintPicture.part) == Part.found)
    quietly = {"synchronize_session": False}
    await session.execute(sent.values(erased_at=at).execution_options(**quietly))
    gone = {"follower_id": None, "conversation_id": None, "by": ERASED}
    await session.execute(sa.update(Hint).where(theirs).values(**gone).execution_options(**quietly))


async def erase_pictures(session: AsyncSession, settings: Settings) -> int:
    """Take away the files whose rows say so; the row tells it only when the file is gone. How many."""
    there = (col(HintPicture.erased_at).is_not(None), col(HintPicture.size) > 0)
    rows = (await session.execute(sa.select(col(HintPicture.id), col(HintPicture.uid)).where(*there))).all()
    for _, uid in rows:
        erase(path_of(settings, uid))
    gone = sa.update(HintPicture).where(col(HintPicture.id).in_([number for number, _ in rows]))
    await session.execute(gone.values(size=0, sha256=""))
    return len(rows)
