"""特别重大: whether what is told goes to the province and the ministry at once. Pure; the numbers are given."""

from collections.abc import Iterable

from bot.directory.tree import Tree
from broadcasts.coverage.count import GRID
from handlers.reports.figures.indicators import indicators
from handlers.reports.figures.relations import plain
from handlers.reports.limits.limits import Limits
from handlers.reports.models import Report, State

LIVES = ("因灾死亡人口", "因灾失踪人口")
ROOMS = "倒塌房屋间数"
MASS = ("成片倒塌", "成片倒了", "大量倒塌", "大量房屋倒", "大面积倒塌", "集中倒塌", "整村被埋", "全村被埋", "整村倒塌",
        "房子全倒", "房屋全倒")  # fmt: skip
DENIED = ("没有", "没", "未", "无", "不是", "未见", "没见")


def gravity(reports: Iterable[Report], words: str, areas: Tree, limits: Limits) -> list[str]:
    """What these come to together: each reason with its numbers; empty where it is ordinary. What one village cannot
    have is asked about first, and wakes no leader before an officer has confirmed it."""
    told = [(one, _doubted(one, areas)) for one in reports]
    lives, rooms = sum(_value(*one, name) for one in told for name in LIVES), sum(_value(*one, ROOMS) for one in told)
    found = []
    if lives >= limits.lives:
        found.append(f"死亡失踪 {plain(lives)} 人，到了 {plain(limits.lives)} 人")
    if rooms >= limits.rooms:
        found.append(f"倒塌房屋 {plain(rooms)} 间，到了 {plain(limits.rooms)} 间")
    elif mass := _mass(words):
        found.append(f"说的是“{mass}”")
    return found


def _doubted(report: Report, areas: Tree) -> bool:
    """Whether it is one village's, and nobody has confirmed it. A town's figure is of many villages."""
    node = areas.nodes[report.area_id]
    village = node.town_id not in {None, node.id} and all(part.level == GRID for part in areas.children(node.id))
    return village and report.state is not State.confirmed


def _value(report: Report, doubted: bool, name: str) -> float:
    one = report.values.get(name)
    said = float(one["value"]) if one is not None and one["value"] is not None else 0.0
    return 0.0 if doubted and said > indicators()[name].most else said


def _mass(words: str) -> str:
    """Houses fell in numbers, and nobody has counted them yet."""
    bare = "".join(words.split())
    for word in MASS:
        before, found, _ = bare.partition(word)
        if found and not before.endswith(DENIED):
            return word
    return ""
