"""Which areas a warning hits: by code, by polygon or circle, and nobody is left out in silence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from bot.directory.tree import Node, Tree
from broadcasts.intake.message import Message, MessageArea

DEGREE_KM = 111.32  # kilometres in a degree of latitude


@dataclass(frozen=True)
class Hit:
    """`areas` are hit with all that lies in them. `asks` says why the officer is asked afterwards."""

    areas: frozenset[int] = frozenset()
    asks: frozenset[str] = field(default_factory=frozenset)

    @property
    def elsewhere(self) -> bool:
        return not self.areas


def hit(message: Message, tree: Tree) -> Hit:
    """Every area that a message's areas name. Without any area at all, the sender's own region counts."""
    found: set[int] = set()
    asks: set[str] = set()
    named = [area for info in message.infos for area in info.areas]
    for area in named:
        codes, known = _by_codes(area.codes, tree)
        found |= codes
        if not known:
            asks.add("area_unknown")
        shapes = _shapes(area)
        if shapes:
            inside, unsure = _by_shapes(shapes, tree)
            found |= inside
            if unsure:
                asks.add("no_geometry")
    if not found and not any(a.codes or a.polygons or a.circles for a in named):
        return _by_region(message, named, tree)
    return Hit(frozenset(_outermost(found, tree)), frozenset(asks) if found else frozenset())


def prefix(code: str) -> str:
    """A division code without the zeros that only fill it up: 511500000000 → 5115, 51150210200000 → 511502102."""
    code = code[:12] if code.isdigit() and len(code) > 12 and set(code[12:]) == {"0"} else code
    if not code.isdigit() or len(code) not in {6, 9, 12}:
        return code
    for length in (2, 4, 6, 9):
        if length < len(code) and not code[length:].strip("0"):
            return code[:length]
    return code


def _by_codes(codes: Sequence[str], tree: Tree) -> tuple[set[int], bool]:
    """The areas of the codes, and whether each code of our region was known exactly."""
    found: set[int] = set()
    known = True
    nodes = _coded(tree)
    for code in codes:
        wanted = prefix(code.strip())
        inside = {node.id for own, node in nodes if own.startswith(wanted)}
        if not inside:
            # finer than our tree, or new: the finest area of ours that contains it
            around = max(((own, node) for own, node in nodes if wanted.startswith(own)), key=_finest, default=None)
            if around is not None:
                inside, known = {around[1].id}, False
        found |= inside
    return found, known


@lru_cache(maxsize=2)
def _coded(tree: Tree) -> list[tuple[str, Node]]:
    """Each area that has a division's code, with its prefix."""
    return [(prefix(node.code), node) for node in tree.nodes.values() if node.code.isdigit()]


def _finest(pair: tuple[str, Node]) -> int:
    return len(pair[0])


def _shapes(area: MessageArea) -> list[BaseGeometry]:
    shapes: list[BaseGeometry] = []
    for ring in area.polygons:
        if len(ring) >= 4:
            shapes.append(shapely.make_valid(Polygon([(lon, lat) for lat, lon in ring])))
    shapes.extend(_circle(c.lat, c.lon, c.km) for c in area.circles)
    return shapes


def _circle(lat: float, lon: float, km: float) -> BaseGeometry:
    wide = max(math.cos(math.radians(lat)), 0.01)
    unit = Point(0, 0).buffer(max(km, 0.01) / DEGREE_KM)
    return shapely.transform(unit, lambda xy: xy * (1 / wide, 1) + (lon, lat))


def _by_shapes(shapes: Sequence[BaseGeometry], tree: Tree) -> tuple[set[int], bool]:
    """Areas whose own shape is met. An area without one is hit if its nearest ancestor with one is; where none has one,
    everything is. An area that is met in a gap between its parts is hit whole."""
    whole = shapely.union_all(list(shapes))
    found: set[int] = set()
    unsure = False

    def down(node: Node, inherited: bool | None) -> bool:
        nonlocal unsure
        meets = _meets(node, whole) if node.geometry else inherited is not False
        below = [child for child in tree.below(node.id) if child is not node]
        if any(child.geometry for child in below):
            unsure = unsure or (inherited is None and not node.geometry)
            parts = [down(child, meets) for child in tree.children(node.id)]
            if any(parts) or not (meets and node.geometry):
                return any(parts)
        elif meets:
            open_ = [*below] if node.geometry else [node, *below]
            unsure = unsure or any(n.level != "网格" for n in open_)
        if meets:
            found.add(node.id)
        return meets

    for root in tree.roots:
        down(root, None)
    return found, unsure


def _meets(node: Node, whole: BaseGeometry) -> bool:
    return bool(shapely.intersects(shapely.from_wkt(node.geometry), whole))


def _by_region(message: Message, named: Sequence[MessageArea], tree: Tree) -> Hit:
    """A message without code or shape: areas of ours that its words name, else the whole county where it comes from
    our region or does not say, and nothing where its sender sits elsewhere."""
    region = prefix(message.identifier[:6] + "000000") if message.national else ""
    if region and not any(_same_line(region, prefix(root.code)) for root in tree.roots):
        return Hit()
    words = " ".join(area.desc for area in named)
    by_name = {node.id for node in tree.nodes.values() if len(node.name) > 1 and node.name in words}
    if by_name:
        return Hit(frozenset(_outermost(by_name, tree)), frozenset({"by_name"}))
    return Hit(frozenset(root.id for root in tree.roots), frozenset({"no_area"}))


def _same_line(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _outermost(found: set[int], tree: Tree) -> set[int]:
    """Without those that lie in another of them."""
    below = {a for a in found if tree.nodes[a].parent_id in found}  # nearly all of them, when a county is hit
    return {a for a in found - below if not any(node.id in found for node in tree.up(a) if node.id != a)}
