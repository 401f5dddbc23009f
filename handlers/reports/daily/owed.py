"""What a town owes each day until its event is stable: by eight or nine o'clock a 续报, or the word that nothing is
new. Rows, written once a day, each town's by itself; a report makes them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import Deps
from bot.directory.tree import Node, Tree, tree
from bot.sweeps.each import each
from broadcasts.dispatch.states import Road
from handlers.reports.daily.going_on import COUNTED, going_on
from handlers.reports.models import Clock, Report, ReportDaily, ReportDeadline, Stage

SAYS = (Stage.follow, Stage.final, Stage.zero)  # what says how it stands


async def write(deps: Deps, at: datetime) -> int:
    """The rows of this day; what nothing goes on for any more is taken back. How many were written."""
    async with deps.read() as session:
        areas = await tree(session)
        towns = await _due(session, areas, at, deps.settings.zone)
    one = partial(_write, areas=areas, at=at, zone=deps.settings.zone)
    return await each(deps, "reports.daily", towns, one, at)


async def anything_due(session: AsyncSession, areas: Tree, at: datetime, zone: ZoneInfo) -> bool:
    """Whether there is something to write, or to take back."""
    return bool(await _due(session, areas, at, zone))


async def _due(session: AsyncSession, areas: Tree, at: datetime, zone: ZoneInfo) -> list[int]:
    """The towns of which a row is lacking, or is one too many."""
    day = at.astimezone(zone).date()
    known, owing = await rows_of(session, day), await _owing(session, areas, areas.roots, day, zone)
    needless = {row.area_id for row in known if row.area_id not in owing and row.made_at is None}
    lacking = owing - {row.area_id for row in known}
    if lacking and await _rule(session, day) is None:
        lacking = set()
    return sorted(needless | lacking)


async def _write(session: AsyncSession, town: int, *, areas: Tree, at: datetime, zone: ZoneInfo) -> int:
    day = at.astimezone(zone).date()
    rule, owes = await _rule(session, day), bool(await _owing(session, areas, [areas.nodes[town]], day, zone))
    row = next((row for row in await rows_of(session, day) if row.area_id == town), None)
    if row is not None and row.made_at is None and not owes:
        await session.delete(row)
    if row is not None or rule is None or not owes:
        return 0
    due = datetime.combine(day, time.fromisoformat(rule.at_time), zone)
    row = ReportDaily(area_id=town, day=day, rule_id=rule.id, due_at=due)
    session.add(row)
    await session.flush()
    await _make(session, areas, row, at, zone)
    return 1


async def made(session: AsyncSession, areas: Tree, report: Report, at: datetime, zone: ZoneInfo) -> None:
    """A report was filed: the day of its town is made once all that goes on there has been spoken of."""
    if report.stage not in SAYS or report.road is not Road.live:
        return
    touched = {*_ids(areas.up(report.area_id)), *_ids(areas.below(report.area_id))}
    for row in await rows_of(session, at.astimezone(zone).date()):
        if row.made_at is None and row.area_id in touched:
            await _make(session, areas, row, at, zone, by=report)


async def rows_of(session: AsyncSession, day: date) -> list[ReportDaily]:
    wanted = select(ReportDaily).where(col(ReportDaily.day) == day).order_by(col(ReportDaily.id))
    return list((await session.execute(wanted)).scalars())


async def lacking(session: AsyncSession, areas: Tree, row: ReportDaily, zone: ZoneInfo) -> list[Report]:
    """The 初报 of what goes on in that town and has not been spoken of on that day."""
    start = datetime.combine(row.day, time(), zone)
    going = await going_on(session, areas, row.area_id, start)
    wanted = select(Report).where(
        col(Report.filed_at) >= start,
        col(Report.filed_at) < start + timedelta(days=1),
        col(Report.stage).in_(SAYS),
        col(Report.state).in_(COUNTED),
        col(Report.road) == Road.live,
        col(Report.follower_id).is_(None),
    )
    said = list((await session.execute(wanted)).scalars())
    threads = {report.thread for report in said}
    quiet = {report.area_id for report in said if report.stage is Stage.zero}
    return [one for one in going if one.thread not in threads and not quiet & _ids(areas.up(one.area_id))]


async def _make(
    session: AsyncSession, areas: Tree, row: ReportDaily, at: datetime, zone: ZoneInfo, by: Report | None = None
) -> None:
    if not await lacking(session, areas, row, zone):
        row.made_at, row.report_id = at if by is None else by.filed_at, by.id if by else None
        session.add(row)
        await session.flush()


async def _owing(session: AsyncSession, areas: Tree, within: Iterable[Node], day: date, zone: ZoneInfo) -> set[int]:
    """The towns in which something began before this day."""
    start = datetime.combine(day, time(), zone)
    going = [one for node in within for one in await going_on(session, areas, node.id, start)]
    return {town for one in going if (town := areas.nodes[one.area_id].town_id) is not None}


async def _rule(session: AsyncSession, day: date) -> ReportDeadline | None:
    """The town's own hour, else the county's."""
    wanted = select(ReportDeadline).where(
        col(ReportDeadline.active), col(ReportDeadline.clock) == Clock.daily, col(ReportDeadline.stage) == Stage.follow
    )
    found = [
        rule
        for rule in (await session.execute(wanted.order_by(col(ReportDeadline.id)))).scalars()
        if (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)
    ]
    return next((rule for rule in found if rule.level == "镇"), next(iter(found), None))


def _ids(nodes: Iterable[Node]) -> set[int]:
    return {node.id for node in nodes}
