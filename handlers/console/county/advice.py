"""现在要做: the county's lines for a hazard, a colour and a role; they go out from their signing on, not before."""

from datetime import date
from typing import Any

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.record.entries import content_digest, record
from bot.settings.kinds import SPOKEN
from broadcasts.audience.models import Advice
from handlers.console.county.rule_forms import AdviceForm, hazard_code, hazard_name
from handlers.console.county.rule_words import advice_for
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MEND = (Role.leader, Role.admin)


@routes.get(r"/console/rules/advice/{id:new|\d{1,9}}")
async def show(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MEND)
    row = await _row(request)
    facts: dict[str, Any] = {}
    if row is not None:
        facts = _kept(row)
    return await _page(request, caller, row, AdviceForm(data=facts))


@routes.post(r"/console/rules/advice/{id:new|\d{1,9}}")
async def write(request: web.Request) -> web.Response:
    """New or changed lines are unsigned until somebody signs them."""
    caller = await whole_county(request, *MEND)
    form = AdviceForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, await _row(request), form, status=422)
    deps = request.app[DEPS]
    async with deps.begin() as session:
        given = request.match_info["id"]
        row = Advice(lines="") if given == "new" else await session.get(Advice, int(given))
        if row is None:
            raise web.HTTPNotFound
        row.hazard, row.grade, row.role = hazard_code(form.hazard.data), form.grade.data, (form.role.data or "").strip()
        row.language = form.language.data or "zh-CN"
        row.lines = "\n".join(line.strip() for line in (form.lines.data or "").splitlines() if line.strip())
        row.signed_by, row.signed_on = "", None
        session.add(row)
        await session.flush()
        action = "advice.added" if given == "new" else "advice.changed"
        record(session, caller.actor, action, f"advice:{row.id}", deps.clock.now(), lines=content_digest(row.lines))
        where = f"/console/rules/advice/{row.id}"
    raise web.HTTPSeeOther(where)


@routes.post(r"/console/rules/advice/{id:\d{1,9}}/sign")
async def sign(request: web.Request) -> web.Response:
    """The county says that these very lines may go out: by whom, and on which day."""
    caller = await whole_county(request, *MEND)
    form = await posted(request, caller)
    deps, name = request.app[DEPS], str(form.get("signed_by", "")).strip()
    row = await _row(request)
    day, error = _day(str(form.get("signed_on", ""))), ""
    at = deps.clock.now()
    if not name or len(name) > 64 or day is None or day > at.astimezone(deps.settings.zone).date():
        error = "请填签发的单位或人（最多 64 个字），和不晚于今天的日期。"
    elif row is not None and form.get("lines") != content_digest(row.lines):
        error = "这几行刚被别人改过，没有签发。请再看一遍。"
    if error:
        return await _page(request, caller, row, error=error, status=422)
    async with deps.begin() as session:
        kept = await session.get(Advice, int(request.match_info["id"]))
        if kept is None:
            raise web.HTTPNotFound
        if form.get("lines") != content_digest(kept.lines):
            raise web.HTTPConflict
        kept.signed_by, kept.signed_on = name, day
        record(session, caller.actor, "advice.signed", f"advice:{kept.id}", at, lines=content_digest(kept.lines))
    raise web.HTTPSeeOther("/console/rules#advice")


async def _row(request: web.Request) -> Advice | None:
    """The row of the address; None for a new one. Raises 404."""
    if request.match_info["id"] == "new":
        return None
    async with request.app[DEPS].read() as session:
        row = await session.get(Advice, int(request.match_info["id"]))
    if row is None:
        raise web.HTTPNotFound
    return row


def _kept(row: Advice) -> dict[str, str]:
    names = ("hazard", "grade", "role", "language", "lines")
    return {name: getattr(row, name) for name in names}


async def _page(
    request: web.Request,
    caller: Caller,
    row: Advice | None,
    form: AdviceForm | None = None,
    *,
    error: str = "",
    status: int = 200,
) -> web.Response:
    deps = request.app[DEPS]
    kept = _kept(row) if row else {}
    return await page(
        request,
        "county/advice.html",
        caller,
        status=status,
        row=row,
        form=form or AdviceForm(data=kept),
        digest=content_digest(row.lines) if row else "",
        title=advice_for(row) if row else "新的“现在要做”",
        hazard=hazard_name(row.hazard) if row else "",
        today=deps.clock.now().astimezone(deps.settings.zone).date(),
        error=error,
        unspoken=[one for one in SPOKEN if one not in deps.settings.spoken],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
