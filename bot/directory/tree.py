"""The area tree in memory, for one decision: a county is a few thousand nodes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area, AreaTag


@dataclass(frozen=True, slots=True)
class Node:
    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    town_id: int | None
    duty_phone: str
    geometry: str | None  # WKT


class Tree:
    def __init__(self, nodes: Iterable[Node], tags: Iterable[tuple[int, str]] = ()) -> None:
        self.nodes = {node.id: node for node in nodes}
        self._children: defaultdict[int | None, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            self._children[node.parent_id].append(node)
        self._tags: defaultdict[int, set[str]] = defaultdict(set)
        for area_id, tag in tags:
            self._tags[area_id].add(tag)
        self._inherited: dict[int, frozenset[str]] = {}

    @property
    def roots(self) -> list[Node]:
        return self._children[None]

    def children(self, area_id: int) -> list[Node]:
        return self._children[area_id]

    def up(self, area_id: int) -> Iterator[Node]:
        """The node and its ancestors, nearest first."""
        node: Node | None = self.nodes[area_id]
        while node is not None:
            yield node
            node = self.nodes.get(node.parent_id) if node.parent_id else None

    def below(self, area_id: int) -> Iterator[Node]:
        """The node and all that lies in it."""
        open_ = [self.nodes[area_id]]
        while open_:
            node = open_.pop()
            yield node
            open_.extend(self._children[node.id])

    def duty_phone(self, area_id: int) -> str:
        """The nearest one upward, empty where none is known."""
        return next((node.duty_phone for node in self.up(area_id) if node.duty_phone), "")

    def tags(self, area_id: int) -> frozenset[str]:
        """A node's own tags and those it stands in."""
        if area_id not in self._inherited:
            found: frozenset[str] = frozenset()
            for node in self.up(area_id):
                found |= self._tags.get(node.id, set())
            self._inherited[area_id] = found
        return self._inherited[area_id]


async def tree(session: AsyncSession) -> Tree:
    """The whole tree with its tags, in two queries."""
    rows = await session.execute(
        sa.select(
            col(Area.id),
            col(Area.code),
            col(Area.name),
            col(Area.level),
            col(Area.parent_id),
            col(Area.town_id),
            col(Area.duty_phone),
            col(Area.geometry),
        )
    )
    tags = await session.execute(sa.select(col(AreaTag.area_id), col(AreaTag.tag)))
    return Tree((Node(*row) for row in rows), ((row[0], row[1]) for row in tags))
