"""A form is saved and sent: the draft lies on the server at each save, from the first word on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import Conflict
from broadcasts.subscriptions.models import Follower
from handlers.reports.daily.owed import made as daily_made
from handlers.reports.deadlines.due import owed
from handlers.reports.figures.form import PHOTO, Sent, asked, sent, typed
from handlers.reports.file import begin, kept, ring
from handlers.reports.models import Report, Stage, State
from handlers.reports.queries import newest_in
from handlers.reports.reading.read import read
from handlers.reports.reporter import Reporter
from handlers.reports.states import still

LONG_AGO = timedelta(days=60)


class Closed(Conflict):
    """这一份已经核实了，不能再改。有变化请写续报。"""


async def save(
    session: AsyncSession, report: Report, form: Mapping[str, Any], proposed: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Keep the fields as typed, whatever is wrong with them; `proposed` is what a picture told. Raises Closed."""
    if (await still(session, report)).state is State.confirmed:
        raise Closed
    before = {name: str(value) for name, value in (report.draft or {}).items() if name in PHOTO}
    draft = before | dict(proposed or {}) | typed(form)
    await session.execute(sa.update(Report).where(col(Report.id) == report.id).values(draft=draft))
    report.draft = draft
    return draft


async def send(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    form: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    proposed: Mapping[str, str] | None = None,
) -> Sent:
    """Make the fields the report. What is plainly unreadable stays a draft, and is named. Raises Closed."""
    draft = await save(session, report, form, proposed)
    made = sent(draft, report, areas, at, settings.zone)
    if made.wrong:
        return made
    first, before = report.state is State.draft, _said(report)
    _take(report, made, draft, areas, at, settings)
    same = not first and report.state is State.filed and _said(report) == before
    report.draft, report.state = (dict(proposed) if proposed and not draft.get("photo") else None), State.filed
    if same:  # pressed twice
        session.add(report)
        return made
    report.version += 0 if first else 1
    if first or report.filed_at is None:
        report.filed_at = at
    await kept(session, report, by, at, comment=report.comment if report.stage is not Stage.first else "")
    if first:
        await owed(session, report, settings.zone)
    await daily_made(session, areas, report, at, settings.zone)
    await ring(session, settings, areas, report, at)
    return made


async def follow_up(
    session: AsyncSession, settings: Settings, areas: Tree, who: Reporter, earlier: Report, stage: Stage, at: datetime
) -> Report:
    """A 续报 or 核报 is begun as a draft with the figures before; one that is begun already goes on."""
    wanted = select(Report).where(
        col(Report.thread) == earlier.thread, col(Report.state) == State.draft, col(Report.by) == who.by,
        col(Report.stage) == stage,
    )  # fmt: skip
    begun = (await session.execute(wanted.limit(1))).scalar_one_or_none()
    if begun is not None:
        return begun
    last = await newest_in(session, earlier.thread) or earlier
    return await begin(session, settings, areas, who, {"stage": stage, "words": ""}, earlier=last, at=at, heard_at=at)


def mine(report: Report, person_id: int | None, follower: Follower | None) -> bool:
    """Whether the reader of a form is whose report it is."""
    if report.person_id is not None:
        return report.person_id == person_id
    return report.follower_id is not None and follower is not None and report.follower_id == follower.id


def _said(report: Report) -> tuple[Any, ...]:
    return (report.words, report.values, report.group, report.place, report.happened_at, report.area_id, report.comment)


def _elsewhere(report: Report, made: Sent, areas: Tree) -> list[str]:
    """Another village than the one it was said of before."""
    if made.area_id is None or made.area_id == report.area_id or report.state is State.draft:
        return []
    return [
        f"原来记的是{areas.nodes[report.area_id].name}，表上选的是{areas.nodes[made.area_id].name}，按表上的记了，对吗？"
    ]


def _long_ago(made: Sent, at: datetime) -> list[str]:
    if made.happened_at is None or at - made.happened_at < LONG_AGO:
        return []
    return [f"发生的时间写的是 {made.happened_at:%Y-%m-%d}，很久以前。年份和月份对吗？"]


def _take(report: Report, made: Sent, draft: Mapping[str, str], areas: Tree, at: datetime, settings: Settings) -> None:
    words = draft.get("words", "").strip()
    if words and words != report.words.strip():
        found = read(words, areas, report.area_id, at, settings.zone)
        report.hazard = found.hazard or report.hazard
        report.kind = found.kind if report.stage is Stage.first else report.kind
        made.values = {**{n: o for n, o in found.values.items() if n not in made.values}, **made.values}
        report.group = found.place.group or report.group
    report.words, report.values = words, made.values
    report.group = draft.get("group", "").strip() or report.group
    report.place = draft.get("place", "").strip()
    report.comment = draft.get("comment", "").strip() or report.comment
    report.happened_at = made.happened_at or report.happened_at
    elsewhere = _elsewhere(report, made, areas)
    report.area_id = made.area_id or report.area_id
    if draft.get("photo") and draft.get("photo_lon"):
        report.lon, report.lat = float(draft["photo_lon"]), float(draft["photo_lat"])
    report.asks = [*asked(made.values), *elsewhere, *_long_ago(made, at)]
