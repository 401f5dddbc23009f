"""Storing what is reported, at once and whatever is missing: 初报 first, then what follows on the same thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.release.holds import open_hold
from broadcasts.release.verdict import Reason
from broadcasts.subscriptions.places import spelled
from handlers.reports.continuing import earlier
from handlers.reports.daily.owed import made
from handlers.reports.deadlines.due import owed, owed_at_once
from handlers.reports.figures.asks import ask
from handlers.reports.figures.relations import Values, doubts, plain
from handlers.reports.limits.alarm import alarm
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import limits
from handlers.reports.models import Kind, Report, ReportVersion, ReportWord, Stage, State
from handlers.reports.numbering import number
from handlers.reports.reading.read import Reading, read
from handlers.reports.recompute import report_digest
from handlers.reports.reporter import Reporter

LONGEST = 4000  # letters of one report
AGAIN = timedelta(minutes=10)  # the same words by the same person within this are the same report
SAID = 120
SAME = (
    select(Report)
    .where(
        col(Report.by) == sa.bindparam("who"), col(Report.words) == sa.bindparam("said"),
        col(Report.first_at) > sa.bindparam("since"), col(Report.road) == sa.bindparam("on"),
        col(Report.state).not_in([State.returned, State.draft]),
    )
    .order_by(col(Report.id).desc())
    .limit(1)
)  # fmt: skip
MORE = ("又", "再", "新增", "另外", "还有")


class NoArea(SignalTreeError):
    """还没有导入区划，不知道记在哪里。请先导入区划。"""


@dataclass(frozen=True)
class Filed:
    """`new` is False where the very same was filed a moment ago. `follows` is what it goes on from."""

    report: Report
    reading: Reading | None = None
    new: bool = True
    follows: Report | None = None


async def file(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    who: Reporter,
    text: str,
    *,
    at: datetime,
    heard_at: datetime,
    inbound_id: int | None = None,
    key: str | None = None,
    rings: bool = True,
    known: Mapping[str, Any] | None = None,
) -> Filed:
    """A sentence becomes a report that counts. `known` are columns that are known better than read."""
    reading = read(text, areas, who.home, heard_at, settings.zone)
    await turn(session, f"report:{key or who.by}")
    if same := await _same(session, who, text, key, heard_at):
        return Filed(same, reading, new=False)
    before = await earlier(session, areas, who, reading, heard_at)
    values = _of_reading(reading, areas, who) | {"words": text[:LONGEST], "note": reading.note} | dict(known or {})
    report = await begin(
        session, settings, areas, who, values, earlier=before, at=at, heard_at=heard_at, key=key, filed=True
    )
    await kept(session, report, who.by, at, inbound_id=inbound_id)
    await owed(session, report, settings.zone)
    await made(session, areas, report, at, settings.zone)
    await ring(session, settings, areas, report, at, rings=rings)
    return Filed(report, reading, follows=before)


async def begin(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    who: Reporter,
    values: dict[str, Any],
    *,
    earlier: Report | None = None,
    at: datetime,
    heard_at: datetime,
    key: str | None = None,
    filed: bool = False,
) -> Report:
    """A row of its own with its number, as a draft unless it is `filed` at once; what it follows gives it thread and
    place."""
    if not areas.roots:
        raise NoArea
    uid = uuid7(at)
    if earlier is not None:
        values = _following(values, earlier)
    report = Report(
        uid=uid,
        number=await number(session, areas.roots[0].name, heard_at, settings.zone),
        thread=earlier.thread if earlier else uid,
        state=State.filed if filed else State.draft,
        filed_at=heard_at if filed else None,
        road=who.road,
        source=who.source,
        by=who.by,
        person_id=who.person.id if who.person else None,
        follower_id=who.follower.id if who.follower else None,
        conversation_id=who.conversation_id,
        first_at=heard_at,
        key=key,
        **{"stage": Stage.first, "kind": Kind.disaster, "area_id": who.home or areas.roots[0].id, **values},
    )
    session.add(report)
    await session.flush()
    return report


async def kept(
    session: AsyncSession, report: Report, by: str, at: datetime, *, inbound_id: int | None = None, comment: str = ""
) -> None:
    """A version of how it stands now, and what of the conversation it is made of."""
    first = report.version == 1  # then nothing can be there yet
    if inbound_id is not None and (first or await session.get(ReportWord, (report.id, inbound_id)) is None):
        session.add(ReportWord(report_id=report.id, inbound_id=inbound_id))
    session.add(report)
    version = ReportVersion(
        report_id=report.id, number=report.version, state=report.state, by=by, at=at, words=report.words,
        values=report.values, comment=comment,
    )  # fmt: skip
    session.add(version)
    digest = report_digest(report.words, report.values)
    record(session, by, f"report.{report.state.value}", report.uid, at, version=report.version, sha256=digest)
    await session.flush()


async def ring(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    at: datetime,
    *,
    more: str = "",
    rings: bool = True,
) -> None:
    """The desk rings until somebody confirms or returns it; what is 特别重大 rings the leader too, whatever else rings.
    `more` is what has come since; with `rings` False only that rings. What was said in training rings nobody."""
    if report.road is not Road.live or report.stage is Stage.zero:
        return
    words = " ".join(report.words.split())[:SAID] or "（只有图片或位置）"
    said = f"{spelled(areas, report.area_id)}{report.group} {report.number}：{words}{more}"
    if why := gravity([report], report.words, areas, await limits(session)):
        await alarm(session, report.uid, why[0], said, by=report.by, at=at)
        await owed_at_once(session, report, settings.zone)
    elif rings:
        await open_hold(session, Reason.report, about=f"report:{report.uid}", said=said, by=report.by, at=at)


async def _same(session: AsyncSession, who: Reporter, text: str, key: str | None, at: datetime) -> Report | None:
    """The same press, or the same words of the same person a moment ago."""
    if key is not None:
        known = (await session.execute(select(Report).where(col(Report.key) == key))).scalar_one_or_none()
        if known is not None:
            return known
    if who.source == "api" or not text.strip():  # two pictures are two things, whatever was said with neither
        return None
    lately = {"who": who.by, "said": text[:LONGEST], "since": at - AGAIN, "on": who.road}
    return (await session.execute(SAME, lately)).scalar_one_or_none()


def _of_reading(reading: Reading, areas: Tree, who: Reporter) -> dict[str, Any]:
    place = reading.area or areas.nodes.get(who.home or 0) or areas.roots[0]
    asks = list(reading.asks)
    if reading.area is None and who.home is None:
        asks.insert(0, ask("which_village"))
    return {
        "stage": reading.stage,
        "kind": reading.kind,
        "hazard": reading.hazard,
        "area_id": place.id,
        "group": reading.place.group,
        "happened_at": None if reading.when.future else reading.when.at,
        "values": reading.values,
        "asks": asks,
    }


def _following(values: dict[str, Any], earlier: Report) -> dict[str, Any]:
    """What the new words leave open stays as it was said before; figures are carried on."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    new, asks = _added(values.get("words", ""), values.get("values", {}), earlier.values)
    carried = {**earlier.values, **new}
    base = {
        "kind": earlier.kind, "hazard": earlier.hazard, "group": earlier.group, "happened_at": earlier.happened_at,
        "place": earlier.place, "lon": earlier.lon, "lat": earlier.lat, "incident_id": earlier.incident_id,
    }  # fmt: skip
    asks = list(dict.fromkeys([*values.get("asks", []), *asks, *doubts(carried)]))
    return {**base, **said, "kind": earlier.kind, "area_id": earlier.area_id, "values": carried, "asks": asks}


def _added(text: str, now: Values, before: Values) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """又转移三户: more than was said before. It is added, and asked whether that was meant."""
    found = {name: dict(one) for name, one in now.items()}
    asks: list[str] = []
    if not any(word in text for word in MORE):
        return found, asks
    for name, one in found.items():
        old = before.get(name)
        if old and old["value"] is not None and one["value"] is not None:
            total = round(old["value"] + one["value"], 4)
            sums = {"before": plain(old["value"]), "total": plain(total), "unit": one["unit"]}
            asks.append(ask("added", name=name, **sums))
            one["value"] = total
    return found, asks
