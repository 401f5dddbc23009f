"""权限表: which body may issue what, and after how many hours an alert without an end is asked about; rows with a basis
and days, added and ended, never deleted."""

from typing import Any

from aiohttp import web
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from bot.access.guards import Caller, posted
from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.alerts.models import Kind
from broadcasts.life.models import EndRule
from broadcasts.life.questions import end_rules
from broadcasts.notices.models import IssuingRight
from broadcasts.notices.rights import body_name, rights
from handlers.console.county import rule_rows as rows
from handlers.console.county.rule_forms import Dated, hazard_code
from handlers.console.county.rule_rows import MEND
from handlers.console.county.rule_words import what
from handlers.console.forms import Form
from handlers.console.notices.desk import LOOK
from handlers.console.page import page
from handlers.console.paste.places import ground as places
from handlers.console.scope import Scope
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MAY = tuple(dict.fromkeys((*LOOK, *MEND)))
ROWS: dict[str, type[IssuingRight | EndRule]] = {"rights": IssuingRight, "rights/hours": EndRule}
KINDS = {Kind.local: "本级预警", Kind.notice: "提示、通知、响应令"}


class RightForm(Dated):
    body = StringField("单位全名", [DataRequired("请写单位全名。"), Length(max=64, message="最多 64 个字。")])
    kind = SelectField("可以发", choices={kind.value: zh for kind, zh in KINDS.items()})
    area = StringField("只管哪个地方（空着是全县）")


class HoursForm(Dated):
    hours = IntegerField("每几小时问一次", [InputRequired("请写几小时。"), NumberRange(1, 48, "请填 1 到 48。")])


@routes.get("/console/rights")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/rights")
async def add_right(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await whole_county(request, *MEND)
    form = RightForm(await posted(request, caller))
    fits = form.validate()
    async with deps.read() as session:
        code = _area(form, await tree(session))
    if not fits or code is None:
        return await _page(request, caller, right=form, status=422)
    row = IssuingRight(
        body=(form.body.data or "").strip(),
        kind=Kind(form.kind.data),
        hazard=hazard_code(form.hazard.data),
        area_code=code,
        **rows.based(form),
    )
    await rows.add(request, caller, row, hazard=row.hazard, grade=row.grade)
    raise web.HTTPSeeOther("/console/rights")


@routes.post("/console/rights/hours")
async def add_hours(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = HoursForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, hours=form, status=422)
    row = EndRule(hazard=hazard_code(form.hazard.data), hours=form.hours.data or 0, **rows.based(form))
    await rows.add(request, caller, row, hazard=row.hazard, grade=row.grade)
    raise web.HTTPSeeOther("/console/rights")


@routes.post(r"/console/{table:rights|rights/hours}/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is its last day; it stays to be seen."""
    model = ROWS[request.match_info["table"]]
    await rows.end(request, await whole_county(request, *MEND), model)
    raise web.HTTPSeeOther("/console/rights")


def _area(form: RightForm, areas: Tree) -> str | None:
    """The code of the one place that is named, empty for the whole county; None with the mend beside the field."""
    text = (form.area.data or "").strip()
    codes, wrong = places(Scope(areas, None)).find(text)
    if wrong or len(codes) > 1:
        form.area.errors = [*form.area.errors, *wrong] or ["只写一个地方。几个地方请各写一行。"]
        return None
    return codes[0] if codes else ""


async def _page(
    request: web.Request, caller: Caller, *, right: Form | None = None, hours: Form | None = None, status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        areas = await tree(session)
        may, asks = await rights(session), await end_rules(session)
    today = rows.today(request)
    facts: dict[str, Any] = {
        "rights": rows.listed(may, lambda row: _words(row, areas), today),
        "asks": rows.listed(asks, _hours_words, today),
        "right_form": right or RightForm(),
        "hours_form": hours or HoursForm(),
        "failed": "right" if right else "hours" if hours else "",
        "mends": caller.may(*MEND),
        "today": today,
    }
    return await page(request, "notices/rights.html", caller, status=status, **facts)


def _words(row: IssuingRight, areas: Tree) -> str:
    """青崖县人民政府：可以发山洪的本级预警，只管柳湾镇."""
    hazard = what(row.hazard, "")
    least = f"（{what('', row.grade)}和更轻的）" if row.grade else ""
    names = {node.code: node.name for node in areas.nodes.values()}
    where = f"，只管{names.get(row.area_code, row.area_code)}" if row.area_code else ""
    return f"{body_name(row, areas)}：可以发{hazard if row.hazard else '任何灾种'}的{KINDS[row.kind]}{least}{where}"


def _hours_words(row: EndRule) -> str:
    return f"{what(row.hazard, row.grade)}预警：每 {row.hours} 小时问一次"
