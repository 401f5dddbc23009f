"""A mass send that waits for a word rings whoever may agree to it, until somebody has decided or it is over."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands
from bot.access.models import Role, User, UserRole
from bot.directory.models import Address, Area, Person
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert
from broadcasts.audience.select import Target
from broadcasts.dispatch.masses.plan import MassPlan
from broadcasts.dispatch.models import Broadcast, MassSend
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.render import macro
from broadcasts.release.holds import close, open_hold, open_holds
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

BY = "system"
AGREES = (Role.leader, Role.approver)
APPLICATION = "wecom_app"


def about(broadcast_id: str) -> str:
    return f"mass:{broadcast_id}"


async def wait(session: AsyncSession, alert: Alert, broadcast: Broadcast, asked: MassSend, plan: MassPlan) -> Hold:
    """Ring at once, and every three minutes."""
    clear = "解除" if broadcast.purpose is Purpose.all_clear else ""
    said = macro(
        "mass.txt",
        "ring",
        what=f"{clear}{alert.grade.zh if alert.grade else ''}{alert.event}",
        why=asked.whom.value,
        size=asked.size,
        calls=asked.calls,
        left=max(0, plan.left - plan.calls),
        last=plan.last,
        full=asked.full,
        beyond=plan.beyond,
        most=plan.most,
    )
    at = asked.asked_at
    return await open_hold(session, Reason.mass, about=about(broadcast.id), said=said, by=BY, at=at, alert_id=alert.id)


async def decided(session: AsyncSession, broadcasts: Collection[str], how: str, *, by: str, at: datetime) -> None:
    """Nobody is rung for these any more."""
    wanted = select(Hold).where(
        col(Hold.about).in_([about(one) for one in broadcasts]), col(Hold.reason) == Reason.mass,
        col(Hold.closed_at).is_(None),
    )  # fmt: skip
    for waiting in (await session.execute(wanted)).scalars().all():
        await close(session, waiting, how, by=by, at=at)


async def waiting_holds(session: AsyncSession) -> list[Hold]:
    return [hold for hold in await open_holds(session) if hold.reason == Reason.mass]


async def deciders(session: AsyncSession, areas: Tree, alert_areas: Collection[int], hold: Hold) -> list[Target]:
    """Leaders and approvers who look after all of its places and are not the one who asked, by the application."""
    broadcast_id = hold.about.partition(":")[2]
    asker = sa.select(col(MassSend.asked_by)).where(col(MassSend.broadcast_id) == broadcast_id)
    own = await hands(session, set((await session.execute(asker.order_by(col(MassSend.id).desc()).limit(1))).scalars()))
    rows = await session.execute(
        sa.select(col(User.name), col(User.area_id), col(Person.id), col(Person.area_id), col(Area.town_id),
                  col(Person.language), col(Address.value))
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .join(Person, col(Person.id) == col(User.person_id))
        .join(Address, (col(Address.person_id) == col(Person.id)) & (col(Address.channel) == APPLICATION))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(UserRole.role).in_(AGREES), col(User.disabled_at).is_(None), col(Address.gone_at).is_(None))
        .order_by(col(Person.id))
        .distinct()
    )  # fmt: skip
    found = {
        person: Target("person", person, home, town, "", language, Mode.wake, {APPLICATION: to})
        for name, part, person, home, town, language, to in rows
        if f"user:{name}" not in own and _holds(areas, part, alert_areas)
    }
    return [*found.values()]


def _holds(areas: Tree, part: int | None, places: Collection[int]) -> bool:
    if part is None or part in {root.id for root in areas.roots}:
        return True
    inside = {node.id for node in areas.below(part)} if part in areas.nodes else set()
    return bool(places) and set(places) <= inside
