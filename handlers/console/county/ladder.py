"""叫应: after how long who is told again, when the desk telephones, and when somebody knocks; rows with a basis, added
and ended."""

from aiohttp import web
from sqlmodel import col, select
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from bot.access.guards import Caller, posted
from bot.deps import DEPS
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import LadderRule, Whom
from broadcasts.ladder.voices.roads import open_calls
from handlers.console.county import rule_rows as rows
from handlers.console.county.rule_forms import Dated, hazard_code
from handlers.console.county.rule_rows import MAY, MEND
from handlers.console.county.rule_words import grave, what
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
BY = {"": "发消息", "voice": "打电话（电话网关）", "pstncc": "打电话（企业微信紧急通知，只能叫醒）"}
CALLED = {"voice": "用电话网关打给没应的人", "pstncc": "用企业微信紧急通知打给没应的人，只叫醒，不算应答"}
SHUT = {"voice": "电话网关没有开通，这一步现在不办。", "pstncc": "企业微信紧急通知没有开通，这一步现在不办。"}
WHOM = {
    Whom.silent: "再提醒没应的人，A 角没应就叫醒 B 角",
    Whom.desk: "叫醒值班员，打电话叫应",
    Whom.knock: "派人上门敲门",
}
ASK = "“{}”停用以后，没有应答的人不再有人追。"


class LadderForm(Dated):
    number = IntegerField(
        "第几步（2 起，1 是首次发布）", [InputRequired("请写第几步。"), NumberRange(2, 9, "请填 2 到 9。")]
    )
    minutes = IntegerField("发布以后几分钟", [InputRequired("请写几分钟。"), NumberRange(1, 720, "请填 1 到 720。")])
    whom = SelectField("做什么", choices={whom.value: zh for whom, zh in WHOM.items()})
    channel = SelectField("怎么提醒没应的人", choices=BY, default="")
    within = IntegerField(
        "敲门的人几分钟内回话（派人敲门才用，空着是 20）", [Optional(), NumberRange(5, 180, "请填 5 到 180。")]
    )


@routes.get("/console/ladder")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/ladder")
async def add(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = LadderForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, form=form, status=422)
    rule = LadderRule(
        hazard=hazard_code(form.hazard.data),
        number=form.number.data or 0,
        after_seconds=(form.minutes.data or 0) * 60,
        whom=Whom(form.whom.data),
        channel=form.channel.data if form.whom.data == Whom.silent else "",
        within_seconds=(form.within.data or 0) * 60 if form.whom.data == Whom.knock else 0,
        **rows.based(form),
    )
    facts = {"hazard": rule.hazard, "grade": rule.grade, "number": rule.number, "after": rule.after_seconds}
    facts |= {"by": rule.channel} if rule.channel else {}
    facts |= {"within": rule.within_seconds} if rule.within_seconds else {}
    await rows.add(request, caller, rule, **facts)
    raise web.HTTPSeeOther("/console/ladder")


@routes.post(r"/console/ladder/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is its last day. A rung of red or orange asks once more."""
    caller = await whole_county(request, *MEND)
    if doubt := await rows.end(request, caller, LadderRule, asks):
        return await _page(request, caller, error=doubt, status=422)
    raise web.HTTPSeeOther("/console/ladder")


def asks(rule: LadderRule) -> str:
    """What is said before it is ended; empty where nothing is."""
    return ASK.format(rung_words(rule)) if grave(rule.grade) else ""


def rung_words(rule: LadderRule) -> str:
    """红色预警第 2 步：发布 3 分钟后，再提醒没应的人."""
    minutes, seconds = divmod(rule.after_seconds, 60)
    after = f"{minutes} 分钟" + (f" {seconds} 秒" if seconds else "") if minutes else f"{seconds} 秒"
    done = CALLED.get(rule.channel) or WHOM[rule.whom]
    within = f"，{rule.within_seconds // 60} 分钟内回话" if rule.within_seconds else ""
    return f"{what(rule.hazard, rule.grade)}预警第 {rule.number} 步：发布 {after}后，{done}{within}"


def shut(rule: LadderRule, open_: frozenset[str]) -> str:
    """Why this step is not taken now; empty where it is."""
    return SHUT.get(rule.channel, "") if rule.channel not in open_ else ""


async def _page(
    request: web.Request, caller: Caller, *, form: LadderForm | None = None, error: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        order = (col(LadderRule.grade), col(LadderRule.hazard), col(LadderRule.number), col(LadderRule.id))
        rules = (await session.execute(select(LadderRule).order_by(*order))).scalars().all()
    ranks = {grade.value: grade.rank for grade in Grade}
    rules = sorted(rules, key=lambda rule: (ranks.get(rule.grade, len(ranks)), rule.hazard, rule.after_seconds))
    open_, today = open_calls(deps.settings, drill=False), rows.today(request)
    return await page(
        request,
        "county/ladder.html",
        caller,
        status=status,
        error=error,
        rules=rows.listed(rules, rung_words, today),
        asks=asks,
        shut={rule.id: shut(rule, open_) for rule in rules},
        form=form or LadderForm(data={"whom": "silent"}),
        failed=form is not None,
        mends=caller.may(*MEND),
        today=today,
    )
