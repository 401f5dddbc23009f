"""The report of a drill for other hands: the facts of its PDF, and a workbook. Both carry the mark at head and foot of
every page and sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from broadcasts.dispatch.texts.marks import MARK
from drills.drills.afterwards.evaluation import items
from drills.drills.afterwards.measured import LineFigures, Measured
from drills.drills.models import Approval, Drill, Evaluation, Revision
from drills.drills.wording import called, practised

HEAD = (
    *("第几条", "第几分钟", "发给谁", "内容", "要求做到", "发出", "该应", "已应"),
    *("中位用时", "最慢用时", "没有应答"),
)
WIDTHS = (8, 8, 12, 48, 28, 18, 8, 8, 12, 12, 40)
ALL = "全体"


@dataclass(frozen=True)
class Told:
    """All that a report is made of. `where` are the places' names."""

    drill: Drill
    where: str
    found: Measured
    evaluation: Evaluation | None
    revisions: Sequence[Revision]
    zone: ZoneInfo


def facts(told: Told, at: datetime) -> dict[str, Any]:
    """Plain JSON for templates/papers/drill.typ."""
    d, found = told.drill, told.found
    return {
        "mark": MARK,
        "title": d.name,
        "head": _head(told),
        "scenario": d.scenario,
        "figures": [
            ["参演", f"{found.people} 人、{found.groups} 个群"],
            ["已送达平台", f"{found.told} 人"],
            ["应答", f"{found.answered} / {found.asked} 人"],
            ["应答用时", _times(found.median, found.slowest)],
            ["一次也没有应答", "、".join(found.silent) or "没有"],
        ],
        "lines": [[*_row(line, told.zone)[:6], _answers(line), _more(line)] for line in found.lines],
        "items": [[title, str(getattr(told.evaluation, name, "") or "（没有写）")] for name, title in items().items()],
        "revisions": [[r.what, r.owner, r.due_on.isoformat(), _done(r, told.zone)] for r in told.revisions],
        "made": f"{_moment(at, told.zone)} 由系统按记录生成。数字只由发送和应答的记录算出。",
    }


def workbook(told: Told) -> bytes:
    """Two sheets: the script with its figures, and what was said of it. A formula in a text stays letters."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        rows = [HEAD, *(_row(line, told.zone) for line in told.found.lines)]
        _sheet(book.add_worksheet("演练过程"), [(MARK,), *_pairs(_head(told)), (), *rows, (MARK,)], WIDTHS)
        said = [(title, str(getattr(told.evaluation, name, "") or "")) for name, title in items().items()]
        mend = [(r.what, r.owner, r.due_on.isoformat(), _done(r, told.zone)) for r in told.revisions]
        head = ("要改什么", "谁来改", "什么时候改完", "改了没有")
        _sheet(book.add_worksheet("评估"), [(MARK,), *said, (), head, *mend, (MARK,)], (28, 60, 16, 20))
    return out.getvalue()


def _sheet(page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            page.write_string(line, column, "".join(c for c in text if c.isprintable() or c in "\n\t")[:32_000])
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.set_header(f"&C{MARK}")
    page.set_footer(f"&C{MARK}")


def _head(told: Told) -> list[list[str]]:
    d, zone = told.drill, told.zone
    form = [called("FORMS", d.form), called("CONTENTS", d.content), called("AIMS", d.aim)]
    form += ["双盲"] if d.blind else []
    held = f"{_moment(d.started_at, zone)} 至 {_moment(d.ended_at, zone)}" if d.started_at else "没有开始"
    return [
        ["编号", d.number],
        ["形式", "、".join(form)],
        ["练什么", practised(d)],
        ["组织单位", d.unit],
        ["主持", d.leader],
        ["地点", told.where],
        ["时间", held],
        ["通道", called("ROADS", d.road)],
        ["方案批准", _approved(d, zone)],
    ]


def _approved(d: Drill, zone: ZoneInfo) -> str:
    if d.approval is Approval.given:
        return f"{d.approver.partition(':')[2]}，{_moment(d.approved_at, zone)}"
    return called("APPROVALS", d.approval)


def _pairs(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return [tuple(row) for row in rows]


def _row(line: LineFigures, zone: ZoneInfo) -> tuple[str, ...]:
    sent = _moment(datetime.fromisoformat(line.at), zone) if line.at else called("INJECTS", line.state)
    return (
        str(line.number), f"{line.minute}", line.whom or ALL, line.text, line.expected, sent,
        str(line.asked), str(line.answered), seconds(line.median), seconds(line.slowest), "、".join(line.silent),
    )  # fmt: skip


def _answers(line: LineFigures) -> str:
    return f"{line.answered}/{line.asked}，{_times(line.median, line.slowest)}" if line.asked else "不用应答"


def _more(line: LineFigures) -> str:
    named = (("没有应答", line.silent), ("去不了", line.cannot), ("需要支援", line.help))
    return "；".join(f"{what}：{'、'.join(names)}" for what, names in named if names)


def _times(middle: int | None, slowest: int | None) -> str:
    return f"中位 {seconds(middle)}，最慢 {seconds(slowest)}" if middle is not None else "没有人应答"


def seconds(n: int | None) -> str:
    """1 分 05 秒"""
    if n is None:
        return ""
    return f"{n // 60} 分 {n % 60:02} 秒" if n >= 60 else f"{n} 秒"


def _done(revision: Revision, zone: ZoneInfo) -> str:
    return f"{_moment(revision.done_at, zone)} 已改" if revision.done_at else "还没有改"


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
