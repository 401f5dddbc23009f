"""Who is commended for answering: people who answered every warning, quickest first, and villages with all answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.answers.models import NOT_HERS, Answer, How
from broadcasts.coverage.contract import Span
from broadcasts.coverage.count import village
from broadcasts.coverage.months import ASKING
from broadcasts.coverage.queries import rows
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.places import spelled
from drills.bulletins.wording import phrase, title

NAMED = 20  # people, and villages, by name
GRIDLESS = 2  # a village stands at least so deep below the county


@dataclass(frozen=True)
class Fast:
    name: str
    place: str
    ab: str
    answered: int
    seconds: float

    @property
    def said(self) -> str:
        minutes, seconds = divmod(int(self.seconds), 60)
        return f"{minutes} 分 {seconds:02d} 秒" if minutes else f"{seconds} 秒"


class AnsweredFast:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("fast")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        """Of those who answered each time that they were asked, the most often asked, then the quickest."""
        asked = await _asked(session, month)
        took = await _took(session, month)
        whole = {person: took[person] for person, number in asked.items() if len(took.get(person, ())) >= number}
        first = sorted(whole, key=lambda person: (-asked[person], median(whole[person]), person))[:NAMED]
        named = sa.select(col(Person.id), col(Person.name), col(Person.area_id), col(Person.ab))
        people = {row[0]: row for row in await session.execute(named.where(col(Person.id).in_(first)))}
        found = [
            Fast(
                people[one].name, spelled(areas, village(areas, people[one].area_id)), people[one].ab, asked[one],
                median(whole[one]),
            )
            for one in first
        ]  # fmt: skip
        return [phrase("fast", p=one) for one in found]


class VillagesWhole:
    """Fills drills.bulletins.contract.Contribution."""

    title = title("whole")

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        """Villages in which everybody who was asked answered, each time."""
        sent = (
            (await session.execute(sa.select(col(Broadcast.id)).where(*_live(month)).join(*_alert()))).scalars().all()
        )
        counted: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
        for row in await rows(session, sent):
            counted[row.area_id][0] += row.answered - row.roads.get(How.knock.value, 0)  # said themselves
            counted[row.area_id][1] += row.asked
        whole = [
            areas.nodes[area]
            for area, (answered, asked) in counted.items()
            if asked and answered == asked and area in areas.nodes and sum(1 for _ in areas.up(area)) > GRIDLESS
        ]
        names = [spelled(areas, node.id) for node in sorted(whole, key=lambda node: node.code)]
        return [phrase("whole", places=names[:NAMED], number=len(names))] if names else []


async def _asked(session: AsyncSession, month: Span) -> dict[int, int]:
    wanted = (
        sa.select(col(Delivery.target_id), sa.func.count(sa.distinct(col(Delivery.broadcast_id))))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .join(*_alert())
        .where(col(Delivery.target_kind) == "person", col(Delivery.asked), *_live(month))
        .group_by(col(Delivery.target_id))
    )
    return {person: number for person, number in await session.execute(wanted)}


async def _took(session: AsyncSession, month: Span) -> dict[int, list[float]]:
    """By person: how many seconds to the first answer, of each broadcast that was answered."""
    first = (
        sa.select(sa.func.min(col(Answer.id)).label("id"))
        .join(Broadcast, col(Broadcast.id) == col(Answer.broadcast_id))
        .join(*_alert())
        .where(col(Answer.counts), col(Answer.undone_at).is_(None), col(Answer.said).not_in(NOT_HERS), *_live(month))
        .group_by(col(Answer.broadcast_id), col(Answer.person_id))
        .subquery()
    )
    wanted = (
        sa.select(col(Answer.person_id), col(Answer.at), col(Broadcast.started_at))
        .join(first, first.c.id == col(Answer.id))
        .join(Broadcast, col(Broadcast.id) == col(Answer.broadcast_id))
    )
    found: defaultdict[int, list[float]] = defaultdict(list)
    for person, at, started in await session.execute(wanted):
        found[person].append(max(0.0, (at - started).total_seconds()))
    return found


def _alert() -> tuple[type[Alert], sa.ColumnElement[bool]]:
    return Alert, col(Alert.id) == col(Broadcast.alert_id)


def _live(month: Span) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a Broadcast joined with its Alert: in earnest, and in this month."""
    return (
        col(Broadcast.subject) == "",
        col(Broadcast.purpose).in_(ASKING),
        col(Broadcast.road) == Road.live,
        col(Alert.kind) != Kind.drill,
        col(Broadcast.started_at) >= month.since,
        col(Broadcast.started_at) < month.until,
    )
