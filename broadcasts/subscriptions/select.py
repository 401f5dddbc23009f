"""Which residents hear an alert: by place, hazard and grade; quiet hours hold back what is neither red nor orange."""

from collections.abc import Collection
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.models import Follower, Subscription

URGENT = frozenset({Grade.red, Grade.orange})
CHANNEL = "oa_template"
ROLE = "居民"


async def followers(
    session: AsyncSession,
    areas: Tree,
    hit: Collection[int],
    *,
    event_code: str | None,
    grade: Grade | None,
    at: datetime,
    zone: ZoneInfo,
    also: Collection[tuple[str, int]] = (),
    staff: Collection[int] = (),
    clear: bool = False,
) -> list[Target]:
    """Followers whose places an alert hits; who chose no place hears of the county's red and orange. `also` are targets
    of what it replaces; `staff` are people who get a copy already. An all-clear goes to `also` alone."""
    rows = await session.execute(
        sa.select(Follower, Subscription)
        .join(Subscription, col(Subscription.follower_id) == col(Follower.id), isouter=True)
        .where(col(Follower.left_at).is_(None), col(Follower.stopped_at).is_(None))
        .order_by(col(Follower.id))
    )
    reach = {node.id for area in hit for node in (*areas.below(area), *areas.up(area))}
    before = {number for kind, number in also if kind == "follower"}
    root = areas.roots[0].id if areas.roots else 0
    chosen: dict[int, Target] = {}
    for follower, subscription in rows:
        wanted = follower.id in before or (not clear and _wants(subscription, reach, event_code, grade))
        if wanted and follower.id not in chosen and follower.person_id not in staff:
            area = subscription.area_id if subscription else root
            chosen[follower.id] = _target(follower, areas, area, _mode(follower, grade, at, zone, clear=clear))
    return list(chosen.values())


def _wants(s: Subscription | None, reach: Collection[int], event_code: str | None, grade: Grade | None) -> bool:
    if s is None:
        return grade in URGENT and bool(reach)
    hazards = [code for code in s.hazards.split(",") if code]
    return (
        s.area_id in reach
        and (not hazards or any((event_code or "").startswith(code) for code in hazards))
        and (not s.least or (grade is not None and grade.rank <= Grade(s.least).rank))
    )


def _mode(follower: Follower, grade: Grade | None, at: datetime, zone: ZoneInfo, *, clear: bool) -> Mode:
    if grade in URGENT and not clear:
        return Mode.quiet
    return Mode.digest if quiet(follower.quiet_from, follower.quiet_to, at.astimezone(zone).time()) else Mode.quiet


def quiet(begins: str, ends: str, now: time) -> bool:
    """Whether `now` lies in the quiet hours, which may cross midnight."""
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    return first <= now < last if first <= last else now >= first or now < last


def _target(follower: Follower, areas: Tree, area_id: int, mode: Mode) -> Target:
    town = areas.nodes[area_id].town_id if area_id in areas.nodes else None
    roads = {CHANNEL: follower.openid}
    return Target("follower", follower.id, area_id, town, ROLE, follower.language, mode, roads)
