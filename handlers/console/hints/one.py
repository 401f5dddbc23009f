"""One hint: what was said, what is proposed, what an officer decides, who mends it, what became of it."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role
from bot.access.hands import person_behind
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import Person
from bot.errors import Conflict, SignalTreeError
from broadcasts.subscriptions.places import spelled
from handlers.console.hints.acts import ACTS, Act
from handlers.console.hints.listing import MAY
from handlers.console.looks import phone_looked
from handlers.console.page import page
from handlers.console.scope import Scope, own, scope
from handlers.hints.deadlines.rules import rule_for
from handlers.hints.deciding.assign import candidates
from handlers.hints.deciding.decide import joined_to
from handlers.hints.models import Domain, Hint, Severity, State
from handlers.hints.queries import late, of_uid, pictures, versions
from handlers.hints.reporters.reveal import Looked, look_at
from handlers.recordings import as_sent
from handlers.wechat.files import path_of

DECIDES = (Role.officer, Role.leader)
OFFERED = 300  # people to choose from

routes = web.RouteTableDef()


@routes.get("/console/hints/{uid}")
async def one(request: web.Request) -> web.Response:
    return await _shown(request, await require_role(request, *MAY))


@routes.get("/console/hints/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    """A picture or a video of a hint, for those who may see the hint."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        _, hint = await found(session, caller, request.match_info["uid"])
        kept = await pictures(session, hint)
    shown = next((one for one in kept if one.uid == request.match_info["picture"] and one.shown), None)
    if shown is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, shown.uid), shown.mime)


@routes.post("/console/hints/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is one of ACTS."""
    deps, caller = request.app[DEPS], await require_role(request, *DECIDES)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    doing = ACTS.get(form.get("do", ""))
    if doing is None:
        raise web.HTTPBadRequest
    try:
        async with deps.begin() as session:
            mine, hint = await found(session, caller, request.match_info["uid"])
            told = await doing(Act(session, deps, mine.areas, hint, form, caller.actor, mine, deps.clock.now()))
    except SignalTreeError as failed:
        status = 409 if isinstance(failed, Conflict) else 422
        return await _shown(request, caller, error=str(failed), given=form, status=status)
    raise web.HTTPSeeOther(f"/console/hints/{hint.uid}{'' if told is None else f'?told={int(told)}'}")


@routes.post("/console/hints/{uid}/reporter")
async def reveal(request: web.Request) -> web.Response:
    """Who told an anonymous hint: for an administrator alone, with a reason, and for all to see in its steps."""
    deps, caller = request.app[DEPS], await require_role(request, Role.admin)
    why = str((await posted(request, caller)).get("why", ""))
    try:
        async with deps.begin() as session:
            mine, hint = await found(session, caller, request.match_info["uid"])
            looked = await look_at(session, deps.vault, mine.areas, hint, why=why, by=caller.actor, at=deps.clock.now())
    except SignalTreeError as failed:
        return await _shown(request, caller, error=str(failed), status=422)
    return await _shown(request, caller, looked=looked)


async def found(session: AsyncSession, caller: Caller, uid: str) -> tuple[Scope, Hint]:
    """The caller's scope, and the hint. Raises 404, also for what lies elsewhere."""
    mine = await scope(session, caller)
    return mine, own(mine, await of_uid(session, uid))


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", given: dict[str, str] | None = None, status: int = 200,
    looked: Looked | None = None,
) -> web.Response:  # fmt: skip
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        mine, hint = await found(session, caller, request.match_info["uid"])
        facts = await _facts(session, deps.vault, mine, hint)
        facts["tied"] = await person_behind(session, caller.actor) is not None
        rule = await rule_for(session, hint, now.astimezone(deps.settings.zone).date()) if hint.severity else None
    teller = facts["teller"]
    phone = deps.vault.open(teller.phone_sealed) if teller is not None and teller.phone_sealed else ""
    if phone:
        await phone_looked(request, caller, hint.uid)
    facts |= {
        "phone": phone,
        "late": late(hint, now),
        "rule": rule,
        "error": error,
        "given": given or {},
        "told": request.query.get("told", ""),
        "may": caller.may(*DECIDES),
        "may_look": caller.may(Role.admin) and hint.anonymous,
        "looked": looked,
    }
    return await page(request, "hints/hint.html", caller, status=status, **facts)


async def _facts(session: AsyncSession, vault: Any, mine: Scope, hint: Hint) -> dict[str, Any]:
    assigns = hint.state in {State.accepted, State.assigned}
    able = (await candidates(session, vault, mine.areas, hint))[:OFFERED] if assigns else []
    wanted = select(Hint).where(col(Hint.uid) == hint.joined)
    return {
        "h": hint,
        "place": f"{spelled(mine.areas, hint.area_id)}{hint.group}",
        "teller": await session.get(Person, hint.person_id) if hint.person_id else None,
        "assignee": await session.get(Person, hint.assignee_id) if hint.assignee_id else None,
        "able": [(one, spelled(mine.areas, one.area_id)) for one in able],
        "steps": await versions(session, hint),
        "pictures": await pictures(session, hint),
        "same": await joined_to(session, hint),
        "other": (await session.execute(wanted)).scalar_one_or_none() if hint.joined else None,
        "domains": list(Domain),
        "severities": list(Severity),
    }
