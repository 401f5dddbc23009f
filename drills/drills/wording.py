"""The words about drills, from templates/messages/drill.txt."""

from collections.abc import Sequence
from typing import Any

from bot.directory.tree import Tree
from broadcasts.dispatch.texts.render import CHINESE, macro, wording
from broadcasts.hazards.catalogue import hazard
from drills.drills.models import Drill

FILE = "drill.txt"
NAMED = 2  # places that are named before they are counted


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """One text; `name` is its macro."""
    return macro(FILE, name, language=language, **facts)


def called(table: str, key: str, language: str = CHINESE) -> str:
    return wording(FILE, table, language).get(key, key)


def practised(drill: Drill) -> str:
    """红色暴雨"""
    return f"{drill.grade.zh if drill.grade else ''}{hazard(drill.hazard).name}"


def places(areas: Tree, ids: Sequence[int]) -> str:
    names = [areas.nodes[area].name for area in ids if area in areas.nodes]
    return "、".join(names) if len(names) <= NAMED else f"{names[0]}等{len(names)}处"
