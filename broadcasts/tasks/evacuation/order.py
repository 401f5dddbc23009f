"""An officer orders villages to be moved under a warning that is in force: by when, on whose decision, where to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.shelters.models import Shelter
from bot.directory.tree import Tree
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.content import message
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.coverage.count import GRID
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.models import LadderRule
from broadcasts.tasks.evacuation.models import LIVE, Evacuation, EvacuationOrder
from broadcasts.tasks.evacuation.responsible import NOBODY, Responsible, responsible
from broadcasts.tasks.evacuation.rungs import following, moment

LONGEST = 128  # letters of a basis
LATEST = timedelta(days=3)  # by which it is finished, at most
MOST = 100_000  # people of one village


class Over(Conflict):
    """没有下令：这条预警已经结束，或还没有发出。"""


class NoVillage(Conflict):
    """没有下令：请至少选一个村。"""


class NoBasis(Conflict):
    """没有下令：请写依据，例如哪个指挥部的哪个决定。"""


class NoMoment(Conflict):
    """没有下令：转完的时间要晚于现在，三天以内。"""


class NoNumber(Conflict):
    """没有下令：应转人数应是 0 到 100000 的整数，不知道就空着："""


class Twice(Conflict):
    """没有下令：下面的村已经在转移，不用再下一次："""


class NobodyThere(Conflict):
    """没有下令：下面的村没有能通知到的责任人，请先打电话安排，或到“导入”里补上："""


class Elsewhere(Conflict):
    """没有下令：下面的地方不在这条预警的范围里："""


@dataclass(frozen=True)
class Wanted:
    """One village of an order. `expected` is 应转, None where nobody knows."""

    area_id: int
    expected: int | None = None
    shelter_id: int | None = None


def places(areas: Tree, alert: Alert) -> list[int]:
    """The villages that the warning hits, in the order of their codes: the finest places above the grids."""
    inside = {node.id for area in hit(message(alert.content), areas).areas for node in areas.below(area)}
    found = [areas.nodes[one] for one in inside if areas.nodes[one].level != GRID]
    lowest = [node for node in found if node.parent_id and not _parts(areas, node.id)]
    return [node.id for node in sorted(lowest, key=lambda node: node.code)]


def _parts(areas: Tree, area_id: int) -> bool:
    return any(child.level != GRID for child in areas.children(area_id))


async def order(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, broadcast: Broadcast | None,
    wanted: Sequence[Wanted], *, basis: str, until: datetime, by: str, at: datetime,
) -> EvacuationOrder:  # fmt: skip
    """The sweep tells whoever answers for each village. Raises one of the errors above."""
    if broadcast is None or standing(alert, at) is not Standing.force:
        raise Over
    _checked(wanted, basis, until, at)
    who = await _allowed(session, settings, areas, alert, broadcast, wanted)
    made = EvacuationOrder(uid=uuid7(at), alert_id=alert.id, basis=basis.strip(), until=until, at=at, by=by)
    session.add(made)
    await session.flush()
    rules = (await session.execute(select(LadderRule))).scalars().all()
    first = following(rules, alert, 1, at, settings.zone)
    due_at = min(moment(first, at), until) if first else until
    for one in wanted:
        await _add(session, made, alert, broadcast, one, who[one.area_id], due_at)
    return made


def _checked(wanted: Sequence[Wanted], basis: str, until: datetime, at: datetime) -> None:
    if not wanted:
        raise NoVillage
    if not basis.strip() or len(basis.strip()) > LONGEST:
        raise NoBasis
    if not at < until <= at + LATEST:
        raise NoMoment


async def _allowed(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, broadcast: Broadcast,
    wanted: Sequence[Wanted],
) -> Mapping[int, Responsible]:  # fmt: skip
    """Who answers for each. Raises NoNumber, Elsewhere, Twice or NobodyThere with the names of the villages."""

    def names(ids: Sequence[int]) -> str:
        return "、".join(areas.nodes[one].name for one in ids if one in areas.nodes)

    ids = [one.area_id for one in wanted]
    if wrong := [one.area_id for one in wanted if one.expected is not None and not 0 <= one.expected <= MOST]:
        raise NoNumber(names(wrong))
    hits = set(places(areas, alert))
    if strange := [one for one in ids if one not in hits]:
        raise Elsewhere(names(strange))
    already = await live(session, drill=broadcast.drill)
    if twice := [one for n, one in enumerate(ids) if one in already or one in ids[:n]]:
        raise Twice(names(list(dict.fromkeys(twice))))
    who = await responsible(session, settings, areas, ids, broadcast)
    if alone := [one for one in ids if who.get(one, NOBODY).first is None]:
        raise NobodyThere(names(alone))
    return who


async def live(session: AsyncSession, *, drill: bool) -> set[int]:
    """The villages that are being moved, or were and count still, under whatever warning; a drill's stand apart."""
    wanted = sa.select(col(Evacuation.area_id)).where(col(Evacuation.drill).is_(drill), LIVE)
    return set((await session.execute(wanted)).scalars())


async def _add(
    session: AsyncSession, order_: EvacuationOrder, alert: Alert, broadcast: Broadcast, one: Wanted, who: Responsible,
    due_at: datetime,
) -> None:  # fmt: skip
    if who.first is None:
        raise NobodyThere
    shelter = await session.get(Shelter, one.shelter_id) if one.shelter_id else None
    made = Evacuation(
        uid=uuid7(order_.at), order_id=order_.id, alert_id=alert.id, broadcast_id=broadcast.id, thread=alert.thread,
        area_id=one.area_id, person_id=who.first.id, second_id=who.second.id if who.second else None,
        shelter_id=shelter.id if shelter else None, expected=one.expected, road=broadcast.road, drill=broadcast.drill,
        due_at=due_at,
    )  # fmt: skip
    session.add(made)
    facts = {"order": order_.uid, "alert": alert.uid, "area": one.area_id, "person": who.first.uid}
    more = {"expected": one.expected, "until": order_.until.isoformat()}
    record(session, order_.by, "evacuation.ordered", made.uid, order_.at, **facts, **more)
