"""Who may make a mass send: one asks, another agrees; of red one is enough."""

from collections.abc import Collection, Sequence
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
from broadcasts.dispatch.alert import NO_END, rank
from broadcasts.dispatch.masses.freeze import freeze
from broadcasts.dispatch.masses.plan import MassPlan, NoMass, mass_plan, may_alone, refuse
from broadcasts.dispatch.masses.states import OPEN, Asked, Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.masses.waits import BY, decided, wait
from broadcasts.dispatch.masses.words import words
from broadcasts.dispatch.models import Broadcast, MassSend
from broadcasts.dispatch.recalls.reach import recalled_at

ASKED_FOR = timedelta(hours=2)  # how long somebody may agree to it: what it says is then old
HOW = {Asked.sent: "agreed", Asked.declined: "refused", Asked.superseded: "superseded"}  # of what rang for it


class OwnAsk(SignalTreeError):
    """没有群发：这次群发是您自己提出的，要由另一个人（带班领导或审批人）同意。"""


class Decided(SignalTreeError):
    """没有办成：这次群发已经有人决定过了，或已经过期。请看这条预警的页面。"""


class Unsaid(SignalTreeError):
    """请写一句为什么不同意，让提出的人知道。"""


async def ask(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast, whom: Whom,
    *, by: str, at: datetime, tag: Tagged | None = None,
) -> MassSend:  # fmt: skip
    """Ask for one. What one person may send is sent at once. Raises NoMass, and then nothing was written."""
    await alone(session, broadcast)
    plan = await _planned(session, settings, areas, alert, hit, broadcast, whom, at, tag)
    if await waiting(session, broadcast.id, at):
        raise NoMass("已经有一次群发在等人同意。请先决定那一次。")
    asked = await put(session, broadcast, plan, by=by, at=at)
    if await may_alone(session, alert):
        await go(session, settings, areas, alert, broadcast, asked, plan, by=by, at=at)
    else:
        await wait(session, alert, broadcast, asked, plan)
    return asked


async def put(session: AsyncSession, broadcast: Broadcast, plan: MassPlan, *, by: str, at: datetime) -> MassSend:
    """The row of one that is asked for."""
    tag = plan.tag
    asked = MassSend(uid=uuid7(at), broadcast_id=broadcast.id, whom=plan.whom, size=plan.size, full=plan.full,
                     calls=plan.calls, asked_by=by, asked_at=at, tag_id=tag.id if tag else None,
                     tag_name=tag.name[:64] if tag else "")  # fmt: skip
    session.add(asked)
    await session.flush()
    record(session, by, "mass.asked", asked.uid, at, broadcast=broadcast.id, whom=plan.whom.value, copies=asked.size)
    return asked


async def agree(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast,
    asked: MassSend, *, by: str, at: datetime, tag: Tagged | None = None,
) -> None:  # fmt: skip
    """The second person, whatever name they come under; of red also the first. It goes to whoever it concerns now.
    Raises OwnAsk, Decided, NoMass."""
    if not await may_alone(session, alert) and by in await hands(session, {asked.asked_by}):
        raise OwnAsk
    await alone(session, broadcast)
    if not open_at(asked, at):
        raise Decided
    plan = await _planned(session, settings, areas, alert, hit, broadcast, asked.whom, at, tag)
    await go(session, settings, areas, alert, broadcast, asked, plan, by=by, at=at)


async def decline(session: AsyncSession, asked: MassSend, *, word: str, by: str, at: datetime) -> None:
    """Anybody who may decide, also whoever asked and has thought better of it. Raises Unsaid, Decided."""
    if not word.strip():
        raise Unsaid
    if not open_at(asked, at):
        raise Decided
    await _move(session, asked, Asked.declined, by, at, word=word.strip()[:255])
    record(session, by, "mass.declined", asked.uid, at)


async def supersede_asks(session: AsyncSession, broadcasts: Collection[str], at: datetime) -> list[MassSend]:
    """Something newer has come, or it was taken back: what waits for a word waits no longer. Which ones."""
    wanted = select(MassSend).where(col(MassSend.broadcast_id).in_(broadcasts), col(MassSend.state).in_(OPEN))
    found = [one for one in (await session.execute(wanted)).scalars().all() if open_at(one, at)]
    for asked in found:
        await _move(session, asked, Asked.superseded, BY, at)
        record(session, BY, "mass.superseded", asked.uid, at)
    return found


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
    at: datetime, tag: Tagged | None,
) -> MassPlan:  # fmt: skip
    await allowed(session, settings, alert, broadcast, whom, at)
    plan = await mass_plan(session, settings, areas, alert, hit, whom, at, tag)
    if plan.lacks:
        raise NoMass(plan.lacks)
    await words(session, settings, areas, alert, broadcast, whom, at)  # so that nobody agrees to what cannot be said
    return plan


async def allowed(
    session: AsyncSession, settings: Settings, alert: Alert, broadcast: Broadcast, whom: Whom, at: datetime
) -> None:
    """Raises NoMass. What was taken back is not said again, but that it was."""
    refuse(settings, alert, broadcast, at, mends=whom is Whom.recall)
    recalled = await recalled_at(session, broadcast.id) is not None
    if recalled is not (whom is Whom.recall):
        raise NoMass("这次发送已经撤回，不能再群发。" if recalled else "这次发送没有撤回，不用更正。")


async def go(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, broadcast: Broadcast, asked: MassSend,
    plan: MassPlan, *, by: str, at: datetime,
) -> None:  # fmt: skip
    """Freeze it. Raises NoMass, Decided."""
    said = await words(session, settings, areas, alert, broadcast, asked.whom, at)
    expires = alert.expires or at + NO_END
    text = await freeze(session, broadcast, plan, said, rank=rank(alert), expires=expires, by=by, at=at)
    await _move(session, asked, Asked.sent, by, at, size=plan.size, full=plan.full, calls=plan.calls, text_id=text.id)
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
    await decided(session, [asked.broadcast_id], HOW[state], by=by, at=at)
