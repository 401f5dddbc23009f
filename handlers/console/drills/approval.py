"""The second hand: an approver approves the plan that was read, or returns it with a word."""

from aiohttp import web

from bot.access.guards import posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.errors import Conflict, SignalTreeError
from drills.drills.approvals.decide import approve, send_back
from handlers.console.drills.found import found
from handlers.console.drills.one import shown
from handlers.console.scope import scope

routes = web.RouteTableDef()


@routes.post("/console/drills/{uid}/approval")
async def decide(request: web.Request) -> web.Response:
    """`do` is approve or return; `read` the number of the hand-in on the page that was read; `sure`: 我知道."""
    deps, caller = request.app[DEPS], await require_role(request, Role.approver)
    form, at = await posted(request, caller), deps.clock.now()
    do, number = form.get("do"), str(form.get("read", ""))
    if do not in {"approve", "return"} or not (number.isdecimal() and len(number) < 10):
        raise web.HTTPBadRequest
    try:
        async with deps.begin() as session:
            drill = await found(session, await scope(session, caller), caller, request.match_info["uid"], change=True)
            if do == "approve":
                sure = form.get("sure") == "1"
                await approve(session, deps.settings, drill, read=int(number), sure=sure, by=caller.actor, at=at)
            else:
                word = str(form.get("word", ""))
                await send_back(session, deps.settings, drill, read=int(number), word=word, by=caller.actor, at=at)
    except SignalTreeError as error:
        return await shown(request, caller, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}")
