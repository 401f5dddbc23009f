"""Reports for other hands: a sheet in the order of the 灾情 system's header, and points for maps. Pure."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.render import macro
from broadcasts.hazards.catalogue import hazard
from broadcasts.subscriptions.places import spelled
from handlers.reports.figures.indicators import Indicator, sheet
from handlers.reports.models import Kind, Report, Stage, State

STAGES = {Stage.first: "初报", Stage.follow: "续报", Stage.final: "核报", Stage.zero: "零报告"}
KINDS = {Kind.disaster: "灾情", Kind.danger: "险情", Kind.accident: "事故"}
STATES = {State.draft: "草稿", State.filed: "待核实", State.confirmed: "已核实", State.returned: "已退回"}
HEAD = ("编号", "报告阶段", "类别", "状态", "区划代码", "地方", "组", "灾种", "发生时间", "上报时间", "原话")
WIDTHS = (12, 8, 6, 8, 14, 16, 6, 8, 16, 16, 40)


def workbook(reports: Sequence[Report], areas: Tree, zone: ZoneInfo, *, cut: bool = False) -> bytes:
    """One row a report. Every text is written as a string: a formula in it stays letters. Of what was `cut` the last
    row says so."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("灾情")
        for column, text in enumerate([*HEAD, *(f"{one.name}（{one.unit}）" for one in sheet())]):
            page.write_string(0, column, text)
        for line, report in enumerate(reports, 1):
            for column, text in enumerate(_head(report, areas, zone)):
                page.write_string(line, column, _shown(text))
            for one in sheet():
                _figure(page, line, len(HEAD) + one.number - 1, report, one)
        if cut:
            page.write_string(len(reports) + 1, 0, missing(len(reports)))
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width)
        page.freeze_panes(1, 1)
    return out.getvalue()


def geojson(reports: Sequence[Report], areas: Tree, zone: ZoneInfo, *, cut: bool = False) -> dict[str, Any]:
    """RFC 7946. What has no place of its own has no point: a village's middle is not where it happened. A foreign
    member says of what was `cut` that it is not all."""
    return {
        "type": "FeatureCollection",
        **({"note": missing(len(reports))} if cut else {}),
        "features": [
            {
                "type": "Feature",
                "id": report.uid,
                "geometry": _point(report),
                "properties": dict(zip(HEAD, _head(report, areas, zone), strict=True))
                | {name: one["value"] for name, one in report.values.items()},
            }
            for report in reports
        ],
    }


def missing(count: int) -> str:
    """The line that says that a file does not hold all."""
    return macro("report.txt", "cut", count=count)


def _point(report: Report) -> dict[str, Any] | None:
    if report.lon is None or report.lat is None:
        return None
    return {"type": "Point", "coordinates": [report.lon, report.lat]}


def _head(report: Report, areas: Tree, zone: ZoneInfo) -> tuple[str, ...]:
    node = areas.nodes[report.area_id]
    drill = "【演练】" if report.road is not Road.live else ""
    return (
        f"{drill}{report.number}",
        STAGES[report.stage],
        KINDS[report.kind],
        STATES[report.state],
        node.code,
        spelled(areas, node.id),
        report.group,
        hazard(report.hazard).name if report.hazard else "",
        report.happened_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if report.happened_at else "",
        (report.filed_at or report.first_at).astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        f"{drill}{report.words}{drill}",
    )


def _figure(page: Any, line: int, column: int, report: Report, one: Indicator) -> None:
    known = report.values.get(one.name)
    if known is not None and known["value"] is not None:
        page.write_number(line, column, known["value"])


def _shown(text: str) -> str:
    """What a sheet's cell can hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")[:32_000]
