"""Hints for other hands: the ledger as a sheet, one row a hint, with the five items. Pure."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.render import macro
from broadcasts.subscriptions.places import spelled
from handlers.hints.models import Hint, State
from handlers.hints.queries import Row

STATES = {
    State.filed: "待受理",
    State.returned: "已退回",
    State.accepted: "已受理",
    State.assigned: "整改中",
    State.done: "待验收",
    State.closed: "已销号",
    State.declined: "不受理",
    State.joined: "已并入",
}
DOMAINS = {"": "", "safety": "安全生产", "fire": "消防", "nature": "自然灾害"}
SEVERITIES = {"": "", "minor": "一般", "serious": "较大", "grave": "重大"}
HEAD = (
    *("编号", "状态", "区划代码", "地方", "具体地点", "领域", "等级", "原话", "报的人", "报来时间"),
    *("责任人", "整改措施", "资金", "整改时限", "时限依据", "预案", "整改情况", "办好时间", "销号时间", "超期", "奖励"),
)
WIDTHS = (14, 8, 14, 16, 16, 10, 6, 40, 8, 16, 8, 30, 10, 16, 20, 20, 30, 16, 16, 6, 16)
LONGEST = 32_000  # letters of a cell


def workbook(rows: Sequence[Row], areas: Tree, zone: ZoneInfo, now: datetime, *, cut: bool = False) -> bytes:
    """Every text is written as a string: a formula in it stays letters. Who stays unknown is 匿名. Of what was `cut`
    the last row says so."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("隐患台账")
        for line, cells in enumerate([HEAD, *(_cells(row, areas, zone, now) for row in rows)]):
            for column, text in enumerate(cells):
                page.write_string(line, column, _shown(text))
        if cut:
            page.write_string(len(rows) + 1, 0, macro("hint.txt", "cut", count=len(rows)))
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width)
        page.freeze_panes(1, 1)
    return out.getvalue()


def _cells(row: Row, areas: Tree, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    hint, node = row.hint, areas.nodes[row.hint.area_id]
    drill = "【演练】" if hint.road is not Road.live else ""
    return (
        f"{drill}{hint.number}",
        STATES[hint.state],
        node.code,
        spelled(areas, node.id) + hint.group,
        hint.place,
        DOMAINS[hint.domain],
        SEVERITIES[hint.severity],
        f"{drill}{hint.words}{drill}",
        row.who,
        _moment(hint.filed_at, zone),
        row.assignee,
        hint.measures,
        hint.funds,
        _moment(hint.due_at, zone),
        hint.basis,
        hint.plan,
        hint.result,
        _moment(hint.done_at, zone),
        _moment(hint.closed_at, zone),
        "超期" if row.late(now) or _was_late(hint) else "",
        (hint.reward_word or "是") if hint.reward else "",
    )


def _was_late(hint: Hint) -> bool:
    return hint.done_at is not None and hint.due_at is not None and hint.done_at > hint.due_at


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _shown(text: str) -> str:
    """What a sheet's cell can hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")[:LONGEST]
