"""粘贴: an officer pastes a warning, checks what was read from it, and sends it. Three screens, at most six inputs."""

from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS, Deps
from broadcasts.alerts.models import Alert
from broadcasts.hazards.catalogue import by_name
from broadcasts.hazards.grades import Grade
from broadcasts.hazards.tables import rows
from broadcasts.intake.readers.paste import propose
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from handlers.console.page import page
from handlers.console.paste.drafts import Draft, marked, message, opened, pasted, said, sealed
from handlers.console.paste.form import KINDS, Checked, Screen, filled, fits, proposed, settled
from handlers.console.paste.places import ground, places, proposed_areas
from handlers.console.paste.preview import say
from handlers.console.paste.threads import may_refer
from handlers.console.scope import Scope, scope

routes = web.RouteTableDef()
MAY = (Role.officer, Role.leader)
LONGEST = 20_000  # letters of a text
HOLD = "hold"
LOST = "内容在路上被改过，或登录已经换过，没有发出任何东西。请重新粘贴。"


@routes.get("/console/paste")
async def ask(request: web.Request) -> web.Response:
    caller = await require_role(request, *MAY)
    return await page(request, "paste/paste.html", caller, text="", error="")


@routes.post("/console/paste")
async def check(request: web.Request) -> web.Response:
    """From the text to what it seems to say."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps, text = request.app[DEPS], pasted(str(form.get("text", "")))
    error = (
        "请先粘贴预警的文字。" if not text.strip() else "文字太长，请只粘贴一条预警。" if len(text) > LONGEST else ""
    )
    if error:
        return await page(request, "paste/paste.html", caller, status=422, text=text, error=error)
    screen = await _screen(deps, caller, Draft(text))
    return await _check_page(request, caller, screen, proposed(screen))


@routes.post("/console/paste/check")
async def preview(request: web.Request) -> web.Response:
    """From what the officer says of it to what will be said, and to how many."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps = request.app[DEPS]
    draft = opened(deps.vault, caller, str(form.get("draft", "")))
    if draft is None:
        return await page(request, "paste/paste.html", caller, status=400, text="", error=LOST)
    screen = await _screen(deps, caller, draft)
    checked = filled(form, screen)
    if not fits(checked, screen):
        return await _check_page(request, caller, screen, checked, status=422)
    return await _confirm_page(request, caller, settled(checked, screen))


@routes.post("/console/paste/send")
async def send(request: web.Request) -> web.Response:
    """Send what the third screen showed; or, `do` being hold, let another person compare it first."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps = request.app[DEPS]
    draft = opened(deps.vault, caller, str(form.get("draft", "")))
    if draft is None or not draft.sent:
        return await page(request, "paste/paste.html", caller, status=400, text="", error=LOST)
    async with deps.begin() as session:
        at, mine = deps.clock.now(), await scope(session, caller)
        areas, refers = mine.areas, await _referred(session, mine, draft, at)
        county = areas.roots[0].name if areas.roots else ""
        sure = form.get("do") != HOLD
        if sure and _asks_again(draft) and not _names_county(str(form.get("county", "")), county):
            error = f"红色要再确认一次：请填县名的第一个字“{county[:1]}”。"
        elif draft.refers and refers is None:
            error = "它指向的那条预警刚刚结束了。请回到上一步，重新选择。"
        else:
            made = message(draft, places(areas, draft.areas), refers)
            way = Way(caller.actor, confirmed=sure)
            got = await take_one(session, deps.settings, made, way, at=at)
            alert = (got.taken[0].alert if got.taken else got.contradictions[0].alert).uid
            error = ""
    if error:
        return await _confirm_page(request, caller, draft, error=error, status=422)
    raise web.HTTPSeeOther(f"/console/alerts/{alert}")


async def _screen(deps: Deps, caller: Caller, draft: Draft) -> Screen:
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        alerts = await may_refer(session, mine, now)
    here = ground(mine)
    zone = deps.settings.zone
    return Screen(draft, propose(draft.text, now.astimezone(zone), here.names), here, now, zone, alerts)


async def _check_page(
    request: web.Request, caller: Caller, screen: Screen, checked: Checked, status: int = 200
) -> web.Response:
    return await page(
        request,
        "paste/paste_check.html",
        caller,
        status=status,
        draft=sealed(request.app[DEPS].vault, caller, screen.draft),
        form=checked,
        pieces=marked(screen.draft.text, screen.found),
        words=said(screen.found, screen.draft.text),
        unknown=proposed_areas(screen.ground, [area.value for area in screen.found.areas])[1],
        towns=screen.ground.first,
        hazards=[row["name"] for row in rows()],
        alerts=screen.alerts,
    )


async def _confirm_page(
    request: web.Request, caller: Caller, draft: Draft, *, error: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        at, mine = deps.clock.now(), await scope(session, caller)
        areas, refers = mine.areas, await _referred(session, mine, draft, at)
        made = message(draft, places(areas, draft.areas), refers)
        told = await say(session, deps.settings, areas, made, refers, at=at)
    named = by_name(draft.event)
    return await page(
        request,
        "paste/paste_send.html",
        caller,
        status=status,
        draft=sealed(deps.vault, caller, draft),
        facts=draft,
        sent=datetime.fromisoformat(draft.sent),
        expires=datetime.fromisoformat(draft.expires) if draft.expires else None,
        known=named,
        refers=refers,
        kind=KINDS[draft.msg_type],
        place_names="、".join(name for name, _ in places(areas, draft.areas)),
        told=told,
        again=(areas.roots[0].name[:1] if areas.roots else "") if _asks_again(draft) else "",
        error=error,
    )


async def _referred(session: AsyncSession, mine: Scope, draft: Draft, at: datetime) -> Alert | None:
    alerts = await may_refer(session, mine, at) if draft.refers else []
    return next((alert for alert in alerts if alert.uid == draft.refers), None)


def _asks_again(draft: Draft) -> bool:
    return draft.grade is Grade.red


def _names_county(typed: str, county: str) -> bool:
    return not county or typed.strip()[:1] == county[:1]
