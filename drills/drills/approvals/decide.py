"""A plan between its author and the phones: handed in, approved by a second person or returned with a word, taken back
to be changed. What is changed after an approval needs another."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.drills.approvals.hands import approver
from drills.drills.approvals.models import Act, DrillApproval
from drills.drills.approvals.tell import tell_authors
from drills.drills.approvals.waivers import waiver
from drills.drills.checks import careful, mended
from drills.drills.models import Approval, Drill, Stage
from drills.drills.notices import put_up, take_down
from drills.drills.states import NotNow, Overtaken, move
from drills.reminders.recurrence import polite

SOON = timedelta(days=1)  # what begins within this is told at once, also at night
NONE = {"approval": Approval.open, "approver": "", "approved_at": None}


class Unsaid(SignalTreeError):
    """没有退回：请写一句要改什么，让作者知道。"""


class NotStanding(SignalTreeError):
    """没有开始：这次演练的批准现在不能算数。请撤回来，重新提交，由另一位审批人批准。"""


async def hand_in(
    session: AsyncSession, settings: Settings, drill: Drill, *, sure: bool = False, by: str, at: datetime
) -> None:
    """Freeze what and who, and ask for an approval, unless a row of the county, by another hand, spares it. Raises the
    first of checks.obstacles, and of its cautions unless the officer is `sure`."""
    who = await mended(session, drill, at)
    await careful(session, drill, drill.starts_at, at, sure=sure)
    row = await waiver(session, drill, who.size, settings.zone, at)
    people, groups = len(who.people), len(who.groups)
    if row is None:
        told = at if drill.starts_at - at < SOON else polite(at, settings.zone, must_act=False)
        await move(session, drill, Stage.waiting, announced_at=at, ring_at=told, rings=0)
        _step(session, drill, Act.handed_in, by, at)
        record(session, by, "drill.handed_in", drill.uid, at, people=people, groups=groups)
        return
    await move(session, drill, Stage.planned, announced_at=at, approval=Approval.spared, approved_at=at)
    _step(session, drill, Act.spared, by, at, row.basis)
    made = put_up(session, settings, drill, at)
    record(
        session, by, "drill.planned", drill.uid, at, people=people, groups=groups, notices=len(made), waiver=row.id
    )  # fmt: skip


async def approve(
    session: AsyncSession, settings: Settings, drill: Drill, *, read: int, sure: bool = False, tells: bool = True,
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Approve the hand-in that was `read`; from now on participants may hear of it, and its author is told at once,
    unless he need not be. Raises OwnPlan, NotApprover, NotNow, Overtaken, and what `hand_in` raises."""
    await _may(session, drill, read, by)
    who = await mended(session, drill, at)
    await careful(session, drill, drill.starts_at, at, sure=sure)
    given = {"approval": Approval.given, "approver": by, "approved_at": at, "ring_at": None}
    await move(session, drill, Stage.planned, **given)
    _step(session, drill, Act.approved, by, at)
    made = put_up(session, settings, drill, at)
    people, groups = len(who.people), len(who.groups)
    record(session, by, "drill.planned", drill.uid, at, people=people, groups=groups, notices=len(made), read=read)
    if tells:
        await tell_authors(session, settings, drill, by=by, at=at)


async def send_back(
    session: AsyncSession, settings: Settings, drill: Drill, *, read: int, word: str, by: str, at: datetime
) -> None:
    """Return it to its author. Raises Unsaid, OwnPlan, NotApprover, NotNow, Overtaken."""
    if not word.strip():
        raise Unsaid
    await _may(session, drill, read, by)
    await move(session, drill, Stage.draft, announced_at=None, ring_at=None)
    _step(session, drill, Act.returned, by, at, word.strip()[:255])
    record(session, by, "drill.returned", drill.uid, at, read=read)
    await tell_authors(session, settings, drill, by=by, at=at, word=word.strip()[:255])


async def withdraw(session: AsyncSession, drill: Drill, *, by: str, at: datetime) -> None:
    """Back to the draft: it is handed in anew when it has been changed, and what had been approved is no longer."""
    approved = drill.approval is not Approval.open
    await move(session, drill, Stage.draft, announced_at=None, ring_at=None, **NONE)
    await take_down(session, drill, at)
    _step(session, drill, Act.lapsed, by, at)
    record(session, by, "drill.withdrawn", drill.uid, at, approved=approved)


async def stands(session: AsyncSession, drill: Drill) -> None:
    """Whether whoever approved it may still do so, and is not its author under another name. Raises NotStanding."""
    if drill.approval is Approval.open:
        raise NotStanding
    if drill.approval is not Approval.given:
        return
    try:
        await approver(session, await tree(session), drill, drill.approver)
    except SignalTreeError as error:
        raise NotStanding from error


async def steps(session: AsyncSession, drill_id: int) -> Sequence[DrillApproval]:
    """Oldest first."""
    wanted = select(DrillApproval).where(col(DrillApproval.drill_id) == drill_id).order_by(col(DrillApproval.id))
    return (await session.execute(wanted)).scalars().all()


async def _may(session: AsyncSession, drill: Drill, read: int, by: str) -> None:
    if drill.state is not Stage.waiting:
        raise NotNow
    await approver(session, await tree(session), drill, by)
    if read != (await steps(session, drill.id))[-1].id:
        raise Overtaken


def _step(session: AsyncSession, drill: Drill, act: Act, by: str, at: datetime, word: str = "") -> None:
    session.add(DrillApproval(drill_id=drill.id, act=act, by=by, at=at, word=word))
