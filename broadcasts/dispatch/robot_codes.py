"""发测试码: every robot that waits says its own code in its own group, by one broadcast."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.models import Group
from bot.directory.robots import Coded, give_codes
from bot.directory.tree import Tree, tree
from bot.errors import Conflict
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.render import render

SUBJECT = "robot_test"
RANK = 3  # behind every warning
TRIED = timedelta(hours=1)


class NobodyWaits(Conflict):
    """没有等着核对的机器人，没有发出测试码。"""


async def send_codes(session: AsyncSession, settings: Settings, *, by: str, at: datetime) -> Broadcast:
    """Give codes and send them. The shared text is one, the code stands in the group's own line. Raises NobodyWaits."""
    waiting = await give_codes(session, at, by=by)
    if not waiting:
        raise NobodyWaits
    areas = await tree(session)
    due = dict.fromkeys(Mode, at)
    sending = Sending(Purpose.test, RANK, due, at + TRIED, subject=SUBJECT)
    return await write(session, await _plan(session, settings, areas, waiting), sending, by=by, at=at)


async def _plan(session: AsyncSession, settings: Settings, areas: Tree, waiting: Iterable[Coded]) -> Plan:
    """Of a group with several robots that wait, the first is asked now and the next at the next test."""
    codes = {str(one.robot_id): one.code for one in waiting}
    rows = await session.execute(sa.select(col(Group.id), col(Group.area_id), col(Group.kind)))
    groups = {row[0]: (row[1], row[2]) for row in rows}
    county = areas.roots[0].name if areas.roots else ""
    first = {one.group_id: one for one in reversed([*waiting])}
    targets = [_target(areas, one, *groups[one.group_id]) for one in first.values()]
    return plan(
        targets,
        lambda *_: [render("robot_test.txt", county=county)],
        lambda target: f"校验码 {codes[target.roads['wecom_robot']]}",
        open_roads(settings).of(Purpose.test),
    )


def _target(areas: Tree, one: Coded, area_id: int, kind: str) -> Target:
    town = areas.nodes[area_id].town_id
    return Target("group", one.group_id, area_id, town, kind, "zh-CN", Mode.quiet, {"wecom_robot": str(one.robot_id)})
