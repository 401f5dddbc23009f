"""值班规则: roles, patterns and numbers as rows with a basis, added and ended by the county's leaders."""

from datetime import date
from typing import Any

from aiohttp import web
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.errors import SignalTreeError
from drills.duty import ruled
from drills.duty.rosters.workdays import OFF, WORK
from drills.duty.rules import rules, shipped
from drills.duty.spots import ruled as spots
from drills.duty.spots.sweep import periods
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

MAY = (Role.officer, Role.leader, Role.admin)
MEND = (Role.leader, Role.admin)  # officers look
DAYS = {WORK: "工作日", OFF: "休息日"}
NAME = [DataRequired("请写名字。"), Length(max=16, message="最多 16 个字。")]
BASIS = [DataRequired("请写依据。"), Length(max=128, message="最多 128 个字。")]
BASIS_IS = "依据（哪个文件、谁定的）"

routes = web.RouteTableDef()


class RoleForm(Form):
    name = StringField("叫什么", NAME)
    leads = BooleanField("是带班的（别人没做的事会告诉他）")
    basis = StringField(BASIS_IS, BASIS)


class PatternForm(Form):
    name = StringField("叫什么（工作日夜班）", [DataRequired("请写名字。"), Length(max=32, message="最多 32 个字。")])
    day = SelectField("哪种日子", choices=DAYS)
    starts = TimeField("几点开始", [InputRequired("请填时间。")])
    ends = TimeField("几点结束（不晚于开始就是第二天）", [InputRequired("请填时间。")])
    roles = StringField("要有哪些角色（用顿号隔开）", [DataRequired("请写角色。"), Length(max=64, message="太长了。")])
    basis = StringField(BASIS_IS, BASIS)
    valid_from = DateField("从哪天起（空着是一直）", [Optional()])
    valid_to = DateField("到哪天止，含当天", [Optional()])

    def validate_valid_to(self, field: DateField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError("止的那天在起的那天之前。")


class NumberForm(Form):
    name = SelectField("哪一个数", choices={row["name"]: row["words"] for row in shipped("rules.csv")})
    value = IntegerField("改成", [InputRequired("请填数。")])
    basis = StringField(BASIS_IS, BASIS)


class PeriodForm(Form):
    name = StringField("叫什么（国庆、主汛期）", [DataRequired("请写名字。"), Length(max=32, message="最多 32 个字。")])
    first = DateField("从哪天起", [InputRequired("请填日期。")])
    last = DateField("到哪天止，含当天", [InputRequired("请填日期。")])
    basis = StringField(BASIS_IS, BASIS)


FORMS: dict[str, type[Form]] = {
    "role": RoleForm, "pattern": PatternForm, "number": NumberForm, "period": PeriodForm,
}  # fmt: skip


@routes.get("/console/duty/rules")
async def show(request: web.Request) -> web.Response:
    return await _shown(request, await whole_county(request, *MAY))


@routes.post("/console/duty/rules/{table:role|pattern|number|period}")
async def add(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await whole_county(request, *MEND)
    table = request.match_info["table"]
    form = FORMS[table](await posted(request, caller))
    if not form.validate():
        return await _shown(request, caller, failed=table, form=form, status=422)
    given: dict[str, Any] = {n: value.strip() if isinstance(value, str) else value for n, value in form.data.items()}
    at = deps.clock.now()
    try:
        async with deps.begin() as session:
            match table:
                case "role":
                    await ruled.add_role(session, by=caller.actor, at=at, **given)
                case "pattern":
                    roles = _listed(given.pop("roles"))
                    await ruled.add_pattern(session, roles_=roles, by=caller.actor, at=at, **given)
                case "period":
                    await spots.add_period(session, by=caller.actor, at=at, **given)
                case _:
                    await ruled.set_number(session, by=caller.actor, today=_today(request), at=at, **given)
    except SignalTreeError as error:
        return await _shown(request, caller, failed=table, form=form, error=str(error), status=422)
    raise web.HTTPSeeOther("/console/duty/rules")


@routes.post("/console/duty/rules/{table:role|pattern|period}/end")
async def end(request: web.Request) -> web.Response:
    """`name` of a role, or `index` of a pattern's or a period's row: it counts no more from today on, and stays to be
    seen."""
    deps, caller = request.app[DEPS], await whole_county(request, *MEND)
    form, today, at = await posted(request, caller), _today(request), deps.clock.now()
    try:
        async with deps.begin() as session:
            index = str(form.get("index", ""))
            row = int(index) if index.isdecimal() and len(index) < 6 else -1
            match request.match_info["table"]:
                case "role":
                    done = await ruled.end_role(session, str(form.get("name", "")), by=caller.actor, today=today, at=at)
                case "period":
                    done = await spots.end_period(session, row, by=caller.actor, at=at)
                case _:
                    done = await ruled.end_pattern(session, row, by=caller.actor, today=today, at=at)
    except SignalTreeError as error:
        return await _shown(request, caller, error=str(error), status=409)
    if not done:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther("/console/duty/rules")


def _today(request: web.Request) -> date:
    deps = request.app[DEPS]
    return deps.clock.now().astimezone(deps.settings.zone).date()


def _listed(text: str) -> list[str]:
    words = text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
    return list(dict.fromkeys(word for word in words if word))


async def _shown(
    request: web.Request, caller: Caller, *, failed: str = "", form: Form | None = None, error: str = "",
    status: int = 200,
) -> web.Response:  # fmt: skip
    async with request.app[DEPS].read() as session:
        known = await rules(session)
        facts: dict[str, Any] = {
            "roles": await ruled.roles(session),
            "patterns": [*enumerate(await ruled.patterns(session))],
            "numbers": known.numbers,
            "set": await ruled.numbers(session),
            "periods": await periods(session),
        }
    facts["own_numbers"] = {row.name: row for row in facts["set"] if row.valid_to is None}
    forms = {name: form if form is not None and name == failed else make() for name, make in FORMS.items()}
    facts |= {"forms": forms, "failed": failed, "error": error, "shipped": shipped("rules.csv"), "days": DAYS}
    facts |= {"mends": caller.may(*MEND), "today": _today(request), "over": ruled.over}
    return await page(request, "calendar/duty_rules.html", caller, status=status, **facts)
