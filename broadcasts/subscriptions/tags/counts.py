"""How far each tag is, by our rows: beside the platform's own count, which knows whom others put there as well."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.subscriptions.tags.models import Put, TagPut


@dataclass
class Ours:
    """`inside` the platform took; `due` wait to go in or out, of late for the reason in `waits`."""

    inside: int = 0
    due: int = 0
    waits: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    areas: set[int] = field(default_factory=set)


async def ours(session: AsyncSession) -> Mapping[int, Ours]:
    """By tag."""
    what = (col(TagPut.tag_id), col(TagPut.area_id), col(TagPut.wanted), col(TagPut.state), col(TagPut.reason))
    found: defaultdict[int, Ours] = defaultdict(Ours)
    for tag, area, wanted, state, reason, number in await session.execute(
        sa.select(*what, sa.func.count()).group_by(*what)
    ):
        mine = found[tag]
        if wanted:
            mine.areas.add(area)
        if state is Put.due:
            mine.due += number
            mine.waits.update({reason: number} if reason else {})
        elif state is Put.failed:
            mine.failed[reason] += number
        elif wanted:
            mine.inside += number
    return found
