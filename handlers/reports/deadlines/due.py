"""By when something has to follow: rules with their papers become rows, and rows are done by what is reported."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from handlers.reports.daily.going_on import going_on
from handlers.reports.models import Clock, Report, ReportDeadline, ReportDue, Stage

SATURDAY = 5
OF_STAGE = (
    select(ReportDeadline).where(col(ReportDeadline.stage) == sa.bindparam("of")).order_by(col(ReportDeadline.id))
).execution_options(autoflush=False)
GRAVE = "grave"  # the kind of a rule that is for 特别重大 alone


async def owed(session: AsyncSession, report: Report, zone: ZoneInfo) -> None:
    """A 初报 was filed: by when it has to be checked and handed on. Nothing is owed for training."""
    if report.stage is not Stage.first or report.road is not Road.live:
        return
    start = report.happened_at or report.filed_at or report.first_at
    await _write(session, report, Stage.first, start, zone)


async def owed_at_once(session: AsyncSession, report: Report, zone: ZoneInfo) -> None:
    """It is 特别重大: by when it has to be with the province and the ministry. Written once for a thread."""
    written = (
        sa.select(col(ReportDue.id))
        .join(ReportDeadline, col(ReportDeadline.id) == col(ReportDue.rule_id))
        .where(col(ReportDue.thread) == report.thread, col(ReportDeadline.kind) == GRAVE)
    )
    if report.road is Road.live and await session.scalar(written.limit(1)) is None:
        start = report.happened_at or report.filed_at or report.first_at
        await _write(session, report, Stage.first, start, zone, kind=GRAVE)


async def settled(session: AsyncSession, report: Report, at: datetime, zone: ZoneInfo) -> None:
    """A report was confirmed: what it was owed for is done, and what comes next is owed."""
    if report.road is not Road.live:
        return
    final = report.stage is Stage.final
    stages = list(Stage) if final else [report.stage, *([Stage.follow] if report.stage is Stage.zero else [])]
    await _done(session, report.thread, stages, at, "final" if final else "")
    if not final and (report.stage is not Stage.zero or report.thread != report.uid):
        await _done(session, report.thread, [Stage.follow], at, "")
        await _write(session, report, Stage.follow, at, zone)


async def quiet(session: AsyncSession, areas: Tree, report: Report, at: datetime, zone: ZoneInfo) -> None:
    """A 零报告 was confirmed: it stands for all that goes on in its place, until the next day."""
    if report.stage is Stage.zero and report.road is Road.live:
        for one in await going_on(session, areas, report.area_id):
            await _done(session, one.thread, [Stage.follow], at, "")
            await _write(session, one, Stage.follow, at, zone)


async def stable(session: AsyncSession, report: Report, at: datetime, zone: ZoneInfo) -> None:
    """An officer says that nothing changes any more: the 核报 is owed."""
    open_ = await session.scalar(
        sa.select(col(ReportDue.id)).where(
            col(ReportDue.thread) == report.thread,
            col(ReportDue.stage) == Stage.final,
            col(ReportDue.done_at).is_(None),
        )
    )
    if open_ is None:
        await _write(session, report, Stage.final, at, zone)


def due_at(rule: ReportDeadline, start: datetime, zone: ZoneInfo) -> datetime:
    """Working days are weekdays: where make-up days are not known, none is guessed."""
    if rule.clock is Clock.minutes:
        return start + timedelta(minutes=rule.amount)
    local = start.astimezone(zone)
    if rule.clock is Clock.daily:
        hour, _, minute = rule.at_time.partition(":")
        return datetime.combine(local.date() + timedelta(days=1), time(int(hour), int(minute)), zone)
    day, left = local.date(), rule.amount
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, time(17, 30), zone)


def _matching(
    rules: Iterable[ReportDeadline], kinds: set[str], start: datetime, zone: ZoneInfo
) -> list[ReportDeadline]:
    day = start.astimezone(zone).date()
    return [
        rule
        for rule in rules
        if rule.active
        and rule.kind in kinds
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]


async def _write(
    session: AsyncSession, report: Report, stage: Stage, start: datetime, zone: ZoneInfo, kind: str = ""
) -> None:
    """By the rules of its kind and those for any; with `kind` by that kind's alone."""
    kinds = {kind} if kind else {"", report.kind.value}
    rules = (await session.execute(OF_STAGE, {"of": stage})).scalars()
    for rule in _matching(rules, kinds, start, zone):
        at = due_at(rule, start, zone)
        session.add(ReportDue(thread=report.thread, report_id=report.id, rule_id=rule.id, stage=stage, due_at=at))
    await session.flush()


async def _done(session: AsyncSession, thread: str, stages: list[Stage], at: datetime, reason: str) -> None:
    await session.execute(
        sa.update(ReportDue)
        .where(col(ReportDue.thread) == thread, col(ReportDue.stage).in_(stages), col(ReportDue.done_at).is_(None))
        .values(done_at=at, reason=reason)
        .execution_options(synchronize_session=False)
    )
