"""Pictures that came by a form: their bytes are judged and drawn anew like a chat's, and lie beside those."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.ids import uuid7
from handlers.hints.models import Hint, HintPicture, Part
from handlers.wechat.contents import Content
from handlers.wechat.files import path_of, write


async def keep(
    session: AsyncSession, settings: Settings, hint: Hint, drawn: Sequence[Content], *, part: Part, at: datetime
) -> None:
    """The files first, then their rows: a row without a file is a lie, a file without a row is swept by nobody and seen
    by nobody."""
    for one in drawn:
        uid = uuid7(at)
        await asyncio.to_thread(write, path_of(settings, uid), one.body)
        session.add(
            HintPicture(
                uid=uid, hint_id=hint.id, part=part, mime=one.mime, size=len(one.body),
                sha256=hashlib.sha256(one.body).hexdigest(), at=at,
            )
        )  # fmt: skip
    await session.flush()
