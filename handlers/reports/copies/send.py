"""Copying a report that was confirmed to the departments that the county named, by one message to one person each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.models import Person
from bot.directory.tree import Tree
from bot.record.entries import record
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from drills.duty.rostered import targets
from handlers.reports.copies.models import CopyRule, ReportCopy
from handlers.reports.figures.missing import understood
from handlers.reports.models import Report, Stage
from handlers.reports.told import phrase

WORTH = timedelta(hours=12)
SHOWN = 300  # letters of what was said


@dataclass(frozen=True)
class Copied:
    """For a page."""

    unit: str
    name: str
    at: datetime
    sent: bool


async def copy_out(
    session: AsyncSession, settings: Settings, areas: Tree, report: Report, *, by: str, at: datetime
) -> int:
    """To each person once, however many rows name them; not what was said in training, nor that nothing is new. How
    many hear of it."""
    if report.road is not Road.live or report.stage is Stage.zero:
        return 0
    there = select(ReportCopy.person_id).where(col(ReportCopy.report_id) == report.id)
    told = {*(await session.execute(there)).scalars()}
    rows = (await session.execute(select(CopyRule).where(col(CopyRule.active)).order_by(col(CopyRule.id)))).scalars()
    sent = 0
    for rule in matching(rows.all(), report):
        if rule.person_id not in told:
            told.add(rule.person_id)
            sent += await _one(session, settings, areas, report, rule, by, at)
    return sent


def matching(rules: Iterable[CopyRule], report: Report) -> list[CopyRule]:
    return [
        rule
        for rule in rules
        if rule.kind in {"", report.kind.value} and (not rule.hazard or report.hazard.startswith(rule.hazard))
    ]


async def copies(session: AsyncSession, report: Report) -> Sequence[Copied]:
    wanted = (
        sa.select(col(CopyRule.unit), col(Person.name), col(ReportCopy.at), col(ReportCopy.broadcast_id))
        .join(CopyRule, col(CopyRule.id) == col(ReportCopy.rule_id))
        .join(Person, col(Person.id) == col(ReportCopy.person_id))
        .where(col(ReportCopy.report_id) == report.id)
        .order_by(col(ReportCopy.id))
    )
    return [Copied(unit, name, at, bool(sent)) for unit, name, at, sent in await session.execute(wanted)]


async def _one(
    session: AsyncSession, settings: Settings, areas: Tree, report: Report, rule: CopyRule, by: str, at: datetime
) -> bool:
    made = ReportCopy(report_id=report.id, person_id=rule.person_id, rule_id=rule.id, at=at)
    if people := await targets(session, [rule.person_id]):
        text = phrase(
            "copied",
            r=report,
            place=f"{spelled(areas, report.area_id)}{report.group}",
            when=spoken(report.happened_at or report.first_at, at, settings.zone),
            figures=understood(report),
            words=report.words[:SHOWN],
            unit=rule.unit,
            basis=rule.basis,
            phone=(await lines(session, areas, at)).county,
        )
        subject = f"report-copy:{report.uid}:{rule.id}"[:64]
        sent = await tell(session, settings, people, text, purpose=Purpose.task, subject=subject, at=at, worth=WORTH)
        made.broadcast_id = sent.id
    session.add(made)
    record(session, by, "report.copied", report.uid, at, rule=rule.id, sent=bool(people))
    await session.flush()
    return bool(people)
