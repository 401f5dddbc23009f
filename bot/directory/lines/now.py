"""The telephones that answer at a moment: of whoever is on duty, else the area's own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.lines.models import DutyLine
from bot.directory.tree import Tree


class Lines:
    """Asked by area."""

    def __init__(self, areas: Tree, on_duty: Mapping[int, str]) -> None:
        self._areas, self._on_duty = areas, on_duty

    def of(self, area_id: int) -> str:
        """The nearest one upward; empty where none is known."""
        found = (self._on_duty.get(node.id) or node.duty_phone for node in self._areas.up(area_id))
        return next(filter(None, found), "")

    @property
    def county(self) -> str:
        """What a text names that everybody reads."""
        return next((self.of(root.id) for root in self._areas.roots), "")


async def lines(session: AsyncSession, areas: Tree, at: datetime) -> Lines:
    wanted = select(DutyLine).where(col(DutyLine.until) > at, col(DutyLine.since) <= at)
    return Lines(areas, {one.area_id: one.phone for one in (await session.execute(wanted)).scalars()})
