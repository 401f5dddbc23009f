"""What the rooms give to a month's bulletin: sentences that commend, never a list of the worst."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.coverage.contract import Span


class Contribution(Protocol):
    """One section. bot.wiring lists them in their order."""

    @property
    def title(self) -> str: ...

    async def lines(self, session: AsyncSession, areas: Tree, month: Span, at: datetime) -> Sequence[str]:
        """Who is commended for what, names of people and places, no telephone numbers; empty where there is nobody."""
        ...
