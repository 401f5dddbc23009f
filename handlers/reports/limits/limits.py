"""The numbers by which reports are judged, each with its paper; a county writes its own beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.record.entries import record
from handlers.reports.models import ReportLimit

MOST = 100_000.0
ACTIVE = select(ReportLimit).where(col(ReportLimit.active)).order_by(col(ReportLimit.id))
AMOUNTS = ACTIVE.with_only_columns(col(ReportLimit.name), col(ReportLimit.amount))  # the last of a name counts
AMOUNTS = AMOUNTS.execution_options(autoflush=False)


class BadLimit(SignalTreeError):
    """没有存："""


@dataclass(frozen=True)
class Limits:
    """`mending` is how long what was returned takes further words; `alike_*` are what may be one event."""

    lives: float = 10
    rooms: float = 100
    mending: timedelta = timedelta(hours=24)
    alike_within: timedelta = timedelta(hours=1)
    alike_km: float = 2.0


async def limits(session: AsyncSession) -> Limits:
    found = {name: amount for name, amount in (await session.execute(AMOUNTS)).all()}
    plain = Limits()
    return Limits(
        found.get("lives", plain.lives),
        found.get("rooms", plain.rooms),
        timedelta(hours=found["mending"]) if "mending" in found else plain.mending,
        timedelta(minutes=found["alike_minutes"]) if "alike_minutes" in found else plain.alike_within,
        found.get("alike_km", plain.alike_km),
    )


async def rows(session: AsyncSession) -> list[ReportLimit]:
    """Those that count: one of each name, in the order in which they were first written."""
    newest = {row.name: row for row in (await session.execute(ACTIVE)).scalars()}
    return list(newest.values())


async def change(session: AsyncSession, form: Mapping[str, str], *, by: str, at: datetime) -> ReportLimit:
    """The county's own number with its paper; the row before ends, and stays. Raises BadLimit with the mend."""
    old = next((row for row in await rows(session) if row.name == form.get("name", "")), None)
    if old is None:
        raise BadLimit("没有这一行。")
    amount, basis = _number(form.get("amount", "")), form.get("basis", "").strip()[:128]
    if amount is None:
        raise BadLimit(f"“{old.what}”请写一个大于 0 的数，例如 {old.amount:g}。")
    if not basis:
        raise BadLimit("请写依据的是哪份文件。")
    old.active = False
    made = ReportLimit(name=old.name, amount=amount, unit=old.unit, what=old.what, basis=basis)
    session.add_all((old, made))
    await session.flush()
    record(session, by, "report-limit.changed", old.name, at, amount=amount, before=old.amount)
    return made


def _number(text: str) -> float | None:
    plain = text.strip()
    if not plain.replace(".", "", 1).isdecimal() or len(plain) > 10:
        return None
    return float(plain) if 0 < float(plain) <= MOST else None
