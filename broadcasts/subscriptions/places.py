"""From what a resident says or where a resident stands to areas of the tree. Pure."""

import shapely
from shapely.geometry import Point

from bot.directory.tree import Node, Tree

MOST = 8
ENDINGS = "县市区镇乡村社街道办事处委会"


def named(areas: Tree, words: str) -> list[Node]:
    """Areas whose name is meant, whole names before beginnings, higher levels first; grids are not for residents."""
    wanted = _bare(words)
    if not wanted:
        return []
    whole, part = [], []
    for node in areas.nodes.values():
        if node.level == "网格":
            continue
        if node.name == words.strip() or _bare(node.name) == wanted:
            whole.append(node)
        elif wanted in node.name:
            part.append(node)
    order = {node.id: len(list(areas.up(node.id))) for node in (*whole, *part)}
    return sorted(whole or part, key=lambda node: (order[node.id], node.code))[:MOST]


def around(areas: Tree, lon: float, lat: float) -> Node | None:
    """The finest area with geometry in which a point lies."""
    here = Point(lon, lat)
    inside = [
        (len(list(areas.up(node.id))), node)
        for node in areas.nodes.values()
        if node.geometry and shapely.contains(shapely.from_wkt(node.geometry), here)
    ]
    return max(inside, key=lambda pair: pair[0])[1] if inside else None


def spelled(areas: Tree, area_id: int) -> str:
    """柳湾镇柳湾村: enough to tell two villages of one name apart."""
    line = [node.name for node in areas.up(area_id) if node.parent_id is not None][:2]
    return "".join(reversed(line)) or areas.nodes[area_id].name


def _bare(words: str) -> str:
    text = words.strip()
    bare = text.rstrip(ENDINGS)
    return bare if len(bare) > 1 else text
