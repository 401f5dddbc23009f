"""What stands in a drill's way: things to be mended first, and things that the officer must have seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree, tree
from bot.errors import SignalTreeError
from broadcasts.dispatch.drilled import in_earnest
from drills.drills.models import Drill
from drills.drills.participants import Cast, cast
from drills.drills.queries import areas_of, script
from drills.duty.models import Shift
from drills.duty.now import shifts
from drills.duty.rules import rules

NEAR = timedelta(minutes=15)
STALE = timedelta(hours=12)  # a plan whose moment is so long past is planned anew


class NobodyNamed(SignalTreeError):
    """还没有参演的人，请先定参演名单。"""


class NoScript(SignalTreeError):
    """脚本还一条也没有，请先写演练里要发的消息。"""


class ForNobody(SignalTreeError):
    """脚本里有的消息没有人收，请改收的人，或把他们加进名单："""


class InThePast(SignalTreeError):
    """开始的时间已经过去了，请改时间。"""


class HaveLeft(SignalTreeError):
    """参演名单里有人已经离开，请拿掉或换人："""


class NearHandover(SignalTreeError):
    """离值班交接不到 15 分钟，容易把演练当成真的，请改时间；一定要这时候，请勾“我知道”："""


class SeriousNow(SignalTreeError):
    """这些地方现在有真的预警，一定要演练，请勾“我知道”："""


async def obstacles(session: AsyncSession, drill: Drill, at: datetime) -> list[SignalTreeError]:
    """What has to be mended, in the order in which people would mend it."""
    who, lines = await cast(session, drill.id), await script(session, drill.id)
    found: list[SignalTreeError] = []
    if not who.size:
        found.append(NobodyNamed())
    if who.left:
        found.append(HaveLeft("、".join(who.left)))
    if not lines:
        found.append(NoScript())
    lost = [f"第 {one.number} 条（{one.whom}）" for one in lines if one.whom and not who.targets(one.whom)]
    if lost and who.size:
        found.append(ForNobody("、".join(lost)))
    if drill.starts_at <= at - (timedelta() if drill.announced_at is None else STALE):
        found.append(InThePast())
    return found


async def cautions(
    session: AsyncSession, areas: Tree, drill: Drill, begins: datetime, at: datetime
) -> list[SignalTreeError]:
    """What an officer must have seen before a drill that `begins` then; what is serious now matters to one that begins
    now."""
    found: list[SignalTreeError] = []
    around = await areas_of(session, drill.id)
    if changes := await _handovers(session, areas, around, begins):
        found.append(NearHandover("、".join(changes)))
    serious = await in_earnest(session, around, at) if begins <= at else []
    if serious:
        found.append(SeriousNow("、".join(f"{a.grade.zh if a.grade else ''}{a.event}" for a in serious)))
    return found


async def careful(session: AsyncSession, drill: Drill, begins: datetime, at: datetime, *, sure: bool) -> None:
    """Raises the first caution, unless somebody has seen them all and is `sure`."""
    if not sure:
        for one in await cautions(session, await tree(session), drill, begins, at):
            raise one


async def mended(session: AsyncSession, drill: Drill, at: datetime) -> Cast:
    """The cast. Raises the first obstacle."""
    for one in await obstacles(session, drill, at):
        raise one
    return await cast(session, drill.id)


async def _handovers(session: AsyncSession, areas: Tree, around: Sequence[int], at: datetime) -> list[str]:
    """县值班室: posts that answer for these areas and change within a quarter of an hour."""
    near = sa.or_(col(Shift.starts_at).between(at - NEAR, at + NEAR), col(Shift.ends_at).between(at - NEAR, at + NEAR))
    found = await shifts(session, await rules(session), near, col(Shift.cannot_at).is_(None))
    reach = {node.id for area in around for node in (*areas.up(area), *areas.below(area))}
    return list(dict.fromkeys(one.post.name for one in found if one.post.area_id in reach and not one.leads))
