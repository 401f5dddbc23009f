"""The second person: what somebody typed in and nobody has compared yet is let out by another hand alone."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import USER, hands
from bot.access.models import Role, User, UserRole
from bot.access.names import names
from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from bot.errors import SignalTreeError
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, AlertSource, Status
from broadcasts.audience.places import hit
from broadcasts.intake.message import Form

RELEASES = (Role.officer, Role.leader, Role.approver)  # who may let out what is held


class OwnText(SignalTreeError):
    """没有放行：这条是您自己录入的，要由另一个人对照原文后放行。"""


@dataclass(frozen=True)
class Typed:
    """By whom a held alert was typed in, and who else may release it: names, of officers and of all. `by` is empty
    where it was not typed in, or was compared by a second person."""

    by: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether no officer but the one who typed could be woken for it."""
        return bool(self.by) and not self.officers


async def typists(session: AsyncSession, alert: Alert) -> frozenset[str]:
    """The actors who typed it in, by each of their names, as long as nobody else has compared it with its original."""
    return await hands(session, await _origins(session, alert))


async def _origins(session: AsyncSession, alert: Alert) -> frozenset[str]:
    if not alert.typed_in:
        return frozenset()
    wanted = select(AlertSource.origin).where(
        col(AlertSource.alert_id) == alert.id, col(AlertSource.form) == Form.paste.value
    )
    return frozenset((await session.execute(wanted)).scalars())


async def typed(session: AsyncSession, alert: Alert | None) -> Typed:
    """Who typed in an alert that waits, and who else could release it."""
    by = await _origins(session, alert) if alert is not None and alert.status is Status.held else frozenset()
    if alert is None or not by:
        return Typed()
    own = await hands(session, by)
    rows = await session.execute(
        sa.select(
            col(User.name), sa.func.coalesce(col(Person.name), col(User.name)), col(User.area_id), col(UserRole.role)
        )
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .join(Person, col(User.person_id) == col(Person.id), isouter=True)
        .where(col(User.disabled_at).is_(None), col(UserRole.role).in_(RELEASES))
        .order_by(col(User.name))
    )
    areas = await tree(session)
    around = _around(areas, hit(message(alert.content), areas).areas)
    others = [
        (called, role)
        for name, called, area, role in rows
        if f"{USER}{name}" not in own and (area is None or area in around)
    ]
    officers = [name for name, role in others if role == Role.officer]
    called = await names(session, by)
    return Typed(
        tuple(sorted(called.get(actor, actor.partition(":")[2] or actor) for actor in by)),
        tuple(officers),
        tuple(dict.fromkeys(name for name, _ in others)),
    )


def _around(areas: Tree, places: Collection[int]) -> set[int]:
    """The areas in which everything that is hit lies."""
    ways = [{node.id for node in areas.up(place)} for place in places]
    return set.intersection(*ways) if ways else set()
