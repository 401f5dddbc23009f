"""The table of deadlines: a county ends what is not its own and writes what its papers say, each row with its basis."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.record.entries import record
from handlers.reports.deadlines.due import GRAVE
from handlers.reports.models import Clock, Kind, ReportDeadline, Stage

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST = {Clock.minutes: 60 * 24 * 60, Clock.workdays: 60}
LEVELS = ("镇", "县")
ORDER = list(Stage)


class BadRule(SignalTreeError):
    """没有存："""


async def rules(session: AsyncSession) -> list[ReportDeadline]:
    """Those in force first, in the order in which a report goes."""
    found = (await session.execute(select(ReportDeadline).order_by(col(ReportDeadline.id)))).scalars()
    return sorted(found, key=lambda rule: (not rule.active, ORDER.index(rule.stage)))


async def switch(session: AsyncSession, rule_id: int, *, on: bool, by: str, at: datetime) -> None:
    """End it or take it up again. What was owed already stays owed."""
    rule = await session.get(ReportDeadline, rule_id)
    if rule is None:
        raise BadRule("没有这一行。")
    rule.active = on
    session.add(rule)
    record(session, by, "report-deadline.switched", str(rule.id), at, active=on)


async def add(session: AsyncSession, form: Mapping[str, str], *, by: str, at: datetime) -> ReportDeadline:
    """A row of the county's own. Raises BadRule with the mend."""
    rule = _read(form)
    session.add(rule)
    await session.flush()
    record(session, by, "report-deadline.added", str(rule.id), at, stage=rule.stage.value)
    return rule


def _read(form: Mapping[str, str]) -> ReportDeadline:
    what, basis = form.get("what", "").strip()[:64], form.get("basis", "").strip()[:128]
    if not what or not basis:
        raise BadRule("请写要做什么，和依据的是哪份文件。")
    try:
        stage, clock = Stage(form.get("stage", "")), Clock(form.get("clock", ""))
        kind = "" if not (said := form.get("kind")) else said if said == GRAVE else Kind(said).value
    except ValueError:
        raise BadRule("请选阶段、类别和怎样算。") from None
    level, number, hour = form.get("level", ""), form.get("amount", "").strip(), form.get("at_time", "").strip()
    if level not in LEVELS:
        raise BadRule("请选是镇还是县。")
    if clock is Clock.daily:
        if not HOUR.fullmatch(hour):
            raise BadRule("每天几点，请照 09:07 的样子写。")
        return ReportDeadline(stage=stage, kind=kind, level=level, clock=clock, at_time=hour, what=what, basis=basis)
    if not (number.isdecimal() and 0 < int(number[:9]) <= LONGEST[clock]):
        raise BadRule("请写几分钟或几个工作日，大于 0 的整数。")
    return ReportDeadline(stage=stage, kind=kind, level=level, clock=clock, amount=int(number), what=what, basis=basis)
