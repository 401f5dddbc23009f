"""The pictures and videos of a village that is moved. Who looked is on the record."""

from aiohttp import web

from bot.access.guards import require_role
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.tasks.pictures import VILLAGES, kept
from handlers.console.evacuations.desk import DESK, task_of
from handlers.console.warnings.seen import seen
from handlers.recordings import as_sent
from handlers.wechat.files import path_of

routes = web.RouteTableDef()


@routes.get(r"/console/alerts/{uid}/evacuation/{task}/pictures/{n:[1-9]\d?}")
async def picture(request: web.Request) -> web.StreamResponse:
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        n = int(request.match_info["n"])
        task = (await task_of(session, mine, alert, request.match_info["task"])).task
        found = await kept(session, VILLAGES, task.id)
        if n > len(found):
            raise web.HTTPNotFound
        one = found[n - 1]
        record(session, caller.actor, "evacuation.pictured", task.uid, deps.clock.now(), picture=one.uid)
    return as_sent(path_of(deps.settings, one.uid), one.mime)
