"""What an officer decides about a report: it is so, or it goes back with a word. The reporter hears of it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import tree
from bot.errors import Conflict, SignalTreeError
from broadcasts.release.holds import close
from broadcasts.release.models import Hold
from handlers.reports.copies.send import copy_out
from handlers.reports.deadlines.due import quiet as quiet_days
from handlers.reports.deadlines.due import settled
from handlers.reports.figures.relations import falls
from handlers.reports.file import kept, ring
from handlers.reports.limits.alarm import rung
from handlers.reports.models import Report, Stage, State
from handlers.reports.queries import thread
from handlers.reports.states import move
from handlers.reports.told import tell_reporter

LONGEST = 255


class Decided(Conflict):
    """没有执行：已经有人先办了。"""


class Unsaid(SignalTreeError):
    """退回要写一句为什么，报的人会看到。"""


class Unexplained(SignalTreeError):
    """累计的数比上一份少了，请写一句原因再核实。"""


async def confirm(
    session: AsyncSession, settings: Settings, report: Report, *, comment: str = "", by: str, at: datetime
) -> bool:
    """It is so, and so may be 特别重大 only now. Whether the reporter could be told. Raises Decided, Unexplained."""
    if not comment.strip() and await fallen(session, report):
        raise Unexplained
    await _decide(session, report, State.confirmed, comment, by, at)
    await settled(session, report, at, settings.zone)
    areas = await tree(session)
    if not await rung(session, [row.uid for row in await thread(session, report.thread)]):
        await ring(session, settings, areas, report, at, rings=False)
    if report.stage is Stage.zero and report.thread == report.uid:
        await quiet_days(session, areas, report, at, settings.zone)
    await copy_out(session, settings, areas, report, by=by, at=at)
    return await tell_reporter(session, settings, report, at)


async def give_back(
    session: AsyncSession, settings: Settings, report: Report, *, comment: str, by: str, at: datetime
) -> bool:
    """It goes back to the reporter with a word. Whether the reporter could be told. Raises Decided, Unsaid."""
    if not comment.strip():
        raise Unsaid
    await _decide(session, report, State.returned, comment, by, at)
    return await tell_reporter(session, settings, report, at)


async def fallen(session: AsyncSession, report: Report) -> list[str]:
    """Cumulative figures that are smaller than in what was confirmed before on this thread."""
    before = [r for r in await thread(session, report.thread) if r.state is State.confirmed and r.id < report.id]
    return falls(before[-1].values, report.values) if before else []


async def _decide(session: AsyncSession, report: Report, to: State, comment: str, by: str, at: datetime) -> None:
    word = " ".join(comment.split())[:LONGEST]
    values = {"comment": word, "decided_at": at, "decided_by": by, "version": col(Report.version) + 1}
    if not await move(session, report, to, **values):
        raise Decided
    await kept(session, report, by, at, comment=word)
    await quiet(session, report, to.value, by=by, word=word, at=at)


async def quiet(session: AsyncSession, report: Report, decision: str, *, by: str, word: str = "", at: datetime) -> None:
    """Nothing rings for it any more."""
    wanted = select(Hold).where(col(Hold.about) == f"report:{report.uid}", col(Hold.closed_at).is_(None))
    for hold in (await session.execute(wanted)).scalars():
        await close(session, hold, decision, by=by, word=word, at=at)
