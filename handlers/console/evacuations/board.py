"""How far the moving of villages under a warning is: who refuses and who needs support first, then the silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation.figures import Totals, totals
from broadcasts.tasks.evacuation.queries import Seen, of_thread
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
    rows = sorted(await of_thread(session, alert.thread, inside=mine.area_id), key=lambda one: one.sorts(now))
    if not rows:
        return None
    counted = [(one.task, one.said) for one in rows if one.task.reason != "stopped"]
    return Moving(rows, totals(counted), await _helps(session, rows))


async def _helps(session: AsyncSession, rows: Sequence[Seen]) -> list[tuple[Seen, Hold]]:
    about = {f"evacuation:{one.task.uid}": one for one in rows}
    wanted = select(Hold).where(
        col(Hold.reason) == Reason.help, col(Hold.closed_at).is_(None), col(Hold.about).startswith("evacuation:")
    )
    found = (await session.execute(wanted.order_by(col(Hold.id)))).scalars()
    return [(about[hold.about], hold) for hold in found if hold.about in about]
