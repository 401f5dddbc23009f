"""规则: who hears what, and what is held: rows with a basis and days, added and ended, never deleted."""

from typing import TypeGuard

import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col, select

from bot.access.guards import Caller, posted
from bot.deps import DEPS
from bot.directory.models import AreaTag, PersonRole
from broadcasts.audience.models import Advice, AudienceRule
from broadcasts.audience.rules import ALERT
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.release.models import ReleaseRule
from handlers.console.county import rule_rows as rows
from handlers.console.county.rule_forms import AudienceForm, ReleaseForm, hazard_code
from handlers.console.county.rule_rows import MAY, MEND
from handlers.console.county.rule_words import advice_for, audience_words, release_words
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
RULES: dict[str, type[AudienceRule | ReleaseRule]] = {"audience": AudienceRule, "release": ReleaseRule}
ASK = "“{}”停用以后，红色、橙色来了这些人不再被叫醒。"


@routes.get("/console/rules")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/rules/audience")
async def add_audience(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = AudienceForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, audience=form, status=422)
    rule = AudienceRule(
        hazard=hazard_code(form.hazard.data),
        tag=(form.tag.data or "").strip(),
        hours=(form.hours.data or "").strip(),
        role=(form.role.data or "").strip(),
        message=form.message.data,
        channels=form.channels.data,
        mode=form.mode.data,
        **rows.based(form),
    )
    await rows.add(request, caller, rule, hazard=rule.hazard, grade=rule.grade)
    raise web.HTTPSeeOther("/console/rules")


@routes.post("/console/rules/release")
async def add_release(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = ReleaseForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, release=form, status=422)
    rule = ReleaseRule(
        hazard=hazard_code(form.hazard.data),
        sender=(form.sender.data or "").strip(),
        stale_minutes=form.stale_minutes.data,
        hold=form.hold.data == "1",
        **rows.based(form),
    )
    await rows.add(request, caller, rule, hazard=rule.hazard, grade=rule.grade)
    raise web.HTTPSeeOther("/console/rules")


@routes.post(r"/console/rules/{table:audience|release}/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is its last day. A rule that wakes people for red or orange asks once more."""
    caller = await whole_county(request, *MEND)
    if doubt := await rows.end(request, caller, RULES[request.match_info["table"]], asks):
        return await _page(request, caller, error=doubt, status=422)
    raise web.HTTPSeeOther("/console/rules")


def loud(rule: AudienceRule | ReleaseRule) -> TypeGuard[AudienceRule]:
    """Whether somebody is woken by this rule when red or orange comes."""
    wakes = isinstance(rule, AudienceRule) and rule.mode is Mode.wake and rule.message == ALERT
    return wakes and rule.grade in {"", Grade.red, Grade.orange}


def asks(rule: AudienceRule | ReleaseRule) -> str:
    """What is said before it is ended; empty where nothing is."""
    return ASK.format(audience_words(rule)) if loud(rule) else ""


async def _page(
    request: web.Request,
    caller: Caller,
    *,
    audience: Form | None = None,
    release: Form | None = None,
    error: str = "",
    status: int = 200,
) -> web.Response:
    async with request.app[DEPS].read() as session:
        heard = (await session.execute(select(AudienceRule).order_by(col(AudienceRule.id)))).scalars().all()
        held = (await session.execute(select(ReleaseRule).order_by(col(ReleaseRule.id)))).scalars().all()
        advice = (await session.execute(select(Advice).order_by(col(Advice.id)))).scalars().all()
        roles = (await session.execute(sa.select(col(PersonRole.role)).distinct())).scalars().all()
        tags = (await session.execute(sa.select(col(AreaTag.tag)).distinct())).scalars().all()
    today = rows.today(request)
    return await page(
        request,
        "county/rules.html",
        caller,
        status=status,
        error=error,
        loud=loud,
        audience=rows.listed(heard, audience_words, today),
        release=rows.listed(held, release_words, today),
        advice=[(row, advice_for(row)) for row in advice],
        audience_form=audience or AudienceForm(data={"message": "alert", "mode": "wake"}),
        release_form=release or ReleaseForm(data={"hold": "1"}),
        failed="audience" if audience else "release" if release else "",
        roles=sorted({*roles, "村群", "值班群", "工作群"}),
        tags=sorted(tags),
        mends=caller.may(*MEND),
        today=today,
    )
