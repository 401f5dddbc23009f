"""评估: what is said by the rule's headings (突发事件应急预案管理办法 2013, art. 22, 23), what the plan is changed
in, by whom and until when; without both a drill is not closed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.texts.render import wording
from drills.drills.afterwards.measured import measured, plain
from drills.drills.models import Drill, Evaluation, Revision, Stage
from drills.drills.states import NotNow, move
from drills.drills.wording import FILE

LONGEST = 4000  # characters of one heading


class NotEvaluated(SignalTreeError):
    """还不能归档，评估没有写全，还缺："""


class NothingToMend(SignalTreeError):
    """还不能归档：没有写预案要改什么、谁来改、什么时候改完。至少写一条。"""


class BadRevision(SignalTreeError):
    """要改的这一条没有写全："""


def items() -> dict[str, str]:
    """The headings in their order, by their fields' names."""
    return wording(FILE, "ITEMS")


async def evaluation(session: AsyncSession, drill_id: int) -> Evaluation | None:
    return await session.get(Evaluation, drill_id)


async def revisions(session: AsyncSession, drill_id: int) -> Sequence[Revision]:
    wanted = select(Revision).where(col(Revision.drill_id) == drill_id)
    return (await session.execute(wanted.order_by(col(Revision.due_on), col(Revision.id)))).scalars().all()


async def evaluate(session: AsyncSession, drill: Drill, texts: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Keep what is written so far; headings that `texts` lacks stay. Raises NotNow."""
    if drill.state is not Stage.ended:
        raise NotNow
    kept = await evaluation(session, drill.id) or Evaluation(drill_id=drill.id, at=at)
    for name in items():
        if name in texts:
            setattr(kept, name, texts[name].strip()[:LONGEST])
    kept.by, kept.at = by, at
    session.add(kept)
    await session.flush()
    record(session, by, "drill.written", drill.uid, at)


async def revise(
    session: AsyncSession, drill: Drill, *, what: str, owner: str, due_on: date, by: str, at: datetime
) -> Revision:
    """One more thing to be changed. Raises NotNow, BadRevision."""
    if drill.state is not Stage.ended:
        raise NotNow
    lacks = [name for name, text in (("改什么", what), ("谁来改", owner)) if not text.strip()]
    if lacks:
        raise BadRevision("、".join(lacks))
    made = Revision(uid=uuid7(at), drill_id=drill.id, what=what.strip()[:255], owner=owner.strip()[:64], due_on=due_on)
    session.add(made)
    await session.flush()
    record(session, by, "drill.revision", made.uid, at, drill=drill.uid)
    return made


async def take_out(session: AsyncSession, drill: Drill, uid: str, *, by: str, at: datetime) -> bool:
    """Before it is closed. False where there is none."""
    if drill.state is not Stage.ended:
        raise NotNow
    one = await _revision(session, drill, uid)
    if one is None:
        return False
    await session.delete(one)
    record(session, by, "drill.revision_out", uid, at, drill=drill.uid)
    return True


async def revised(session: AsyncSession, drill: Drill, uid: str, *, by: str, at: datetime) -> bool:
    """已改. False where it was said before, or there is none."""
    one = await _revision(session, drill, uid)
    if one is None or one.done_at is not None:
        return False
    one.done_at, one.done_by = at, by
    session.add(one)
    record(session, by, "drill.revised", uid, at, drill=drill.uid)
    return True


async def close(session: AsyncSession, drill: Drill, *, by: str, at: datetime) -> None:
    """Evaluated: the figures are frozen beside the words. Raises NotEvaluated, NothingToMend."""
    kept = await evaluation(session, drill.id)
    if lacks := [title for name, title in items().items() if kept is None or not getattr(kept, name)]:
        raise NotEvaluated("、".join(lacks) + "。")
    if not await revisions(session, drill.id):
        raise NothingToMend
    figures = plain(await measured(session, drill))
    await move(session, drill, Stage.evaluated, closed_at=at, closed_by=by)
    if kept is not None:
        kept.figures = figures
        session.add(kept)
    record(session, by, "drill.evaluated", drill.uid, at, people=figures["people"], answered=figures["answered"])


async def _revision(session: AsyncSession, drill: Drill, uid: str) -> Revision | None:
    wanted = select(Revision).where(col(Revision.uid) == uid, col(Revision.drill_id) == drill.id)
    return (await session.execute(wanted)).scalar_one_or_none()
