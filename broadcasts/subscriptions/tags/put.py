"""Who belongs under a tag: the followers of its village. Asked for in rows, which a sweep brings to the platform."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.sets import insert_all, parts, update_all
from bot.directory.tree import Node, Tree
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Follower, Subscription
from broadcasts.subscriptions.tags.models import Put, TagPut


@dataclass(frozen=True)
class Asked:
    """How many are to be put there, and taken out since they chose another place or want nothing any more."""

    into: int
    out: int


async def put(session: AsyncSession, areas: Tree, tag_id: int, node: Node, *, by: str, at: datetime) -> Asked:
    """Bring the tag up to those who follow for this place and below it now. Asked again, only what changed is due."""
    here, mine = await followers_of(session, areas, node), select(TagPut).where(col(TagPut.tag_id) == tag_id)
    known = {row.follower_id: row for row in (await session.execute(mine)).scalars()}
    new = [
        {"tag_id": tag_id, "follower_id": one, "area_id": node.id, "wanted": True, "state": Put.due, "reason": "",
         "tries": 0, "due_at": at}
        for one in sorted(here - known.keys())
    ]  # fmt: skip
    await insert_all(session, TagPut, new)
    again = [row for row in known.values() if row.follower_id in here and not (row.wanted and row.state is Put.done)]
    gone = [row for row in known.values() if row.area_id == node.id and row.follower_id not in here and row.wanted]
    await _change(session, again, node.id, at, wanted=True)
    await _change(session, gone, node.id, at, wanted=False)
    asked = Asked(len(new) + len(again), len(gone))
    record(session, by, "tag.put", f"tag:{tag_id}", at, area=node.code, into=asked.into, out=asked.out)
    return asked


async def stopped(session: AsyncSession, at: datetime) -> int:
    """Whoever wants to hear nothing any more, or follows no more, is taken out of every tag that we put them under."""
    left = sa.or_(col(Follower.stopped_at).is_not(None), col(Follower.left_at).is_not(None))
    rows = select(TagPut).join(Follower, col(Follower.id) == col(TagPut.follower_id)).where(col(TagPut.wanted), left)
    found = (await session.execute(rows)).scalars().all()
    for row in found:
        row.wanted, row.state, row.reason, row.tries, row.due_at = False, Put.due, "", 0, at
        session.add(row)
    return len(found)


async def forget(session: AsyncSession, tag_id: int) -> None:
    """The tag is no more."""
    await session.execute(sa.delete(TagPut).where(col(TagPut.tag_id) == tag_id))


async def followers_of(session: AsyncSession, areas: Tree, node: Node) -> set[int]:
    """Who follows on the live road, wants to hear, and chose this place or one below it, by word or by its poster."""
    found: set[int] = set()
    for part in parts([below.id for below in areas.below(node.id)]):
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


async def _change(session: AsyncSession, rows: list[TagPut], area_id: int, at: datetime, *, wanted: bool) -> None:
    values = {"area_id": area_id, "wanted": wanted, "state": Put.due, "reason": "", "tries": 0, "due_at": at}
    await update_all(session, TagPut, [{"id": row.id, **values} for row in rows])
