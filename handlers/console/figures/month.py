"""数字: one month for the leader, each figure with its denominator, each chart with its table beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, signed_in
from bot.charts import bars
from bot.deps import DEPS
from broadcasts.coverage.contract import Contribution, Figure
from broadcasts.coverage.models import FigureTarget
from broadcasts.coverage.months import Issued, Month, Sum, before, month, span
from broadcasts.coverage.queries import targets
from handlers.console.figures.charts import CHARTS
from handlers.console.figures.files import XLSX, attached
from handlers.console.figures.month_sheet import sheet
from handlers.console.page import page, word
from handlers.console.scope import scope

NAME = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
MONTHS = 12  # that can be chosen from
MONTHLY: web.AppKey[Sequence[Contribution]] = web.AppKey("monthly", Sequence[Contribution])

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Shown:
    """What the page and the sheet are made of."""

    month: Month
    part: str
    figures: Sequence[Figure]
    targets: dict[str, FigureTarget]
    now: datetime

    @property
    def running(self) -> bool:
        return self.month.span.since <= self.now < self.month.span.until

    @property
    def empty(self) -> bool:
        return self.month.empty and not any(one.whole for one in self.figures)


@routes.get("/console/figures")
async def show(request: web.Request) -> web.Response:
    """`?month=2026-07`; without it, or with nonsense, this month."""
    caller = await signed_in(request)
    shown = await _shown(request, caller)
    names = [shown.now.astimezone(shown.month.span.zone).strftime("%Y-%m")]
    while len(names) < MONTHS:
        names.append(before(names[-1]))
    specs = _charts(shown)
    drawn = await request.app[CHARTS].of([*specs.values()]) if specs else []
    return await page(
        request, "figures/month.html", caller, shown=shown, m=shown.month, names=names,
        charts=dict(zip(specs, drawn, strict=True)), issued=issued_name,
    )  # fmt: skip


@routes.get("/console/figures.xlsx")
async def file(request: web.Request) -> web.Response:
    shown = await _shown(request, await signed_in(request))
    body = sheet(shown.month, shown.figures, shown.targets, shown.part, issued_name)
    return attached(body, XLSX, f"figures-{shown.month.span.name}.xlsx")


def issued_name(one: Issued) -> str:
    """红色暴雨; a notice has no colour and is what it is."""
    return f"{one.grade.zh}{one.event}" if one.grade else f"{one.event}（{word('KINDS', one.kind.value)}）"


async def _shown(request: web.Request, caller: Caller) -> Shown:
    deps, asked = request.app[DEPS], request.query.get("month", "")
    now, zone = deps.clock.now(), deps.settings.zone
    wanted = span(asked if NAME.fullmatch(asked) else now.astimezone(zone).strftime("%Y-%m"), zone)
    async with deps.read() as session:
        mine = await scope(session, caller)
        counted = await month(session, mine.areas, wanted, inside=mine.area_id)
        figures = await _contributed(request, session, mine.areas, mine.area_id, counted, now)
        known = await targets(session)
    part = "" if mine.area_id is None else mine.areas.nodes[mine.area_id].name
    return Shown(counted, part, figures, known, now)


async def _contributed(
    request: web.Request, session: AsyncSession, areas: Any, inside: int | None, counted: Month, now: datetime
) -> list[Figure]:
    return [
        figure
        for one in request.app.get(MONTHLY, ())
        for figure in await one.figures(session, areas, inside, counted.span, now)
    ]


def _charts(shown: Shown) -> dict[str, dict[str, Any]]:
    """Only of what is there: a chart of nothing says nothing."""
    m, made = shown.month, dict[str, dict[str, Any]]()
    if m.issued:
        rows = [(issued_name(one), float(one.number)) for one in m.issued]
        made["issued"] = bars("各灾种、颜色的预警条数", _said(rows, " 条"), rows)
    towns = [(t.name, float(t.people.percent or 0)) for t in m.live.towns if t.people.whole]
    if towns:
        made["towns"] = bars("各乡镇的告知率", _said(towns, "%"), towns, unit="%", most=100)
    if m.live.ways:
        ways = [(word("WAYS", way), float(number)) for way, number in m.live.ways]
        made["ways"] = bars("怎样应答的人次", _said(ways, " 人次"), ways)
    both = [(name, float(_share(one))) for name, one in (("真实", m.live), ("演练", m.drills)) if one.whole.asked]
    if len(both) == 2:
        made["both"] = bars("真实预警和演练的应答率", _said(both, "%"), both, unit="%", most=100)
    return made


def _share(one: Sum) -> int:
    return one.whole.answered * 100 // one.whole.asked


def _said(rows: list[tuple[str, float]], unit: str) -> str:
    return "；".join(f"{name} {value:g}{unit}" for name, value in rows)
