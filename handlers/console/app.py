"""The console under one roof: its rooms, its files, what every answer tells the browser, and pages for what fails."""

import logging
import re
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.access.guards import CALLER
from bot.access.throttle import Throttle
from bot.db.turns import Doubled, doubled
from bot.errors import NotFound, SignalTreeError
from handlers.console import live, sign_in, tonight
from handlers.console.calendar import (
    checks,
    duty,
    duty_rules,
    handovers,
    phone_logs,
    reachability,
    reminders,
    rosters,
    swaps,
)
from handlers.console.county import (
    advice,
    chats,
    clips,
    customers,
    failover,
    feeds,
    imports,
    ladder,
    robots,
    rules,
    shelters,
    tags,
)
from handlers.console.county import masses as mass_rules
from handlers.console.drills.rooms import add_drills
from handlers.console.evacuations.rooms import add_evacuations
from handlers.console.figures.rooms import add_figures
from handlers.console.hints.rooms import add_hints
from handlers.console.notices.rooms import add_notices
from handlers.console.outlets.rooms import add_outlets
from handlers.console.page import page
from handlers.console.paste import screens as paste
from handlers.console.people import account_rights, accounts, bindings, inbox, inbox_acts, posters
from handlers.console.reports import bulletins, daily, incidents, ledgers, reports
from handlers.console.reports import deadlines as report_deadlines
from handlers.console.setup import acts as setup_acts
from handlers.console.setup import guide, watch
from handlers.console.warnings import (
    alerts,
    board,
    broadcasts,
    calls,
    held,
    knockers,
    knocks,
    masses,
    plan,
    recalls,
    upload,
)

log = logging.getLogger(__name__)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PEOPLE = ("/console", "/static/")  # addresses whose answers are for browsers
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FILE = re.compile(r"[a-z_-]+\.(css|js|svg)")
DUTY = (
    *(sign_in, tonight, held, alerts, board, calls, knocks, knockers, broadcasts, recalls, masses),
    *(inbox, inbox_acts, reports, incidents, live),
)
FIGURES = (daily, ledgers, bulletins)
ROSTERS = (swaps, checks, duty_rules, reachability, duty, rosters, handovers, phone_logs, reminders)
SET_UP = (
    *(plan, paste, feeds, robots, chats, customers, rules, ladder, failover, clips, advice, imports, upload, shelters),
    *(accounts, account_rights, bindings, report_deadlines, posters, mass_rules, tags),
    *(guide, setup_acts, watch),
)

routes = web.RouteTableDef()


def add_console(app: web.Application) -> None:
    """Let people in: `app` has DEPS already, or gets them before it starts."""
    app.middlewares.append(for_people)
    app[sign_in.THROTTLE] = Throttle()
    app[live.WIRE] = live.Wire()
    app.cleanup_ctx.append(live.watching)
    app.on_shutdown.append(live.hang_up)
    app.add_routes(routes)
    add_drills(app)
    add_evacuations(app)
    add_figures(app)
    add_hints(app)
    add_notices(app)
    add_outlets(app)
    for room in (*DUTY, *FIGURES, *ROSTERS, *SET_UP):
        app.add_routes(room.routes)


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/console/")


@routes.get("/console")
async def door(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/console/")


@routes.get("/static/{name}")
async def static_file(request: web.Request) -> web.Response:
    """One of the few files beside the pages; whoever asks with its digest may keep it for ever."""
    name = request.match_info["name"]
    found, known = files("templates") / "static" / name, FILE.fullmatch(name)
    if known is None or not found.is_file():
        raise web.HTTPNotFound
    kept = FOR_EVER if "v" in request.query else "no-cache"
    kind = TYPES[known.group(1)]
    return web.Response(body=found.read_bytes(), content_type=kind, charset="utf-8", headers={"Cache-Control": kept})


@web.middleware
async def for_people(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What goes wrong becomes a page, and every answer carries the headers that browsers obey."""
    if not request.path.startswith(PEOPLE):
        return await handler(request)
    try:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            raise web.HTTPForbidden(reason="cross-site")
        response = await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            _careful(error)
            raise
        response = await _failed(request, error.status, _mend(error))
    except SignalTreeError as error:
        response = await _failed(request, 404 if isinstance(error, NotFound) else 422, str(error))
    except Exception as error:
        if doubled(error):
            response = await _failed(request, 409, str(Doubled()))
        else:
            log.exception("%s %s", request.method, request.path)
            response = await _failed(request, 500)
    if not response.prepared:
        _careful(response)
    return response


def _careful(response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def _mend(error: web.HTTPException) -> str:
    return error.reason if error.status == 403 and error.reason in {"csrf", "cross-site"} else ""


async def _failed(request: web.Request, status: int, detail: str = "") -> web.StreamResponse:
    caller = request.get(CALLER)
    return await page(request, "failed.html", caller, status=status, code=status, detail=detail)
