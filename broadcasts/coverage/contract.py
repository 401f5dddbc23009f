"""What the rooms above give to a month's page: figures with their denominators, and the words beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.render import wording


@dataclass(frozen=True)
class Span:
    """A month in local time: from `since` to `until`, that moment not included. `name` is 2026-07."""

    name: str
    since: datetime
    until: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Figure:
    """`done` of `whole`. `key` names the county's target for it; `note` says what is counted."""

    key: str
    name: str
    done: int
    whole: int
    note: str = ""

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None where there was nothing."""
        return self.done * 100 // self.whole if self.whole else None


def figure(key: str, done: int, whole: int) -> Figure:
    """With its name and note from templates/messages/figures.txt."""
    named = wording("figures.txt", "FIGURES")
    return Figure(key, named[key], done, whole, named[f"{key}_note"])


class Contribution(Protocol):
    """One room's part of the month. bot.wiring lists them in their order."""

    async def figures(
        self, session: AsyncSession, areas: Tree, inside: int | None, month: Span, at: datetime
    ) -> Sequence[Figure]:
        """As it stands at `at`, of what lies inside an area, where one is given. A figure without anything to count has
        `whole` 0."""
        ...
