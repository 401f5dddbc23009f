"""请播出: what a keeper reads out by a loudspeaker, or types into a screen; 已播 N 遍 or 播不了."""

from typing import Any

from aiohttp import web

from bot.deps import DEPS
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.byhand.outlets import tasks_for
from broadcasts.dispatch.byhand.tasks import shown
from broadcasts.outlets.told import say
from handlers.h5.identity import form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page

PAGE = "outlets"
USUAL = 2  # how often a text is read out: it holds itself twice

routes = web.RouteTableDef()


@routes.get("/h5/outlets")
async def look(request: web.Request) -> web.StreamResponse:
    """Everything that the reader has to play; to see it is to have been given it."""
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.begin() as session:
        who = await known(request, session)
        tasks = await tasks_for(session, who.person.id, who.road, now) if who.person else []
        for task in tasks:
            await shown(session, task.delivery_id, now)
    drill = bool(tasks) and all(task.drill for task in tasks)
    facts: dict[str, Any] = {"tasks": tasks, "key": form_key(deps, who, PAGE), "usual": USUAL, "drill": drill}
    return await page(request, "outlets.html", who=who, **facts)


@routes.post("/h5/outlets")
async def told(request: web.Request) -> web.StreamResponse:
    """已播 so many times, or 播不了, of one loudspeaker or screen."""
    deps, form = request.app[DEPS], await request.post()
    now = deps.clock.now()
    said = {"played": Said.played, "unplayed": Said.unplayed}.get(str(form.get("said", "")))
    times = str(form.get("times", "")).strip()
    async with deps.begin() as session:
        who = await known(request, session)
        number = own_form(deps, who, PAGE, str(form.get("key", "")))
        if number is None or who.snapshot or who.person is None:
            raise web.HTTPForbidden
        tasks = await tasks_for(session, who.person.id, who.road, now)
        task = next((t for t in tasks if str(t.delivery_id) == str(form.get("task", ""))), None)
        if task is None or said is None:
            raise web.HTTPNotFound
        often = int(times) if times.isdecimal() and len(times) < 3 else USUAL
        await say(
            session, task, said, times=often, person_id=who.person.id, how=How.h5, by=who.actor, road=who.road, at=now
        )  # fmt: skip
    raise web.HTTPSeeOther("/h5/byhand" if form.get("back") == "byhand" else "/h5/outlets")
