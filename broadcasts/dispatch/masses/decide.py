"""Who may make a mass send, and the words that it takes: one asks, another agrees; of red one is enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands
from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit
from broadcasts.dispatch.issue import NO_END, rank
from broadcasts.dispatch.masses.freeze import freeze
from broadcasts.dispatch.masses.plan import MassPlan, NoMass, mass_plan, may_alone, refuse
from broadcasts.dispatch.masses.states import OPEN, Asked, Whom
from broadcasts.dispatch.masses.words import words
from broadcasts.dispatch.models import Broadcast, MassSend
from broadcasts.dispatch.recalls.reach import recalled_at

ASKED_FOR = timedelta(hours=2)  # how long somebody may agree to it: what it says is then old


class OwnAsk(SignalTreeError):
    """没有群发：这次群发是您自己提出的，要由另一个人（带班领导或审批人）同意。"""


class Decided(SignalTreeError):
    """没有办成：这次群发已经有人决定过了，或已经过期。请看这条预警的页面。"""


class Unsaid(SignalTreeError):
    """请写一句为什么不同意，让提出的人知道。"""


async def ask(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast, whom: Whom,
    *, by: str, at: datetime,
) -> MassSend:  # fmt: skip
    """Ask for one. What one person may send is sent at once. Raises NoMass, and then nothing was written."""
    await alone(session, broadcast)
    plan = await _planned(session, settings, areas, alert, hit, broadcast, whom, at)
    if await waiting(session, broadcast.id, at):
        raise NoMass("已经有一次群发在等人同意。请先决定那一次。")
    asked = MassSend(uid=uuid7(at), broadcast_id=broadcast.id, whom=whom, size=len(plan.ids), full=plan.full,
                     calls=plan.calls, asked_by=by, asked_at=at)  # fmt: skip
    session.add(asked)
    await session.flush()
    record(session, by, "mass.asked", asked.uid, at, broadcast=broadcast.id, whom=whom.value, copies=asked.size)
    if may_alone(alert):
        await _go(session, settings, areas, alert, hit, broadcast, asked, plan, by=by, at=at)
    return asked


async def agree(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast,
    asked: MassSend, *, by: str, at: datetime,
) -> None:  # fmt: skip
    """The second person, whatever name they come under. It goes to whoever it concerns now. Raises OwnAsk, Decided,
    NoMass."""
    if by in await hands(session, {asked.asked_by}):
        raise OwnAsk
    await alone(session, broadcast)
    if not open_at(asked, at):
        raise Decided
    plan = await _planned(session, settings, areas, alert, hit, broadcast, asked.whom, at)
    await _go(session, settings, areas, alert, hit, broadcast, asked, plan, by=by, at=at)


async def decline(session: AsyncSession, asked: MassSend, *, word: str, by: str, at: datetime) -> None:
    """Anybody who may decide, also whoever asked and has thought better of it. Raises Unsaid, Decided."""
    if not word.strip():
        raise Unsaid
    if not open_at(asked, at):
        raise Decided
    await _move(session, asked, Asked.declined, by, at, word=word.strip()[:255])
    record(session, by, "mass.declined", asked.uid, at)


def open_at(asked: MassSend, at: datetime) -> bool:
    return asked.state in OPEN and at < asked.asked_at + ASKED_FOR


async def waiting(session: AsyncSession, broadcast_id: str, at: datetime) -> MassSend | None:
    return next((one for one in await of_broadcast(session, broadcast_id) if open_at(one, at)), None)


async def of_broadcast(session: AsyncSession, broadcast_id: str) -> Sequence[MassSend]:
    """The newest first."""
    wanted = select(MassSend).where(col(MassSend.broadcast_id) == broadcast_id).order_by(col(MassSend.id).desc())
    return (await session.execute(wanted)).scalars().all()


async def alone(session: AsyncSession, broadcast: Broadcast) -> None:
    """One after the other, so that the second sees whom the first has reached. SQLite's writers are so anyway."""
    await session.execute(sa.select(col(Broadcast.id)).where(col(Broadcast.id) == broadcast.id).with_for_update())


async def _planned(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast, whom: Whom,
    at: datetime,
) -> MassPlan:  # fmt: skip
    refuse(settings, alert, broadcast, at)
    if await recalled_at(session, broadcast.id) is not None:
        raise NoMass("这次发送已经撤回，不能再群发。")
    plan = await mass_plan(session, settings, areas, alert, hit, whom, at)
    if plan.lacks:
        raise NoMass(plan.lacks)
    await words(session, settings, areas, alert, hit, broadcast, at)  # so that nobody agrees to what cannot be said
    return plan


async def _go(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast,
    asked: MassSend, plan: MassPlan, *, by: str, at: datetime,
) -> None:  # fmt: skip
    said = await words(session, settings, areas, alert, hit, broadcast, at)
    expires = alert.expires or at + NO_END
    text = await freeze(session, broadcast, plan, said, rank=rank(alert), expires=expires, by=by, at=at)
    await _move(
        session, asked, Asked.sent, by, at, size=len(plan.ids), full=plan.full, calls=plan.calls, text_id=text.id
    )
    record(session, by, "mass.sent", asked.uid, at, broadcast=broadcast.id)


async def _move(session: AsyncSession, asked: MassSend, state: Asked, by: str, at: datetime, **more: object) -> None:
    """Raises Decided where somebody was faster."""
    moved = await session.execute(
        sa.update(MassSend)
        .where(col(MassSend.id) == asked.id, col(MassSend.state).in_(OPEN))
        .values(state=state, decided_by=by, decided_at=at, **more)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Decided
