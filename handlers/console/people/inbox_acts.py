"""What an officer does in a conversation: take it, answer, give it back, type in a recording."""

from aiohttp import web

from bot.access.guards import posted, require_role
from bot.deps import DEPS
from bot.errors import Conflict
from handlers.chat.conversations import desk
from handlers.chat.heard import typed_in
from handlers.console.people.inbox import MAY, found, found_medium, shown
from handlers.console.scope import scope

routes = web.RouteTableDef()


@routes.post("/console/inbox/{uid}")
async def act(request: web.Request) -> web.Response:
    """`do` is take, back or answer (with `text`)."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, now = await posted(request, caller), deps.clock.now()
    do, text = form.get("do"), str(form.get("text", "")).strip()
    if do not in {"take", "back", "answer"} or (do == "answer" and not text):
        return await shown(request, caller, error="请写一句话再发。", status=422)
    try:
        async with deps.begin() as session:
            row = await found(session, (await scope(session, caller)).area_id, request.match_info["uid"])
            if do == "take":
                await desk.take(session, row.talk, by=caller.actor, at=now)
            elif do == "back":
                await desk.give_back(session, row.talk, by=caller.actor, at=now)
            else:
                await desk.answer(session, deps.settings, row.talk, text, by=caller.actor, at=now)
    except Conflict as error:
        return await shown(request, caller, error=error.title, text=text, status=409)
    raise web.HTTPSeeOther(request.path)


@routes.post("/console/inbox/{uid}/heard")
async def heard(request: web.Request) -> web.Response:
    """An officer has listened: the words of recording `medium` are that person's."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, now = await posted(request, caller), deps.clock.now()
    words = " ".join(str(form.get("words", "")).split())
    if not words:
        return await shown(request, caller, error="请写下录音里说的话。", status=422)
    async with deps.begin() as session:
        mine = await scope(session, caller)
        await found(session, mine.area_id, request.match_info["uid"])
        medium = await found_medium(session, mine.area_id, str(form.get("medium", "")))
        inbound = await desk.type_in(session, medium, words, by=caller.actor) if medium else None
        if inbound is not None:
            await typed_in(session, deps, inbound, words, by=caller.actor, at=now)
    if inbound is None:
        return await shown(request, caller, error="没有记：这段录音已经有人听写过了。", status=409)
    raise web.HTTPSeeOther(f"/console/inbox/{request.match_info['uid']}")
