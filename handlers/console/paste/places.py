"""The places of a pasted warning: names that the county has, and what the officer writes for them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.directory.imports.cells import SEPARATORS, BadCell
from bot.directory.imports.places import Places
from bot.directory.tree import Node, Tree
from handlers.console.scope import Scope

WHOSE = re.compile(r"^[我本全][省市县区旗]")


@dataclass(frozen=True)
class Ground:
    """The areas that are the caller's to warn, from the top: the whole county, or the tree below one area."""

    nodes: Sequence[Node]
    places: Places

    @property
    def names(self) -> list[str]:
        return [node.name for node in self.nodes]

    @property
    def first(self) -> list[str]:
        """The top and what lies one below it, as reminders."""
        top = self.nodes[0] if self.nodes else None
        return [node.name for node in self.nodes if top and (node is top or node.parent_id == top.id)]

    def find(self, words: str) -> tuple[list[str], list[str]]:
        """The codes of the places that the words name, and what is wrong with the others."""
        codes: list[str] = []
        wrong: list[str] = []
        for word in filter(None, (part.strip() for part in SEPARATORS.split(words))):
            try:
                code = self.places.find(word)
            except BadCell:
                wrong.append(f"认不出“{word[:40]}”，或不归您管，或同名的有几个。请写全名（镇名加村名）或区划代码。")
                continue
            if code.isdigit():
                codes.append(code)
            else:
                wrong.append(f"“{word[:40]}”的代码不是国家区划代码。请写它所在的村。")
        return list(dict.fromkeys(codes)), wrong


def ground(mine: Scope) -> Ground:
    areas, within = mine.areas, mine.area_id
    tops = areas.roots if within is None else [areas.nodes[within]]
    nodes = sorted((n for top in tops for n in areas.below(top.id)), key=lambda n: (len([*areas.up(n.id)]), n.code))
    codes = {node.id: node.code for node in nodes}
    return Ground(nodes, Places((n.code, n.name, codes.get(n.parent_id or 0, "")) for n in nodes))


def proposed_areas(here: Ground, found: Iterable[str]) -> tuple[list[str], list[str]]:
    """The places to begin with, and the words that nobody knows. The places that were read, 柳湾 for 柳湾镇 too; but
    the whole ground where one of them is not known, for it must not be left out in silence."""
    known: list[str] = []
    unknown: list[str] = []
    for word in found:
        name = _named(here, WHOSE.sub("", word))
        (known if name else unknown).append(name or word)
    return (known if known and not unknown else here.names[:1]), unknown


def _named(here: Ground, word: str) -> str:
    if word in here.names:
        return word
    if not word:
        return "".join(here.names[:1])  # 我县, and no more
    short = [name for name in here.first[1:] if name[:-1] == word]
    return short[0] if len(short) == 1 else ""


def places(areas: Tree, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Names and codes, in the order given."""
    by_code = {node.code: node.name for node in areas.nodes.values()}
    return [(by_code[code], code) for code in codes if code in by_code]
