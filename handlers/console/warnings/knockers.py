"""Somebody else to a door than whom the call sheet proposes: all who could go, on a page of its own."""

from aiohttp import web

from bot.access.guards import require_role
from bot.deps import DEPS
from broadcasts.alerts.listed import standing
from broadcasts.tasks.knocks.near import Door, neighbours
from broadcasts.tasks.knocks.queries import of_broadcasts
from handlers.console.page import page
from handlers.console.warnings.asking import asking
from handlers.console.warnings.board import DESK
from handlers.console.warnings.knocks import by_door, person_of
from handlers.console.warnings.parts import back
from handlers.console.warnings.seen import seen

OFFERED = 12  # people of whom one may be chosen

routes = web.RouteTableDef()


@routes.get("/console/alerts/{uid}/knocks")
async def knockers(request: web.Request) -> web.Response:
    """To the door of `person`. The rest of the address is the part of the sheet to which one comes back."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await asking(session, mine, alert)
        person = await person_of(session, request.query.get("person", ""))
        if sent is None or not mine.holds(person.area_id):
            raise web.HTTPNotFound
        door = Door(person.id, person.area_id)
        could = (await neighbours(session, deps.settings, mine.areas, sent, [door])).of(door, OFFERED)
        doors = by_door(await of_broadcasts(session, [sent.id], inside=mine.area_id)).get(person.id, [])
    going = doors[0] if doors and doors[0].open else None
    return await page(
        request,
        "warnings/knockers.html",
        caller,
        alert=alert,
        standing=standing(alert, deps.clock.now()),
        person=person,
        village=mine.areas.nodes[person.area_id].name,
        could=[one for one in could if not going or one.uid != going.by_uid],
        going=going,
        back=back(request, alert.uid),
    )
