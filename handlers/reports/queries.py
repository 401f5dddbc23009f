"""Reports asked for: by number, by whose they are, what the desk still has to look at, the late ones first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.dispatch.states import Road
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.reports.models import (
    Report,
    ReportDeadline,
    ReportDue,
    ReportVersion,
    ReportWord,
    Stage,
    State,
)
from handlers.reports.reporter import Reporter
from handlers.wechat.models import Media

RECENT = timedelta(days=7)  # a 续报 without a number follows what is no older


@dataclass
class Owed:
    """Something that has to follow, by when, and by which paper."""

    due: ReportDue
    rule: ReportDeadline

    def late(self, now: datetime) -> bool:
        return self.due.due_at < now


@dataclass
class Row:
    """A report with what people ask of it."""

    report: Report
    place: str
    who: str
    owed: list[Owed] = field(default_factory=list)
    media: Sequence[Media] = ()

    def late(self, now: datetime) -> list[Owed]:
        return [one for one in self.owed if one.late(now)]


async def of_uid(session: AsyncSession, uid: str) -> Report | None:
    return (await session.execute(select(Report).where(col(Report.uid) == uid))).scalar_one_or_none()


async def of_number(session: AsyncSession, number: str, road: Road) -> Report | None:
    """The newest of the thread in which that number was given."""
    wanted = select(Report).where(col(Report.number) == number, col(Report.road) == road)
    named = (await session.execute(wanted)).scalar_one_or_none()
    return await newest_in(session, named.thread) if named else None


async def newest_in(session: AsyncSession, thread: str) -> Report | None:
    """The last that was sent; a draft is not a report yet."""
    wanted = select(Report).where(col(Report.thread) == thread, col(Report.state) != State.draft)
    return (await session.execute(wanted.order_by(col(Report.id).desc()).limit(1))).scalar_one_or_none()


async def newest_of(session: AsyncSession, who: Reporter, at: datetime) -> Report | None:
    """The sender's newest report, if it is young enough to be meant."""
    if who.person is None and who.conversation_id is None:
        return None
    mine = col(Report.person_id) == who.person.id if who.person else col(Report.conversation_id) == who.conversation_id
    wanted = select(Report).where(
        mine, col(Report.road) == who.road, col(Report.state) != State.draft, col(Report.stage) != Stage.zero,
        col(Report.first_at) > at - RECENT,
    )  # fmt: skip
    return (await session.execute(wanted.order_by(col(Report.id).desc()).limit(1))).scalar_one_or_none()


async def thread(session: AsyncSession, name: str) -> list[Report]:
    wanted = select(Report).where(col(Report.thread) == name).order_by(col(Report.id))
    return list((await session.execute(wanted)).scalars())


async def versions(session: AsyncSession, report: Report) -> list[ReportVersion]:
    wanted = select(ReportVersion).where(col(ReportVersion.report_id) == report.id)
    return list((await session.execute(wanted.order_by(col(ReportVersion.number)))).scalars())


async def pictures(session: AsyncSession, report_ids: Collection[int]) -> dict[int, list[Media]]:
    """What was sent with each, oldest first."""
    wanted = (
        sa.select(col(ReportWord.report_id), Media)
        .join(Media, col(Media.inbound_id) == col(ReportWord.inbound_id))
        .where(col(ReportWord.report_id).in_(report_ids))
        .order_by(col(Media.id))
    )
    found: defaultdict[int, list[Media]] = defaultdict(list)
    for report_id, medium in await session.execute(wanted):
        found[report_id].append(medium)
    return found


