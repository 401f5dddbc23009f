"""What one shift leaves to the next of the reports: what nobody has confirmed, and what is owed by when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from handlers.reports.daily.listed import towns
from handlers.reports.models import State
from handlers.reports.queries import Owed, Row, late_first, listed

LONGEST = 20  # lines; who owes more is told how many
AHEAD = timedelta(hours=24)


class OwedReports:
    """Fills drills.duty.handover.Contribution."""

    title = "欠着的上报"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        """The late ones first, then what waits to be confirmed, then what is due within a day."""
        late = await late_first(session, area_id, at)
        rest = await listed(session, area_id, since=at - timedelta(days=30), most=200)
        said = {row.report.id: _line(row, row.late(at), areas, at, zone) for row in late}
        for row in rest:
            soon = [one for one in row.owed if one.due.due_at <= at + AHEAD]
            if row.report.road is Road.live and (row.report.state is State.filed or soon):
                said.setdefault(row.report.id, _line(row, soon, areas, at, zone))
        found = [*await _unsaid(session, areas, area_id, at, zone), *said.values()]
        more = [f"另有 {len(found) - LONGEST} 份，见“上报”。"] if len(found) > LONGEST else []
        return [*found[:LONGEST], *more]


async def _unsaid(session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo) -> list[str]:
    """Which towns have not said today how it stands."""
    owing = await towns(session, areas, area_id, at.astimezone(zone).date(), zone)
    return [
        f"{town.name}缺报：{town.rule.what}，{spoken(town.row.due_at, at, zone)}前"
        for town in owing
        if town.row.made_at is None
    ]


def _line(row: Row, owed: Sequence[Owed], areas: Tree, at: datetime, zone: ZoneInfo) -> str:
    report = row.report
    head = f"{report.number} {spelled(areas, report.area_id)}{report.group}"
    what = ["待核实"] if report.state is State.filed else []
    what += [f"{'晚了：' if one.late(at) else ''}{one.rule.what}，{spoken(one.due.due_at, at, zone)}前" for one in owed]
    return f"{head}：{'；'.join(what)}"
