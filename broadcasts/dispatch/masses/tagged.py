"""Who stands under one of the account's tags: as many as the platform says, and of those the ones we know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.sets import parts
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Follower


@dataclass(frozen=True)
class Tagged:
    """`size` is the platform's own number. `ids` are those of them who follow here, in rising order: whoever followed
    before this county's desk was there, is under the tag and not among them."""

    id: int
    name: str
    size: int
    ids: Sequence[int] = field(default_factory=tuple)


async def tagged(session: AsyncSession, number: int, name: str, size: int, openids: Collection[str]) -> Tagged:
    ids: set[int] = set()
    for part in parts(sorted(openids)):
        mine = (col(Follower.road) == Road.live, col(Follower.left_at).is_(None), col(Follower.openid).in_(part))
        ids.update((await session.execute(sa.select(col(Follower.id)).where(*mine))).scalars())
    return Tagged(number, name, max(size, len(ids)), sorted(ids))
