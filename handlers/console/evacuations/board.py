"""How far the moving of villages under a warning is: who refuses and who needs support first, then the silent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.figures import Totals, totals
from broadcasts.tasks.evacuation.help import RINGS, about
from broadcasts.tasks.evacuation.queries import Seen, of_threads
from handlers.console.scope import Scope


@dataclass(frozen=True)
class Moving:
    """As far as the caller's part of the county goes. `helps` are villages for which somebody asks for support, each
    with the hold that rings until it is taken."""

    rows: Sequence[Seen]
    totals: Totals
    helps: Sequence[tuple[Seen, Hold]]

    @property
    def refusing(self) -> list[Seen]:
        return [one for one in self.rows if one.urgent]

    @property
    def silent(self) -> list[Seen]:
        return [one for one in self.rows if one.silent]

    @property
    def to_call(self) -> list[Seen]:
        """Of whom nothing is heard, and it is time to telephone."""
        return [one for one in self.silent if one.task.alarm_at is not None or one.unreached]

    @property
    def open(self) -> list[Seen]:
        return [one for one in self.rows if one.open]


async def moving(session: AsyncSession, mine: Scope, alert: Alert, now: datetime) -> Moving | None:
    """None where nothing was ordered here."""
    return (await all_moving(session, mine, [alert], now)).get(alert.thread)


async def all_moving(session: AsyncSession, mine: Scope, alerts: Iterable[Alert], now: datetime) -> dict[str, Moving]:
    """By the threads under which something was ordered here."""
    found = await of_threads(session, {one.thread for one in alerts}, inside=mine.area_id)
    rows = sorted(found, key=lambda one: one.sorts(now))
    helps = await _helps(session, rows) if rows else []
    threads: dict[str, list[Seen]] = {}
    for one in rows:
        threads.setdefault(one.task.thread, []).append(one)
    return {
        name: _of_thread(own, [pair for pair in helps if pair[0].task.thread == name]) for name, own in threads.items()
    }


def _of_thread(rows: Sequence[Seen], helps: Sequence[tuple[Seen, Hold]]) -> Moving:
    counted = [(one.task, one.said) for one in rows if one.task.reason != "stopped"]
    return Moving(rows, totals(counted), helps)


async def _helps(session: AsyncSession, rows: Sequence[Seen]) -> list[tuple[Seen, Hold]]:
    by_hold = {about(one.task): one for one in rows}
    wanted = select(Hold).where(
        col(Hold.reason).in_(RINGS), col(Hold.closed_at).is_(None), col(Hold.about).startswith("evacuation:")
    )
    found = (await session.execute(wanted.order_by(col(Hold.id)))).scalars()
    return [(by_hold[hold.about], hold) for hold in found if hold.about in by_hold]
