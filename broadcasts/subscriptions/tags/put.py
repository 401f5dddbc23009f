"""Who belongs under a tag: the followers of its places. Asked for in rows, which a sweep brings to the platform."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.turns import turn
from bot.db.types import UtcDateTime, words
from bot.directory.sets import parts
from bot.directory.tree import Node, Tree
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Follower, Subscription
from broadcasts.subscriptions.tags.models import Put, TagPlace, TagPut


@dataclass(frozen=True)
class Asked:
    """How many are to be put there, and taken out since they follow for none of its places any more."""

    into: int
    out: int


class Known(NamedTuple):
    id: int
    follower_id: int
    wanted: bool
    state: Put


async def put(session: AsyncSession, areas: Tree, tag_id: int, node: Node, *, by: str, at: datetime) -> Asked:
    """Bring the tag up to those who follow for this place and below it now; who follows for none of the tag's places
    any more is taken out. Asked again, only what changed is due."""
    await turn(session, f"tag:{tag_id}")
    here = await followers_of(session, areas, [node.id])
    anywhere = here | await followers_of(session, areas, await _places(session, tag_id, node.id))
    known = await _known(session, tag_id)
    new = here - {row.follower_id for row in known}
    again = [row.id for row in known if row.follower_id in here and not (row.wanted and row.state is Put.done)]
    gone = [row.id for row in known if row.wanted and row.follower_id not in anywhere]
    await _insert(session, tag_id, sorted(new), at)
    await _change(session, again, at, wanted=True)
    await _change(session, gone, at, wanted=False)
    await _anew(session, tag_id)
    asked = Asked(len(new) + len(again), len(gone))
    record(session, by, "tag.put", f"tag:{tag_id}", at, area=node.code, into=asked.into, out=asked.out)
    return asked


async def forget(session: AsyncSession, tag_id: int) -> None:
    """The tag is no more."""
    await session.execute(sa.delete(TagPut).where(col(TagPut.tag_id) == tag_id))
    await session.execute(sa.delete(TagPlace).where(col(TagPlace.tag_id) == tag_id))


async def followers_of(session: AsyncSession, areas: Tree, places: Iterable[int]) -> set[int]:
    """Who follows on the live road, wants to hear, and chose one of these places or one below, by word or by poster."""
    found: set[int] = set()
    for part in parts({below.id for place in places if place in areas.nodes for below in areas.below(place)}):
        rows = await session.execute(
            sa.select(col(Follower.id))
            .join(Subscription, col(Subscription.follower_id) == col(Follower.id))
            .where(
                col(Subscription.area_id).in_(part), col(Follower.road) == Road.live,
                col(Follower.left_at).is_(None), col(Follower.stopped_at).is_(None),
            )
        )  # fmt: skip
        found.update(rows.scalars())
    return found


async def _places(session: AsyncSession, tag_id: int, area_id: int) -> Sequence[int]:
    """Those that the tag was filled from before; this one is kept with them."""
    rows = await session.execute(sa.select(col(TagPlace.area_id)).where(col(TagPlace.tag_id) == tag_id))
    before = rows.scalars().all()
    if area_id not in before:
        session.add(TagPlace(tag_id=tag_id, area_id=area_id))
    return before


async def _known(session: AsyncSession, tag_id: int) -> list[Known]:
    what = (col(TagPut.id), col(TagPut.follower_id), col(TagPut.wanted), col(TagPut.state))
    return [Known(*row) for row in await session.execute(sa.select(*what).where(col(TagPut.tag_id) == tag_id))]


async def _insert(session: AsyncSession, tag_id: int, followers: Collection[int], at: datetime) -> None:
    values = {
        "tag_id": sa.literal(tag_id), "openid": sa.literal(""), "wanted": sa.true(),
        "state": sa.literal(Put.due, words(Put, 8)), "reason": sa.literal(""), "tries": sa.literal(0),
        "due_at": sa.literal(at, UtcDateTime()),
    }  # fmt: skip
    for part in parts(followers):
        rows = (
            sa.select(col(Follower.id), *values.values()).where(col(Follower.id).in_(part)).order_by(col(Follower.id))
        )
        await session.execute(sa.insert(TagPut).from_select(["follower_id", *values], rows))


async def _change(session: AsyncSession, ids: Collection[int], at: datetime, *, wanted: bool) -> None:
    for part in parts(ids):
        await session.execute(
            sa.update(TagPut)
            .where(col(TagPut.id).in_(part))
            .values(wanted=wanted, state=Put.due, reason="", tries=0, due_at=at)
            .execution_options(synchronize_session=False)
        )


async def _anew(session: AsyncSession, tag_id: int) -> None:
    """Who was erased, and has come again under another name of ours, is not to be taken out under the old one."""
    new = aliased(TagPut)
    theirs = (
        sa.select(col(Follower.openid))
        .join(new, col(new.follower_id) == col(Follower.id))
        .where(col(new.tag_id) == tag_id, col(new.wanted), col(Follower.road) == Road.live)
    )
    await session.execute(
        sa.update(TagPut)
        .where(col(TagPut.tag_id) == tag_id, col(TagPut.openid) != "", col(TagPut.openid).in_(theirs))
        .values(state=Put.done, openid="", reason="")
        .execution_options(synchronize_session=False)
    )
