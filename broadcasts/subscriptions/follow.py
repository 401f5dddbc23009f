"""Following and leaving, and what a follower wants to hear of. Each change is on the record by the follower's id."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Consent, Follower, Subscription
from broadcasts.subscriptions.tags import out

HOME = "家"
PARENTS = "父母的村"
MOST_PLACES = 10


async def found(session: AsyncSession, road: Road, openid: str) -> Follower | None:
    wanted = select(Follower).where(col(Follower.road) == road, col(Follower.openid) == openid)
    return (await session.execute(wanted)).scalar_one_or_none()


async def follow(
    session: AsyncSession, road: Road, openid: str, at: datetime, *, area_id: int | None = None
) -> Follower:
    """Somebody follows, or comes back: what they had chosen is still theirs. `area_id` is the poster's village."""
    follower = await found(session, road, openid)
    if follower is None:
        await turn(session, f"follower:{road}:{openid}")
        follower = await found(session, road, openid)
    if follower is None:
        follower = Follower(uid=uuid7(at), road=road, openid=openid, followed_at=at)
        session.add(follower)
        await session.flush()
        record(session, actor(follower), "follower.came", follower.uid, at)
    elif follower.left_at is not None or follower.stopped_at is not None:
        follower.left_at = follower.stopped_at = None
        record(session, actor(follower), "follower.came-back", follower.uid, at)
    if area_id is not None:
        await subscribe(session, follower, area_id, at, label="" if await places(session, follower) else HOME)
    return follower


async def leave(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """Unfollowed: nothing can be sent, nothing is forgotten."""
    follower.left_at = at
    await out.left(session, follower)
    record(session, actor(follower), "follower.left", follower.uid, at)


async def stop(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """退订 ends everything until they subscribe again."""
    follower.stopped_at = at
    record(session, actor(follower), "follower.stopped", follower.uid, at)


async def subscribe(
    session: AsyncSession,
    follower: Follower,
    area_id: int,
    at: datetime,
    *,
    label: str | None = None,
    hazards: str | None = None,
    least: str | None = None,
) -> Subscription | None:
    """Hear of a place, or change how. What is not given stays. None where there are ten places already."""
    await turn(session, f"places:{follower.id}")
    mine = await places(session, follower)
    row = next((s for s in mine if s.area_id == area_id), None)
    if row is None:
        if len(mine) >= MOST_PLACES:
            return None
        row = Subscription(follower_id=follower.id, area_id=area_id, since=at)
    for name, value in (("label", label), ("hazards", hazards), ("least", least)):
        if value is not None:
            setattr(row, name, value)
    session.add(row)
    await session.flush()
    follower.stopped_at = None
    record(session, actor(follower), "follower.subscribed", follower.uid, at, area=area_id)
    return row


async def unsubscribe(session: AsyncSession, follower: Follower, area_id: int, at: datetime) -> bool:
    """No longer hear of one place. False where it was none of theirs."""
    row = next((s for s in await places(session, follower) if s.area_id == area_id), None)
    if row is None:
        return False
    await session.delete(row)
    record(session, actor(follower), "follower.unsubscribed", follower.uid, at, area=area_id)
    return True


async def places(session: AsyncSession, follower: Follower) -> list[Subscription]:
    """Oldest first."""
    wanted = select(Subscription).where(col(Subscription.follower_id) == follower.id).order_by(col(Subscription.id))
    return list((await session.execute(wanted)).scalars().all())


async def keep_quiet(session: AsyncSession, follower: Follower, quiet_from: str, quiet_to: str, at: datetime) -> None:
    """Between these hours only red and orange come at once, the rest with the morning. Equal hours: never quiet."""
    follower.quiet_from, follower.quiet_to = quiet_from, quiet_to
    record(session, actor(follower), "follower.quiet", follower.uid, at)


async def speak(session: AsyncSession, follower: Follower, language: str, at: datetime) -> None:
    """In which language they want to be told."""
    follower.language = language
    record(session, actor(follower), "follower.language", follower.uid, at)


async def erase(session: AsyncSession, follower: Follower, at: datetime) -> None:
    """Forget who this was. The row stays, so that what was sent can still be counted. Who stands under a tag of the
    account is taken out first."""
    await out.erased(session, follower, at)
    await session.execute(sa.delete(Subscription).where(col(Subscription.follower_id) == follower.id))
    mine = (col(Consent.road) == follower.road) & (col(Consent.openid) == follower.openid)
    await session.execute(sa.delete(Consent).where(mine))
    follower.openid, follower.person_id = f"erased:{follower.uid}", None
    follower.left_at = follower.left_at or at
    record(session, "system", "follower.erased", follower.uid, at)


def actor(follower: Follower) -> str:
    return f"follower:{follower.uid}"
