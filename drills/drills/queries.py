"""Finding drills: by name, by moment, by place, by who takes part."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from drills.drills.models import Drill, DrillArea, Inject, Participant, Stage
from drills.drills.states import COMING, ON


async def of_uid(session: AsyncSession, uid: str, *, change: bool = False) -> Drill | None:
    """With `change` its row is locked: one hand at a time."""
    wanted = select(Drill).where(col(Drill.uid) == uid)
    return (await session.execute(wanted.with_for_update() if change else wanted)).scalar_one_or_none()


async def of_alert(session: AsyncSession, alert_id: int) -> Drill | None:
    """The drill of which this message is a line."""
    wanted = select(Drill).join(Inject, col(Inject.drill_id) == col(Drill.id)).where(col(Inject.alert_id) == alert_id)
    return (await session.execute(wanted)).scalar_one_or_none()


async def areas_of(session: AsyncSession, drill_id: int) -> list[int]:
    wanted = select(DrillArea.area_id).where(col(DrillArea.drill_id) == drill_id).order_by(col(DrillArea.area_id))
    return list((await session.execute(wanted)).scalars())


async def areas_of_all(session: AsyncSession, drill_ids: Collection[int]) -> dict[int, list[int]]:
    """As `areas_of`, for many at once."""
    wanted = select(DrillArea).where(col(DrillArea.drill_id).in_(drill_ids)).order_by(col(DrillArea.area_id))
    found: dict[int, list[int]] = {number: [] for number in drill_ids}
    for row in (await session.execute(wanted)).scalars():
        found[row.drill_id].append(row.area_id)
    return found


async def script(session: AsyncSession, drill_id: int) -> Sequence[Inject]:
    wanted = select(Inject).where(col(Inject.drill_id) == drill_id).order_by(col(Inject.minute), col(Inject.number))
    return (await session.execute(wanted)).scalars().all()


async def listed(
    session: AsyncSession, *, states: Collection[Stage] = (), inside: Collection[int] | None = None,
    since: datetime | None = None, until: datetime | None = None, most: int = 200,
) -> list[Drill]:  # fmt: skip
    """The latest planned first; of these states, organised by or held in one of the areas `inside`, where given."""
    wanted = select(Drill).order_by(col(Drill.starts_at).desc(), col(Drill.id).desc()).limit(most)
    if states:
        wanted = wanted.where(col(Drill.state).in_(states))
    if inside is not None:
        here = sa.exists().where(col(DrillArea.drill_id) == col(Drill.id), col(DrillArea.area_id).in_(inside))
        wanted = wanted.where(sa.or_(col(Drill.unit_area_id).in_(inside), here))
    if since is not None:
        wanted = wanted.where(col(Drill.starts_at) >= since)
    if until is not None:
        wanted = wanted.where(col(Drill.starts_at) < until)
    return list((await session.execute(wanted)).scalars())


async def newest(session: AsyncSession, *, state: Stage | None, before: int | None, most: int) -> list[Drill]:
    """As other systems may know of them: no 双盲 before it has begun."""
    secret = sa.and_(col(Drill.blind), col(Drill.state).in_(COMING))
    wanted = select(Drill).where(sa.not_(secret)).order_by(col(Drill.id).desc()).limit(most)
    if state is not None:
        wanted = wanted.where(col(Drill.state) == state)
    if before is not None:
        wanted = wanted.where(col(Drill.id) < before)
    return list((await session.execute(wanted)).scalars())


async def for_person(session: AsyncSession, person_id: int, at: datetime) -> list[Drill]:
    """What somebody may know of: no 双盲 before it has begun."""
    mine = sa.exists().where(
        col(Participant.drill_id) == col(Drill.id), col(Participant.kind) == "person",
        col(Participant.target_id) == person_id,
    )  # fmt: skip
    coming = sa.and_(col(Drill.state) == Stage.planned, sa.not_(col(Drill.blind)), col(Drill.starts_at) > at)
    wanted = select(Drill).where(mine, sa.or_(col(Drill.state).in_(ON), coming)).order_by(col(Drill.starts_at))
    return list((await session.execute(wanted)).scalars())
