"""The plan before the send: whom a warning of this kind would reach, by which roads, in how many calls and seconds; and
by name for whom none is open, with what is left for each. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from bot.config import Settings
from bot.directory.models import Group, Person
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.places import Hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.issue import draft
from broadcasts.dispatch.models import Batch, Broadcast, Tally
from broadcasts.dispatch.planning.plan import ROADS, Plan
from broadcasts.dispatch.states import Purpose, State
from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import Grade

LASTS = timedelta(hours=3)
DAILY = {"oa_template": 100_000, "oa_reply": 500_000}  # calls a day by the platform's table, for an ordinary account
SEEN = 200  # of the last calls by a road, how long they took
UNSEEN = 0.3  # seconds that a call takes, where none has been made yet
LEFT = (State.sent, State.delivered, State.unknown, State.failed)  # states of copies that have used a call


@dataclass(frozen=True)
class RoadPlan:
    """`seconds` from the first call to the last answer, by what calls took lately (`took` None: never seen). `left`:
    calls that the platform still allows today, None where it names no number."""

    channel: str
    readers: int
    calls: int
    seconds: float
    took: float | None
    left: int | None


@dataclass(frozen=True)
class Missing:
    """Somebody whom no open road reaches: why, and what is left: a partner who is reached (`by`), phone, or visit."""

    target: Target
    name: str
    reason: str
    way: str  # partner, phone, visit or none
    by: str = ""


@dataclass(frozen=True)
class Forecast:
    purpose: Purpose
    people: int
    groups: int
    calls: int
    sums: Sequence[dict[str, object]]
    roads: Sequence[RoadPlan]
    by_hand: int
    missing: Sequence[Missing]

    @property
    def seconds(self) -> float:
        """The roads are driven side by side."""
        return max((road.seconds for road in self.roads), default=0.0)

    @property
    def short(self) -> list[RoadPlan]:
        """Roads on which the platform allows fewer calls today than this takes."""
        return [road for road in self.roads if road.left is not None and road.left < road.calls]


async def forecast(
    session: AsyncSession, settings: Settings, areas: Tree, code: str, grade: Grade, area_id: int, at: datetime
) -> Forecast:
    """What a weather station's warning of that kind for that area would come to at this moment."""
    alert, hit = _imagined(areas, code, grade, area_id, at), Hit(frozenset({area_id}))
    made = await draft(session, settings, alert, hit, at=at)
    groups = sum(target.kind == "group" for target in made.plan.reached)
    roads = [await _road(session, settings, made.plan, name, at) for name in ROADS if _readers(made.plan, name)]
    return Forecast(
        made.purpose,
        len(made.plan.reached) - groups,
        groups,
        made.plan.calls,
        made.plan.sums(),
        roads,
        len(made.plan.relays),
        await _missing(session, made.plan),
    )


def _imagined(areas: Tree, code: str, grade: Grade, area_id: int, at: datetime) -> Alert:
    """A warning that nobody issued; it is never stored."""
    danger, place = hazard(code), areas.nodes[area_id].name
    said = f"{place}{danger.name}{grade.zh}预警（预演，没有发出）"
    info = {"language": "zh-CN", "event": danger.name, "headline": said, "description": said, "areas": []}
    return Alert(
        uid="", thread="", kind=Kind.signal, status=Status.stored, msg_type="Alert", identifier="", sender="",
        sender_name=f"{place}气象台", sent=at, expires=at + LASTS, event=danger.name, event_code=code, grade=grade,
        headline=said, content={"infos": [info]}, received_at=at,
    )  # fmt: skip


def _readers(plan: Plan, channel: str) -> int:
    return sum(len(batch.targets) for batch in plan.batches if batch.channel == channel)


async def _road(session: AsyncSession, settings: Settings, plan: Plan, channel: str, at: datetime) -> RoadPlan:
    calls = sum(len(plan.texts[b.text].parts) for b in plan.batches if b.channel == channel)
    took = await _took(session, channel)
    rounds = -(-calls // settings.send_open)
    left = DAILY[channel] - await _used(session, settings, channel, at) if channel in DAILY else None
    return RoadPlan(channel, _readers(plan, channel), calls, rounds * (took or UNSEEN), took, left)


async def _took(session: AsyncSession, channel: str) -> float | None:
    """Seconds that its last calls took on average, from leaving to the platform's answer on our record."""
    columns = (col(Batch.attempted_at), col(Batch.settled_at))
    wanted = sa.select(*columns).where(
        col(Batch.channel) == channel, col(Batch.state).in_([State.sent, State.delivered])
    )
    rows = (await session.execute(wanted.order_by(col(Batch.id).desc()).limit(SEEN))).all()
    times = [(b - a).total_seconds() for a, b in rows if a and b]
    return sum(times) / len(times) if times else None


async def _used(session: AsyncSession, settings: Settings, channel: str, at: datetime) -> int:
    """Copies that left by it since the county's midnight."""
    local = at.astimezone(settings.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)
    wanted = (
        sa.select(sa.func.coalesce(sa.func.sum(col(Tally.copies)), 0))
        .join(Broadcast, col(Broadcast.id) == col(Tally.broadcast_id))
        .where(col(Broadcast.started_at) >= midnight, col(Tally.channel) == channel, col(Tally.state).in_(LEFT))
    )
    return int(await session.scalar(wanted) or 0)


async def _missing(session: AsyncSession, plan: Plan) -> list[Missing]:
    people = {target.id for target, _ in plan.unreachable if target.kind == "person"}
    groups = {target.id for target, _ in plan.unreachable if target.kind == "group"}
    reached = {target.id for target in plan.reached if target.kind == "person"}
    known = await _people(session, people)
    partners = await _partners(session, {area for _, _, area, _ in known.values()}, reached)
    names = {number: name for number, name in await session.execute(_named(groups))}
    found = []
    for target, reason in plan.unreachable:
        if target.kind != "person":
            found.append(Missing(target, names.get(target.id, ""), reason, "none"))
            continue
        name, ab, area, phone = known[target.id]
        by = partners.get((area, "B" if ab == "A" else "A")) if ab else None
        found.append(Missing(target, name, reason, "partner" if by else "phone" if phone else "visit", by or ""))
    return sorted(found, key=lambda one: (one.target.area_id, one.name))


async def _people(session: AsyncSession, ids: set[int]) -> dict[int, tuple[str, str, int, bool]]:
    """Name, A or B, area, and whether we know a telephone number."""
    phone = col(Person.phone_sealed).is_not(None)
    columns = (col(Person.id), col(Person.name), col(Person.ab), col(Person.area_id), phone)
    rows = await session.execute(sa.select(*columns).where(_among(col(Person.id), ids)))
    return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in rows}


async def _partners(session: AsyncSession, areas: set[int], reached: set[int]) -> dict[tuple[int, str], str]:
    """By area and A or B: somebody there who is reached."""
    columns = (col(Person.id), col(Person.area_id), col(Person.ab), col(Person.name))
    rows = await session.execute(
        sa.select(*columns)
        .where(_among(col(Person.area_id), areas), col(Person.ab) != "")
        .order_by(col(Person.id).desc())
    )
    return {(area, ab): name for number, area, ab, name in rows if number in reached}


def _named(ids: set[int]) -> sa.Select[int, str]:
    return sa.select(col(Group.id), col(Group.name)).where(_among(col(Group.id), ids))


def _among(column: Mapped[int], ids: set[int]) -> sa.ColumnElement[bool]:
    """The ids are written into the statement: there may be more of them than a statement takes parameters."""
    return column.in_(sa.bindparam(None, [*ids], expanding=True, literal_execute=True))
