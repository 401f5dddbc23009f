"""That something is owed to whoever had a mass send is a row, written with the warning that takes its place; what
follows is planned afterwards, by a tick: half a million readers hold up no warning, and what breaks undoes none."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.sweeps.each import each
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.masses.decide import supersede_asks
from broadcasts.dispatch.masses.following.follow import Owed, follow, planned
from broadcasts.dispatch.masses.following.models import MassOwed
from broadcasts.dispatch.models import Broadcast, MassSend

DUE = select(MassOwed.broadcast_id).order_by(col(MassOwed.broadcast_id))


async def owe(session: AsyncSession, broadcast: Broadcast, olds: Sequence[Alert], at: datetime) -> None:
    """`broadcast` goes out in place of `olds`. What of those waits for a word waits no longer; what was owed for them
    and is not planned yet is owed for this one."""
    if not olds:
        return
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_([old.id for old in olds]))
    before = [*(await session.execute(mine)).scalars()]
    waited = [asked.id for asked in await supersede_asks(session, before, at)]
    for owed in (await session.execute(select(MassOwed).where(col(MassOwed.broadcast_id).in_(before)))).scalars():
        waited += owed.waited
        await session.delete(owed)
    if waited or await session.scalar(sa.select(col(MassSend.id)).limit(1)) is not None:
        session.add(MassOwed(broadcast_id=broadcast.id, waited=waited))


async def anything_due(session: AsyncSession) -> bool:
    return (await session.execute(DUE.limit(1))).first() is not None


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many were asked for, or left by themselves."""
    async with deps.read() as session:
        due = [*(await session.execute(DUE)).scalars()]
    return await each(deps, "masses.owed", due, partial(_deal, deps=deps, at=at), at)


async def _deal(session: AsyncSession, broadcast_id: str, *, deps: Deps, at: datetime) -> int:
    """Planned by a session of its own before anything is locked: to count them may take a second."""
    async with deps.read() as reading:
        made = await _planned(reading, deps.settings, broadcast_id, at)
    owed = await session.get(MassOwed, broadcast_id, with_for_update=True)
    if owed is None:
        return 0
    await session.delete(owed)
    return int(made is not None and await follow(session, deps.settings, made, at=at) is not None)


async def _planned(session: AsyncSession, settings: Settings, broadcast_id: str, at: datetime) -> Owed | None:
    owed = await session.get(MassOwed, broadcast_id)
    broadcast = await session.get_one(Broadcast, broadcast_id)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    if owed is None or alert is None:
        return None
    waited = (await session.execute(select(MassSend).where(col(MassSend.id).in_(owed.waited)))).scalars().all()
    return await planned(session, settings, alert, broadcast, waited, at)
