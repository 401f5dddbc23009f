"""The area tree in memory: a county is a few thousand nodes, which change once a year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.models import Area, AreaTag
from bot.directory.versions import AREAS, Kept


class Node(NamedTuple):
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
        children: defaultdict[int | None, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            children[node.parent_id].append(node)
        self._children = dict(children)
        self._tags: defaultdict[int, set[str]] = defaultdict(set)
        for area_id, tag in tags:
            self._tags[area_id].add(tag)
        self._inherited: dict[int, frozenset[str]] = {}

    @property
    def roots(self) -> list[Node]:
        return self._children.get(None, [])

    def children(self, area_id: int) -> list[Node]:
        return self._children.get(area_id, [])

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
            open_.extend(self._children.get(node.id, ()))

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


COLUMNS = ("id", "code", "name", "level", "parent_id", "town_id", "duty_phone", "geometry")


async def _read(session: AsyncSession) -> Tree:
    """Two queries. Each gives one JSON text: a few thousand rows of their own cost three times as much."""
    nodes = await _lists(session, *(getattr(Area, name) for name in COLUMNS))
    tags = await _lists(session, AreaTag.area_id, AreaTag.tag)
    return Tree(map(Node._make, nodes), ((row[0], row[1]) for row in tags))


_kept = Kept(AREAS, _read)


async def tree(session: AsyncSession) -> Tree:
    """The whole tree with its tags, as this session sees it."""
    return await _kept.get(session)


async def _lists(session: AsyncSession, *columns: Any) -> list[list[Any]]:
    """The rows of a table as lists."""
    if session.get_bind().dialect.name == "sqlite":
        said: sa.ColumnElement[Any] = sa.func.json_group_array(sa.func.json_array(*columns))
    else:
        said = sa.cast(sa.func.json_agg(sa.func.json_build_array(*columns)), sa.Text)
    rows: list[list[Any]] = orjson.loads(await session.scalar(sa.select(said)) or "[]")
    return rows
