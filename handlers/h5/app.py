"""Pages for phones under one roof: their rooms, their headers, and a kind page for what fails."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.db.turns import Doubled, doubled
from bot.errors import NotFound, SignalTreeError
from bot.wechat.opened import WECHAT, opened
from handlers.h5 import (
    alert,
    bind,
    byhand,
    clips,
    duty,
    evacuation,
    knock,
    mine,
    notice,
    now,
    oauth,
    outlets,
    relay,
    report,
    screen,
    shelters,
)
from handlers.h5.hints import form as hint_form
from handlers.h5.hints import task as hint_task
from handlers.h5.page import page
from handlers.h5.uploads import SLOTS, Slots

log = logging.getLogger(__name__)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ROOMS = (
    *(oauth, alert, clips, now, shelters, mine, notice, bind, relay, outlets, byhand, screen),
    *(report, duty, hint_form, hint_task, knock, evacuation),
)


def add_h5(app: web.Application) -> None:
    """`app` has DEPS already, or gets them before it starts."""
    app.middlewares.append(for_readers)
    app[SLOTS] = Slots()
    if WECHAT not in app:
        app.cleanup_ctx.append(opened)
    app[notice.TICKETS] = {}
    for room in ROOMS:
        app.add_routes(room.routes)


@web.middleware
async def for_readers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What goes wrong becomes a page that says whom to telephone."""
    if not request.path.startswith("/h5/"):
        return await handler(request)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            _careful(error)
            raise
        response = await page(request, "failed.html", status=error.status, code=error.status, detail="")
    except SignalTreeError as error:
        status = 404 if isinstance(error, NotFound) else 422
        response = await page(request, "failed.html", status=status, code=status, detail=str(error))
    except Exception as error:
        if doubled(error):
            response = await page(request, "failed.html", status=409, code=409, detail=str(Doubled()))
        else:
            log.exception("%s %s", request.method, request.path)
            response = await page(request, "failed.html", status=500, code=500, detail="")
    if not response.prepared:
        _careful(response)
    return response


def _careful(response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
