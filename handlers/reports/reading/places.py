"""Where: a village of the tree by its name, a group (三组, 李家坳) by its word. Pure."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from bot.directory.tree import Node, Tree

GROUP = re.compile(r"(?:第)?([0-9]{1,3}|[一二两三四五六七八九十百]{1,4})(?:村民)?(?:小组|组|社|队)(?![织成合装])")
VILLAGE = re.compile(r"([\u4e00-\u9fff]{2,5}?)(?:行政村|自然村|村委会|村|社区|屯|寨)(?![民里委])")
ENDINGS = "村社区屯寨"
LEADS = re.compile(r"^(?:我们|咱们|我|咱|在|是|到|去|从|和|的|有|报告|发生|今天|刚才|现在|昨晚|请|，|。)+")


@dataclass(frozen=True)
class Place:
    """`area` is what the words name, None where they name none. `unknown` is a village that the tree has not."""

    area: Node | None = None
    words: str = ""
    group: str = ""
    group_words: str = ""
    unknown: str = ""


def place(text: str, areas: Tree, home: int | None) -> Place:
    """Of several of one name the one nearest to `home`, the sender's own village."""
    group = GROUP.search(text)
    named, words = _named(text, areas, home)
    unknown = "" if named else _unknown(text, areas)
    found = group.group() if group else ""
    return Place(named, words, f"{group.group(1)}组" if group else "", found, unknown)


def _named(text: str, areas: Tree, home: int | None) -> tuple[Node | None, str]:
    near = [node.id for node in areas.up(home)] if home in areas.nodes and home is not None else []
    spelled, lengths = _spelled(areas)
    said = {text[n : n + length] for length in lengths for n in range(len(text) - length + 1)} & spelled.keys()
    found: list[tuple[int, int, int, int, Node, str]] = []
    for name in said:
        for order, node in spelled[name]:
            if name == node.name or node.name not in said:
                line = [up.id for up in areas.up(node.id)]
                kin = sum(up in near for up in line)
                found.append((len(line), len(name), kin, -order, node, name))
    best = max(found, key=lambda one: (one[5] == one[4].name, *one[:4]), default=None)
    return (best[4], best[5]) if best else (None, "")


@lru_cache(maxsize=2)
def _spelled(areas: Tree) -> tuple[dict[str, list[tuple[int, Node]]], list[int]]:
    """How people write the places, each with its rank in the tree; and how long the names are. No grids."""
    made: defaultdict[str, list[tuple[int, Node]]] = defaultdict(list)
    for order, node in enumerate(areas.nodes.values()):
        for name in {node.name, node.name.rstrip(ENDINGS)}:
            if len(name) > 1 and node.level != "网格":
                made[name].append((order, node))
    return dict(made), sorted({len(name) for name in made})


def _unknown(text: str, areas: Tree) -> str:
    for found in VILLAGE.finditer(text):
        name = LEADS.sub("", found.group(1))
        if len(name) >= 2 and not any(name in node.name for node in areas.nodes.values()):
            return found.group()[found.group().find(name) :]
    return ""
