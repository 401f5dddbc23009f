"""What is counted: the 66 columns of the 灾情 sheet in their order, some of our own beside them, and what must hold
between them. Facts from data/, each with its source."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OWN = (  # what villages count and the sheet has no column for; never exported as one of its columns
    ("转移", "转移户数", "户"),
    ("人口", "受灾户数", "户"),
    ("人口", "被困人口", "人"),
    ("房屋", "进水房屋间数", "间"),
    ("房屋", "进水户数", "户"),
    ("基础设施", "道路中断处数", "处"),
    ("基础设施", "停电户数", "户"),
)
PARTS = (  # (part, whole) by the sheet's own numbers: 其中 ≤ its whole, 实时 ≤ 累计, 户 ≤ 间, 绝收 ≤ 成灾 ≤ 受灾
    *((3, 2), (4, 2), (6, 5), (9, 8), (10, 8), (11, 10), (12, 8), (13, 12), (15, 14), (17, 16), (20, 19), (21, 19)),
    *((22, 21), (24, 23), (25, 24), (27, 26), (28, 27), (30, 29), (31, 30), (33, 32), (34, 32), (35, 34), (36, 34)),
    *((37, 36), (41, 40), (42, 40), (44, 43), (45, 43)),
)
OF_ROOMS = ((25, 23), (28, 26), (31, 29))  # 户 ≤ 间 where the rooms lived in were not counted apart
SUMS = ((8, (10, 12)), (40, (41, 42)), (60, (61, 62, 63, 64, 65, 66)))
MOST = {"人": 5000, "户": 2000, "间": 5000, "公顷": 2000, "头只": 20000, "千米": 200, "万元": 100_000}
WHOLE = frozenset({"人", "户", "间", "头只", "个", "台套", "处"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """`number` is its place in the sheet, 0 for our own. Beyond `most` one village's figure is asked about."""

    number: int
    group: str
    name: str
    unit: str

    @property
    def whole(self) -> bool:
        return self.unit in WHOLE

    @property
    def most(self) -> float:
        return MOST.get(self.unit, 1000)

    @property
    def short(self) -> str:
        return self.name.removeprefix("其中：").removesuffix("(累计值)")


@cache
def sheet() -> tuple[Indicator, ...]:
    """The columns that are exported, in their order."""
    text = (files("handlers.reports") / "data" / "indicators.csv").read_text(encoding="utf-8")
    return tuple(
        Indicator(int(row["no"]), row["group"], row["indicator"], row["unit"])
        for row in csv.DictReader(text.splitlines())
    )


@cache
def indicators() -> dict[str, Indicator]:
    """All of them by name."""
    own = (Indicator(0, group, name, unit) for group, name, unit in OWN)
    return {one.name: one for one in (*sheet(), *own)}


@cache
def numbered(number: int) -> Indicator:
    return next(one for one in sheet() if one.number == number)
