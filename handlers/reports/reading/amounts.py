"""Numbers with their units where they stand in a sentence, and how a unit of the villages becomes the sheet's. Pure."""

import re
from dataclasses import dataclass

from handlers.reports.reading.numbers import BOUND, NUMBER, VAGUE, number

SAME = {  # (kind of thing, the sheet's unit): as it is written
    ("人", "人"): "个人 人次 人 口人 口 名 位",
    ("户", "户"): "户人家 户 家",
    ("房", "间"): "间",
    ("栋", "间"): "栋 幢",
    ("座", "个"): "座 所",
    ("座", "台套"): "台",
    ("个", "个"): "个",
    ("处", "处"): "处",
    ("地", "公顷"): "亩 公顷 平方公里",
    ("畜", "头只"): "头 只 匹",
    ("长", "千米"): "公里 千米 华里 里 米",
    ("钱", "万元"): "万元 万块 元 块钱",
}
TIMES = {"亩": 1 / 15, "平方公里": 100, "华里": 0.5, "里": 0.5, "米": 0.001, "元": 0.0001, "块钱": 0.0001}
UNITS = {one: (kind, unit, TIMES.get(one, 1)) for (kind, unit), words in SAME.items() for one in words.split()}
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
EXACT = re.compile(rf"({NUMBER}){BOUND}\s*({UNIT})(?!口)")
ABOUT = re.compile(rf"({VAGUE}){BOUND}\s*({UNIT})")
ROUGH = re.compile(r"[余多来]|左右|大概")


@dataclass(frozen=True)
class Amount:
    """`value` in the sheet's unit, None where nobody said how many; `said` as it was written: 15亩."""

    at: int
    end: int
    value: float | None
    unit: str
    kind: str
    said: str
    rough: bool = False

    @property
    def converted(self) -> bool:
        return self.kind in {"地", "长", "钱"} and not self.said.endswith(self.unit)


def amounts(clause: str) -> list[Amount]:
    """In their order. 十几户 has no value: it is asked about."""
    vague = [_made(found, None) for found in ABOUT.finditer(clause)]
    taken = [(one.at, one.end) for one in vague]
    exact = [
        _made(found, number(found.group(1)))
        for found in EXACT.finditer(clause)
        if not any(at < found.end() and found.start() < end for at, end in taken)
    ]
    return sorted((*vague, *exact), key=lambda one: one.at)


def _made(found: re.Match[str], value: float | None) -> Amount:
    kind, unit, times = UNITS[found.group(2)]
    counted = None if value is None or kind == "栋" else round(value * times, 4)  # a house has more rooms than one
    rough = bool(ROUGH.search(found.group()))
    return Amount(found.start(), found.end(), counted, unit, kind, found.group(), rough)