async def listed(
    session: AsyncSession,
    inside: int | None,
    *,
    states: Collection[State] = (),
    before: int | None = None,
    since: datetime | None = None,
    drafts: bool = False,
    of: Collection[int] | None = None,
    most: int = 100,
) -> list[Row]:
    """Newest first. `inside`: only of this area and what lies in it; `of`: only these."""
    wanted = sa.select(Report, col(Area.name), col(Person.name)).join(Area, col(Area.id) == col(Report.area_id))
    wanted = wanted.join(Person, col(Person.id) == col(Report.person_id), isouter=True).where(*_inside(inside))
    if of is not None:
        wanted = wanted.where(col(Report.id).in_(of))
    if states:
        wanted = wanted.where(col(Report.state).in_(states))
    if before is not None:
        wanted = wanted.where(col(Report.id) < before)
    if since is not None:
        wanted = wanted.where(col(Report.first_at) >= since)
    if not drafts:
        wanted = wanted.where(col(Report.state) != State.draft)
    rows = [Row(r, place, name or _who(r)) for r, place, name in await session.execute(
        wanted.order_by(col(Report.id).desc()).limit(most))]  # fmt: skip
    return await _with(session, rows)


async def waiting(session: AsyncSession, inside: int | None) -> int:
    """How many wait for an officer's word."""
    counted = sa.select(sa.func.count()).select_from(Report).join(Area, col(Area.id) == col(Report.area_id))
    return await session.scalar(counted.where(col(Report.state) == State.filed, *_inside(inside))) or 0


async def rung_as_grave(session: AsyncSession, inside: int | None) -> list[Row]:
    """Those among them that rang as 特别重大, the newest first."""
    rang = sa.exists().where(
        col(Hold.about) == sa.literal("report:") + col(Report.uid), col(Hold.reason) == Reason.grave.value
    )
    ours = sa.select(col(Report.id)).join(Area, col(Area.id) == col(Report.area_id))
    found = await session.execute(ours.where(col(Report.state) == State.filed, rang, *_inside(inside)))
    ids = found.scalars().all()
    return await listed(session, inside, of=ids, most=len(ids)) if ids else []


async def late_first(session: AsyncSession, inside: int | None, now: datetime) -> list[Row]:
    """Every thread that owes something past its time, the longest past first: whatever else is listed."""
    wanted = (
        sa.select(Report, col(Area.name), col(Person.name))
        .join(ReportDue, col(ReportDue.report_id) == col(Report.id))
        .join(Area, col(Area.id) == col(Report.area_id))
        .join(Person, col(Person.id) == col(Report.person_id), isouter=True)
        .where(col(ReportDue.done_at).is_(None), col(ReportDue.due_at) < now, col(Report.road) == Road.live)
    )
    wanted = wanted.where(*_inside(inside))
    found = (await session.execute(wanted.order_by(col(ReportDue.due_at), col(ReportDue.id)).limit(200))).all()
    rows = {report.id: Row(report, place, name or _who(report)) for report, place, name in found}
    return await _with(session, list(rows.values()))


async def _with(session: AsyncSession, rows: list[Row]) -> list[Row]:
    """What each owes and what came with it: two queries for all."""
    ids = [row.report.id for row in rows]
    media = await pictures(session, ids)
    owed = await owed_of(session, ids)
    for row in rows:
        row.owed, row.media = owed.get(row.report.id, []), media.get(row.report.id, [])
    return rows


async def owed_of(session: AsyncSession, report_ids: Collection[int]) -> dict[int, list[Owed]]:
    """What is still open, the nearest first, by the report from which it is counted."""
    wanted = (
        sa.select(ReportDue, ReportDeadline)
        .join(ReportDeadline, col(ReportDeadline.id) == col(ReportDue.rule_id))
        .where(col(ReportDue.report_id).in_(report_ids), col(ReportDue.done_at).is_(None))
        .order_by(col(ReportDue.due_at))
    )
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for due, rule in await session.execute(wanted):
        found[due.report_id].append(Owed(due, rule))
    return found


def _inside(inside: int | None) -> list[sa.ColumnElement[bool]]:
    return [] if inside is None else [col(Area.path).contains(f"/{int(inside)}/")]


def _who(report: Report) -> str:
    """Staff have names; others are what they are."""
    if report.follower_id is not None:
        return "居民"
    kind, _, name = report.by.partition(":")
    return name if kind in {"user", "token"} else "还不认识的人"
