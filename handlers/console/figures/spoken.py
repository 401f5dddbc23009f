"""The words by which answers were given, for the evidence pack: what was typed, and what a recording said."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.sets import parts
from handlers.wechat.models import Inbound, Media

BY_CHAT = "inbound:"  # how an answer's source begins that came as a word
LONGEST = 120  # letters that a line shows


class KeptWords:
    """Fills broadcasts.evidence.pack.Spoken."""

    async def words(self, session: AsyncSession, sources: Collection[str]) -> Mapping[str, str]:
        ids = {source: int(source.split(":")[1]) for source in sources if source.startswith(BY_CHAT)}
        said: dict[int, str] = {}
        for some in parts(set(ids.values())):
            wanted = sa.select(col(Inbound.id), col(Inbound.body), sa.func.max(col(Media.words)))
            wanted = wanted.join(Media, col(Media.inbound_id) == col(Inbound.id), isouter=True)
            wanted = wanted.where(col(Inbound.id).in_(some)).group_by(col(Inbound.id))
            for number, body, heard in await session.execute(wanted):
                said[number] = " ".join(str(body.get("Content") or heard or "").split())[:LONGEST]
        return {source: said[number] for source, number in ids.items() if said.get(number)}
