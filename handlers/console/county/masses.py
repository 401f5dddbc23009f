"""群发以后: whether what replaces a red mass send leaves by itself, and how many get a pointer where the month's four
are spent; rows with a basis, added and ended."""

from aiohttp import web
from sqlmodel import col, select
from wtforms import BooleanField, IntegerField, SelectField, ValidationError
from wtforms.validators import NumberRange, Optional

from bot.access.guards import Caller, posted
from bot.channels.oa_mass.limits import A_MONTH
from bot.deps import DEPS
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.states import Purpose
from broadcasts.hazards.grades import Grade
from handlers.console.county import rule_rows as rows
from handlers.console.county.rule_forms import Based
from handlers.console.county.rule_rows import MAY, MEND
from handlers.console.county.rule_words import what
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MESSAGES = {"": "更新和解除", Purpose.update.value: "更新", Purpose.all_clear.value: "解除"}
MOST_POINTERS = 20_000  # a fifth of the day's templates: the rest is for those whom the next warning concerns


class MassForm(Based):
    message = SelectField("说什么", choices=MESSAGES)
    alone = BooleanField("不等人同意，自动群发（只有红色可以）")
    pointers = IntegerField(
        f"本月满 {A_MONTH} 次的人最多多少，改发模板消息（空着是不发）",
        [Optional(), NumberRange(0, MOST_POINTERS, f"请填 0 到 {MOST_POINTERS}。")],
    )

    def validate_alone(self, field: BooleanField) -> None:
        if field.data and self.grade.data != Grade.red:
            raise ValidationError("只有红色可以自动群发。请把颜色选成红色，或不勾这一项。")
        if not field.data and not self.pointers.data:
            raise ValidationError("请勾自动群发，或填模板消息的人数。")


@routes.get("/console/mass-rules")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/mass-rules")
async def add(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = MassForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, form=form, status=422)
    rule = MassRule(
        message=form.message.data,
        alone=form.alone.data,
        pointers=form.pointers.data or 0,
        **rows.based(form),
    )
    facts = {"grade": rule.grade, "message": rule.message, "alone": rule.alone, "pointers": rule.pointers}
    await rows.add(request, caller, rule, **facts)
    raise web.HTTPSeeOther("/console/mass-rules")


@routes.post(r"/console/mass-rules/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is its last day."""
    await rows.end(request, await whole_county(request, *MEND), MassRule)
    raise web.HTTPSeeOther("/console/mass-rules")


def rule_words(rule: MassRule) -> str:
    """红色的解除：自动群发；满 4 次的人在 500 以内改发模板消息."""
    does = ["自动群发，不等人同意"] if rule.alone else []
    does += [f"本月满 {A_MONTH} 次的人在 {rule.pointers:,} 以内，改发模板消息"] if rule.pointers else []
    colour = f"{what('', rule.grade)}的" if rule.grade else "任何颜色的"
    return f"{colour}{MESSAGES.get(rule.message, rule.message)}：{'；'.join(does)}"


async def _page(
    request: web.Request, caller: Caller, *, form: MassForm | None = None, status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        rules = (await session.execute(select(MassRule).order_by(col(MassRule.id)))).scalars().all()
    today = rows.today(request)
    return await page(
        request,
        "county/masses.html",
        caller,
        status=status,
        rules=rows.listed(rules, rule_words, today),
        form=form or MassForm(),
        failed=form is not None,
        mends=caller.may(*MEND),
        today=today,
        open=deps.settings.oa_mass,
    )
