"""How far each tag is, by our rows: beside the platform's own count, which knows whom others put there as well."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.subscriptions.tags.models import Put, TagPlace, TagPut


@dataclass
class Ours:
    """`inside` the platform took; `due` wait to go in or out. Of late for a reason: `to_come` in, `to_go` out. `failed`
    did not get in; `areas` are the places that it was filled from."""

    inside: int = 0
    due: int = 0
    to_come: Counter[str] = field(default_factory=Counter)
    to_go: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    areas: set[int] = field(default_factory=set)


async def ours(session: AsyncSession) -> Mapping[int, Ours]:
    """By tag."""
    what = (col(TagPut.tag_id), col(TagPut.wanted), col(TagPut.state), col(TagPut.reason))
    found: defaultdict[int, Ours] = defaultdict(Ours)
    for tag, area in await session.execute(sa.select(col(TagPlace.tag_id), col(TagPlace.area_id))):
        found[tag].areas.add(area)
    for tag, wanted, state, reason, number in await session.execute(sa.select(*what, sa.func.count()).group_by(*what)):
        mine = found[tag]
        if state is Put.due:
            mine.due += number
            (mine.to_come if wanted else mine.to_go).update({reason: number} if reason else {})
        elif state is Put.failed:
            mine.failed[reason] += number
        elif wanted:
            mine.inside += number
    return found
