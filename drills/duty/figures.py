"""值班确认率 of a month: shifts that began, and how many of them somebody had confirmed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from bot.directory.tree import Tree
from broadcasts.coverage.contract import Figure, Span, figure
from drills.duty.models import Check, Post, Shift


class ShiftsConfirmed:
    """Fills broadcasts.coverage.contract.Contribution."""

    async def figures(
        self, session: AsyncSession, areas: Tree, inside: int | None, month: Span, at: datetime
    ) -> Sequence[Figure]:
        began = (col(Shift.starts_at) >= month.since, col(Shift.starts_at) < min(month.until, at))
        shifts = sa.select(sa.func.count(col(Shift.confirmed_at)), sa.func.count()).select_from(Shift)
        stands = shifts.where(*began, col(Shift.removed_at).is_(None))
        asked = (col(Check.asked_at) >= month.since, col(Check.asked_at) < month.until, col(Check.deadline) <= at)
        there = sa.case((col(Check.answered_at) <= col(Check.deadline), 1))
        checks = sa.select(sa.func.count(there), sa.func.count()).select_from(Check)
        checks = checks.join(Shift, col(Shift.id) == col(Check.shift_id)).where(*asked)
        return [
            figure("shifts", *await _counted(session, stands, inside)),
            figure("checks", *await _counted(session, checks, inside)),
        ]


async def _counted(session: AsyncSession, wanted: sa.Select[*tuple[Any, ...]], inside: int | None) -> tuple[int, int]:
    if inside is not None:
        wanted = wanted.join(Post, col(Post.id) == col(Shift.post_id)).join(Area, col(Area.id) == col(Post.area_id))
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    done, whole = (await session.execute(wanted)).one()
    return done, whole
