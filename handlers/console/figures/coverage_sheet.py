"""Who was told and has answered, as a sheet: a line for each town and each village, with every denominator. Pure."""

from collections.abc import Iterable
from io import BytesIO
from zoneinfo import ZoneInfo

import xlsxwriter

from broadcasts.alerts.models import Alert, Kind
from broadcasts.coverage.queries import Covered, Place
from handlers.console.page import word

HEAD = (
    *("乡镇", "村", "名册上的人", "已告知的人", "待发", "不知结果", "没有送到", "规则没有列入"),
    *("群", "已告知的群", "群不知结果", "群没有送到", "要应答", "已应答", "中位用时（秒）", "最慢（秒）", "怎样应答"),
)


def sheet(alert: Alert, found: Covered, zone: ZoneInfo) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("告知和应答")
        mark = "【演练】" if alert.kind is Kind.drill else ""
        name = f"{mark}{alert.grade.zh if alert.grade else ''}{alert.event}"
        at = f"{found.counted_at.astimezone(zone):%Y-%m-%d %H:%M}" if found.counted_at else ""
        page.write_string(
            0, 0, f"{name}　{at} 统计。已告知：平台已接收，或本人已应答，或已转发；不知结果的不算。{mark}"
        )
        for column, text in enumerate(HEAD):
            page.write_string(1, column, text)
        for line, cells in enumerate(_lines(found), 2):
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    page.write_number(line, column, cell)
                else:
                    page.write_string(line, column, cell)
        page.freeze_panes(2, 2)
        page.set_column(0, 1, 14)
    return out.getvalue()


def _lines(found: Covered) -> Iterable[list[str | int]]:
    yield _cells("全部", "", found)
    for town in found.towns:
        yield _cells(town.name, "合计", town)
        for village in town.villages:
            yield _cells(town.name, village.name, village)
    if found.beyond.people.whole or found.beyond.groups.whole:
        yield _cells("范围以外", "", found.beyond)


def _cells(town: str, village: str, p: Place) -> list[str | int]:
    roads = "、".join(f"{word('HOW', road)} {number}" for road, number in sorted(p.roads.items()))
    return [
        *(town, village, p.people.whole, p.people.told, p.people.pending, p.people.unknown, p.people.failed),
        *(p.people.unnamed, p.groups.whole, p.groups.told, p.groups.unknown, p.groups.failed, p.asked, p.answered),
        *("" if p.median is None else p.median, "" if p.slowest is None else p.slowest, roads),
    ]
