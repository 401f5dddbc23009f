"""规则: who hears what, and what is held: rows with a basis and days, added and ended, never deleted."""

from datetime import date, timedelta
from typing import TypeGuard

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from wtforms import Form

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import AreaTag, PersonRole
from bot.record.entries import record
from broadcasts.audience.models import Advice, AudienceRule
from broadcasts.audience.rules import ALERT
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import LadderRule
from broadcasts.release.models import ReleaseRule
from handlers.console.county.rule_forms import AudienceForm, ReleaseForm, hazard_code
from handlers.console.county.rule_words import advice_for, audience_words, release_words
from handlers.console.page import county_name, page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MAY = (Role.officer, Role.leader, Role.admin)
MEND = (Role.leader, Role.admin)  # officers look
ASK = "“{}”停用以后，红色、橙色来了这些人不再被叫醒。确实要停用，请填本县名字的第一个字“{}”。"


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
        grade=form.grade.data,
        tag=(form.tag.data or "").strip(),
        hours=(form.hours.data or "").strip(),
        role=(form.role.data or "").strip(),
        message=form.message.data,
        channels=form.channels.data,
        mode=form.mode.data,
        basis=(form.basis.data or "").strip(),
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
    await _add(request, caller, "audience", rule)
    raise web.HTTPSeeOther("/console/rules")


@routes.post("/console/rules/release")
async def add_release(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    form = ReleaseForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, release=form, status=422)
    rule = ReleaseRule(
        hazard=hazard_code(form.hazard.data),
        grade=form.grade.data,
        sender=(form.sender.data or "").strip(),
        stale_minutes=form.stale_minutes.data,
        hold=form.hold.data == "1",
        basis=(form.basis.data or "").strip(),
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
    await _add(request, caller, "release", rule)
    raise web.HTTPSeeOther("/console/rules")


@routes.post(r"/console/rules/{table:audience|release}/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    """Yesterday is the last day of the rule: it counts no more from now on, and stays to be seen. A rule that wakes
    people for red or orange asks once more: nobody silences a county by one press."""
    caller = await whole_county(request, *MEND)
    form = await posted(request, caller)
    deps, table = request.app[DEPS], request.match_info["table"]
    async with deps.begin() as session:
        rule = await _rule(session, table, int(request.match_info["id"]))
        if rule is None:
            raise web.HTTPNotFound
        first = (await county_name(session))[:1]
        if loud(rule) and str(form.get("first", "")).strip() != first:
            return await _page(request, caller, error=ASK.format(audience_words(rule), first), status=422)
        at = deps.clock.now()
        today = at.astimezone(deps.settings.zone).date()
        if not over(rule, today):
            rule.valid_to = today - timedelta(days=1)
            record(session, caller.actor, f"{table}_rule.ended", f"{table}_rule:{rule.id}", at)
    raise web.HTTPSeeOther("/console/rules")


def loud(rule: AudienceRule | ReleaseRule) -> TypeGuard[AudienceRule]:
    """Whether somebody is woken by this rule when red or orange comes."""
    wakes = isinstance(rule, AudienceRule) and rule.mode is Mode.wake and rule.message == ALERT
    return wakes and rule.grade in {"", Grade.red, Grade.orange}


def over(rule: AudienceRule | ReleaseRule | LadderRule | FailoverRule | MassRule, today: date) -> bool:
    return rule.valid_to is not None and rule.valid_to < today


async def _rule(session: AsyncSession, table: str, rule_id: int) -> AudienceRule | ReleaseRule | None:
    if table == "audience":
        return await session.get(AudienceRule, rule_id)
    return await session.get(ReleaseRule, rule_id)


async def _add(request: web.Request, caller: Caller, table: str, rule: AudienceRule | ReleaseRule) -> None:
    deps = request.app[DEPS]
    async with deps.begin() as session:
        session.add(rule)
        await session.flush()
        facts = {"hazard": rule.hazard, "grade": rule.grade}
        record(session, caller.actor, f"{table}_rule.added", f"{table}_rule:{rule.id}", deps.clock.now(), **facts)


async def _page(
    request: web.Request,
    caller: Caller,
    *,
    audience: Form | None = None,
    release: Form | None = None,
    error: str = "",
    status: int = 200,
) -> web.Response:
    deps = request.app[DEPS]
    today = deps.clock.now().astimezone(deps.settings.zone).date()
    async with deps.read() as session:
        heard = (await session.execute(select(AudienceRule).order_by(col(AudienceRule.id)))).scalars().all()
        held = (await session.execute(select(ReleaseRule).order_by(col(ReleaseRule.id)))).scalars().all()
        advice = (await session.execute(select(Advice).order_by(col(Advice.id)))).scalars().all()
        roles = (await session.execute(sa.select(col(PersonRole.role)).distinct())).scalars().all()
        county = await county_name(session)
        tags = (await session.execute(sa.select(col(AreaTag.tag)).distinct())).scalars().all()
    return await page(
        request,
        "county/rules.html",
        caller,
        status=status,
        error=error,
        county_first=county[:1],
        loud=loud,
        audience=[(rule, audience_words(rule), over(rule, today)) for rule in heard],
        release=[(rule, release_words(rule), over(rule, today)) for rule in held],
        advice=[(row, advice_for(row)) for row in advice],
        audience_form=audience or AudienceForm(data={"message": "alert", "mode": "wake"}),
        release_form=release or ReleaseForm(data={"hold": "1"}),
        failed="audience" if audience else "release" if release else "",
        roles=sorted({*roles, "村群", "值班群", "工作群"}),
        tags=sorted(tags),
        mends=caller.may(*MEND),
        today=today,
    )
