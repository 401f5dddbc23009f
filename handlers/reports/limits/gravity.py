"""特别重大: whether what is told goes to the province and the ministry at once. Pure; the numbers are given."""

from collections.abc import Mapping
from typing import Any

from handlers.reports.figures.indicators import indicators
from handlers.reports.figures.relations import plain
from handlers.reports.limits.limits import Limits

LIVES = ("因灾死亡人口", "因灾失踪人口")
ROOMS = "倒塌房屋间数"
MASS = ("成片倒塌", "成片倒了", "大量倒塌", "大量房屋倒", "大面积倒塌", "集中倒塌", "整村被埋", "全村被埋", "整村倒塌",
        "房子全倒", "房屋全倒")  # fmt: skip
DENIED = ("没有", "没", "未", "无", "不是", "未见", "没见")


def gravity(values: Mapping[str, Mapping[str, Any]], words: str, limits: Limits, *, of_many: bool = False) -> list[str]:
    """Each reason with its numbers; empty where it is an ordinary report. What one village cannot have is asked about
    first and wakes no leader; `of_many`: the values are the sum of several reports."""
    lives, rooms = sum(_value(values, name, of_many) for name in LIVES), _value(values, ROOMS, of_many)
    found = []
    if lives >= limits.lives:
        found.append(f"死亡失踪 {plain(lives)} 人，到了 {plain(limits.lives)} 人")
    if rooms >= limits.rooms:
        found.append(f"倒塌房屋 {plain(rooms)} 间，到了 {plain(limits.rooms)} 间")
    elif mass := _mass(words):
        found.append(f"说的是“{mass}”")
    return found


def _value(values: Mapping[str, Mapping[str, Any]], name: str, of_many: bool) -> float:
    one = values.get(name)
    said = float(one["value"]) if one is not None and one["value"] is not None else 0.0
    return said if of_many or said <= indicators()[name].most else 0.0


def _mass(words: str) -> str:
    """Houses fell in numbers, and nobody has counted them yet."""
    bare = "".join(words.split())
    for word in MASS:
        before, found, _ = bare.partition(word)
        if found and not before.endswith(DENIED):
            return word
    return ""
