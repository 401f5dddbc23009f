"""The table of days: within how many a hint is mended. A county ends what is not its own and writes what its papers
say, each row with its basis."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.record.entries import record
from handlers.hints.models import Domain, Hint, HintDeadline, Severity

OWN = "受理人定的"
MOST = 365  # days


class BadRule(SignalTreeError):
    """没有存："""


async def rules(session: AsyncSession) -> list[HintDeadline]:
    """Those in force first."""
    wanted = select(HintDeadline).order_by(
        col(HintDeadline.active).desc(), col(HintDeadline.severity), col(HintDeadline.days), col(HintDeadline.id)
    )
    return list((await session.execute(wanted)).scalars())


async def rule_for(session: AsyncSession, hint: Hint, day: date) -> HintDeadline | None:
    """Of the rows that match the one of its own domain, of these the shortest; None where the county has none."""
    matching = [
        rule
        for rule in await rules(session)
        if rule.active
        and rule.severity == hint.severity
        and rule.domain in {"", hint.domain}
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    return min(matching, key=lambda rule: (not rule.domain, rule.days), default=None)


async def switch(session: AsyncSession, rule_id: int, *, on: bool, by: str, at: datetime) -> None:
    """End it or take it up again. What was assigned already keeps its time."""
    rule = await session.get(HintDeadline, rule_id)
    if rule is None:
        raise BadRule("没有这一行。")
    rule.active = on
    session.add(rule)
    record(session, by, "hint-deadline.switched", str(rule.id), at, active=on)


async def add(session: AsyncSession, form: Mapping[str, str], *, by: str, at: datetime) -> HintDeadline:
    """A row of the county's own. Raises BadRule with the mend."""
    basis, days = form.get("basis", "").strip()[:128], form.get("days", "").strip()
    if not basis:
        raise BadRule("请写依据的是哪份文件。")
    if not (days.isascii() and days.isdecimal() and 0 < int(days[:6]) <= MOST):
        raise BadRule(f"请写几天，1 到 {MOST} 的整数。")
    try:
        severity = Severity(form.get("severity", ""))
        domain = Domain(form["domain"]).value if form.get("domain") else ""
    except ValueError:
        raise BadRule("请选有多重、哪一类。") from None
    rule = HintDeadline(severity=severity, domain=domain, days=int(days[:6]), basis=basis)
    session.add(rule)
    await session.flush()
    record(session, by, "hint-deadline.added", str(rule.id), at, severity=severity.value)
    return rule
