"""换路: after how long a road that is down or slow is left for the next; rows with a basis, added and ended."""

from aiohttp import web
from sqlmodel import col, select
from wtforms import IntegerField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from bot.access.guards import Caller, posted
from bot.deps import DEPS
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.rules import About
from handlers.console.county import rule_rows as rows
from handlers.console.county.rule_forms import Based
from handlers.console.county.rule_rows import MAY, MEND
from handlers.console.county.rule_words import grave, what
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
ASK = "“{}”停用以后，通路断了，红色、橙色也要等它恢复才发。"
CONFIRM_ASK = "“{}”停用以后，客户群里一直没有人点确认的，不再换路，也不再请人转发：那个群可能一直收不到。"
LONGEST, UNCONFIRMED = 7200, 172_800  # a road that is down; a customers' group: the platform keeps the task no longer
SECONDS = NumberRange(5, UNCONFIRMED, f"请填 5 到 {UNCONFIRMED}。")
ABOUT = {
    About.warning: "预警", About.ring: "叫醒值班员的消息", About.reminder: "叫应的提醒",
    About.follower: "给关注者的预警", About.drill: "演练的消息", About.reply: "公众号里的答复",
    About.service: "待办和日程",
    About.confirm: "给客户群、还没有人点确认的预警",
}  # fmt: skip


class FailoverForm(Based):
    about = SelectField("什么消息", choices={about.value: words for about, words in ABOUT.items()})
    after_seconds = IntegerField("断了几秒就换下一条路", [InputRequired("请写几秒。"), SECONDS])
    slow_seconds = IntegerField(
        "每次超过几秒算太慢，也换（空着是不管快慢）", [Optional(), NumberRange(1, 60, "请填 1 到 60。")]
    )

    def validate_after_seconds(self, field: IntegerField) -> None:
        if self.about.data != About.confirm and (field.data or 0) > LONGEST:
            raise ValidationError(f"请填 5 到 {LONGEST}；只有客户群没人点确认的可以更久。")


@routes.get("/console/failover")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/failover")
async def add(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = FailoverForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, form=form, status=422)
    rule = FailoverRule(
        about=form.about.data,
        after_seconds=form.after_seconds.data or 0,
        slow_seconds=form.slow_seconds.data,
        **rows.based(form),
    )
    facts = {"about": rule.about, "grade": rule.grade, "after": rule.after_seconds, "slow": rule.slow_seconds}
    await rows.add(request, caller, rule, **facts)
    raise web.HTTPSeeOther("/console/failover")


@routes.post(r"/console/failover/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is its last day. A rule of red or orange asks once more, and one of customers' groups."""
    caller = await whole_county(request, *MEND)
    if doubt := await rows.end(request, caller, FailoverRule, asks):
        return await _page(request, caller, error=doubt, status=422)
    raise web.HTTPSeeOther("/console/failover")


def asks(rule: FailoverRule) -> str:
    """What is said before it is ended; empty where nothing is."""
    if rule.about == About.confirm:  # its groups have no other road, whatever the colour
        return CONFIRM_ASK.format(rule_words(rule))
    return ASK.format(rule_words(rule)) if grave(rule.grade) else ""


def rule_words(rule: FailoverRule) -> str:
    """红色预警：通路断了 10 秒就换下一条；每次超过 5 秒也换."""
    if rule.about == About.reply:
        return "公众号里的答复：过了时限发不出去，就用模板消息请他点开看"
    if rule.about == About.confirm:
        hours = f"{rule.after_seconds / 3600:.1f}".removesuffix(".0")
        whose = what("", rule.grade) if rule.grade else "蓝色、黄色和不分颜色的"
        return f"{whose}预警在客户群里 {hours} 小时没有人点确认：换下一条路，没有别的就请人转发"
    slow = f"；每次超过 {rule.slow_seconds} 秒也换" if rule.slow_seconds else ""
    said = ABOUT.get(About(rule.about), rule.about)
    colour = what("", rule.grade)
    of = f"{colour}{said}" if not rule.about else f"{colour}，{said}" if rule.grade else said
    return f"{of}：通路断了 {rule.after_seconds} 秒就换下一条{slow}"


async def _page(
    request: web.Request, caller: Caller, *, form: FailoverForm | None = None, error: str = "", status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        wanted = select(FailoverRule).order_by(col(FailoverRule.after_seconds), col(FailoverRule.id))
        rules = (await session.execute(wanted)).scalars().all()
    today = rows.today(request)
    return await page(
        request,
        "county/failover.html",
        caller,
        status=status,
        error=error,
        rules=rows.listed(rules, rule_words, today),
        asks=asks,
        form=form or FailoverForm(),
        failed=form is not None,
        mends=caller.may(*MEND),
        today=today,
    )
