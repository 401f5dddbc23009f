"""A month as a workbook: figures with their denominators, what was issued, town by town, and by which road. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO

import xlsxwriter

from broadcasts.coverage.contract import Figure
from broadcasts.coverage.models import FigureTarget
from broadcasts.coverage.months import Issued, Month, Sum
from handlers.console.page import word

Cell = str | int | float | None


def sheet(
    month: Month,
    figures: Sequence[Figure],
    targets: Mapping[str, FigureTarget],
    part: str,
    name: Callable[[Issued], str],
) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for title, heads, rows in (
            (
                "数字",
                ("项目", "完成", "应有", "百分之几", "目标", "依据", "说明"),
                _figures(month, figures, targets, part),
            ),
            (
                "预警",
                ("灾种和颜色", "性质", "条数"),
                ((name(i), word("KINDS", i.kind.value), i.number) for i in month.issued),
            ),
            (
                "乡镇",
                ("乡镇", "名册人次", "已告知", "不知结果", "要应答", "已应答", "中位用时（分）"),
                _towns(month.live),
            ),
            ("怎样应答", ("方式", "人次", "演练中的人次"), _ways(month)),
        ):
            page = book.add_worksheet(title)
            for line, cells in enumerate([heads, *rows]):
                for column, cell in enumerate(cells):
                    if isinstance(cell, int | float):
                        page.write_number(line, column, cell)
                    elif cell:
                        page.write_string(line, column, cell)
            page.freeze_panes(1, 1)
            page.set_column(0, 0, 24)
    return out.getvalue()


def _figures(
    month: Month, figures: Sequence[Figure], targets: Mapping[str, FigureTarget], part: str
) -> Iterable[Sequence[Cell]]:
    live, drills = month.live, month.drills
    where = f"（{part}）" if part else ""
    yield f"{month.span.name}{where}发出的预警", month.alerts, None, None, None, None, "不含解除和演练"
    rows = [
        Figure("coverage", "受影响地方告知率", live.whole.people.told, live.whole.people.whole, "人次；不知结果的不算"),
        Figure("answered", "应答率", live.whole.answered, live.whole.asked, "人次"),
        Figure("", "演练应答率", drills.whole.answered, drills.whole.asked, "人次"),
        *figures,
    ]
    for one in rows:
        target = targets.get(one.key)
        share = one.percent if one.whole else "没有数据"
        aim = (target.percent, target.basis) if target else (None, None)
        yield one.name, one.done, one.whole, share, *aim, one.note
    yield "应答用时，中位（分）", live.minutes, None, None, None, None, "从发出到本人应答，只算应答了的人"
    yield "演练应答用时，中位（分）", drills.minutes, None, None, None, None, ""


def _towns(live: Sum) -> Iterable[Sequence[Cell]]:
    for town in live.towns:
        people, minutes = town.people, None if town.median is None else round(town.median / 60, 1)
        yield town.name, people.whole, people.told, people.unknown, town.asked, town.answered, minutes


def _ways(month: Month) -> Iterable[Sequence[Cell]]:
    live, drills = dict(month.live.ways), dict(month.drills.ways)
    for way in dict.fromkeys([*live, *drills]):
        yield word("WAYS", way), live.get(way, 0), drills.get(way, 0)
