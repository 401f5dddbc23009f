"""待转发: texts that a grid worker forwards by hand to groups of personal WeChat, which no machine may write to."""

from aiohttp import web

from bot.deps import DEPS
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.byhand.relay import tasks_for
from broadcasts.dispatch.byhand.tasks import shown
from handlers.h5.identity import form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page

PAGE = "relay"

routes = web.RouteTableDef()


@routes.get("/h5/relay")
async def look(request: web.Request) -> web.StreamResponse:
    """Everything that waits to be forwarded by the reader; to see it is to have been given it."""
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.begin() as session:
        who = await known(request, session)
        tasks = await tasks_for(session, who.person.id, now) if who.person else []
        for task in tasks:
            await shown(session, task.delivery_id, now)
    return await page(request, "relay.html", who=who, tasks=tasks, key=form_key(deps, who, PAGE))


@routes.post("/h5/relay")
async def forwarded(request: web.Request) -> web.StreamResponse:
    """已转发, for one group."""
    deps, form = request.app[DEPS], await request.post()
    now = deps.clock.now()
    async with deps.begin() as session:
        who = await known(request, session)
        number = own_form(deps, who, PAGE, str(form.get("key", "")))
        if number is None or who.snapshot or who.person is None:
            raise web.HTTPForbidden
        wanted = str(form.get("task", ""))
        task = next((t for t in await tasks_for(session, who.person.id, now) if str(t.delivery_id) == wanted), None)
        if task is None:
            raise web.HTTPNotFound
        await acknowledge(
            session,
            person_id=who.person.id,
            broadcasts=[task.broadcast_id],
            said=Said.relayed,
            how=How.h5,
            by=who.actor,
            source=f"relay:{task.delivery_id}",
            road=who.road,
            at=now,
            group_id=task.group_id,
        )
    raise web.HTTPSeeOther("/h5/byhand" if form.get("back") == "byhand" else "/h5/relay")
