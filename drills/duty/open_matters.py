"""What the warnings leave to the next shift: alerts in force, who is silent, what waits for a decision."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.alerts.content import message
from broadcasts.alerts.listed import Standing, Wanted, listed
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import silent
from broadcasts.audience.places import hit
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.release.holds import open_holds

MOST = 50  # alerts that are looked at
NAMED = 12  # names in one line


class OpenAlerts:
    title = "生效中的预警"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        found = await _in_force(session, areas, area_id, at)
        return [
            f"{_name(alert)}（{alert.sender_name}，{spoken(alert.sent, at, zone)}发布"
            f"{'，到' + spoken(alert.expires, at, zone) if alert.expires else '，没有写到什么时候'}）"
            for alert in found
        ]


class SilentNames:
    title = "还没应答的人"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        lines = []
        for alert in await _in_force(session, areas, area_id, at):
            sent = await of_alert(session, alert.id)
            people = await silent(session, sent[-1].id, inside=_inside(areas, area_id)) if sent else []
            if people:
                named = "、".join(f"{one.name}（{one.village}）" for one in people[:NAMED])
                more = f"等 {len(people)} 人" if len(people) > NAMED else ""
                lines.append(f"{_name(alert)}：{named}{more}")
        return lines


class Held:
    title = "等人处理"

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        why, lines = wording("reasons.txt", "WHY"), []
        for hold in await open_holds(session):
            alert = await session.get(Alert, hold.alert_id) if hold.alert_id else None
            if _inside(areas, area_id) is None or (alert is not None and _concerns(areas, area_id, alert)):
                what = hold.said or (_name(alert) if alert else "")
                reason = why.get(hold.reason, hold.reason)
                lines.append(f"{what}{'：' if what else ''}{reason}（{spoken(hold.opened_at, at, zone)}起）")
        return lines


async def _in_force(session: AsyncSession, areas: Tree, area_id: int, at: datetime) -> list[Alert]:
    found = await listed(session, Wanted(Standing.force), at, most=MOST)
    return [alert for alert in found if _concerns(areas, area_id, alert)]


def _concerns(areas: Tree, area_id: int, alert: Alert) -> bool:
    if _inside(areas, area_id) is None:
        return True
    around = {node.id for node in (*areas.up(area_id), *areas.below(area_id))}
    return bool(hit(message(alert.content), areas).areas & around)


def _inside(areas: Tree, area_id: int) -> int | None:
    """None where the desk is the whole county's."""
    return None if area_id in {root.id for root in areas.roots} else area_id


def _name(alert: Alert) -> str:
    return f"{alert.grade.zh if alert.grade else ''}{alert.event}"
