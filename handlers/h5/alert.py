"""The page behind a message's link: what holds now, what to do, and for whoever must act one tap to answer. The same
page shows whether a forwarded picture of the message is still true."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.queries import roles_of
from bot.directory.tree import Tree, tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.answers.acknowledge import acknowledge, undo
from broadcasts.answers.models import How, Said
from broadcasts.answers.queries import OpenAlert, open_for
from broadcasts.audience.places import hit
from broadcasts.audience.select import first_role
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.texts.addressed import addressed
from broadcasts.dispatch.texts.shown import ROLE, Truth, by_code, shown
from broadcasts.ladder.instead import Instead, instead_of
from drills.duty.now import names, roster
from handlers.chat.answers.faces import show_undone
from handlers.h5.clips import clips_of
from handlers.h5.identity import Reader, form_key, own_form, reader
from handlers.h5.oauth import sign_in
from handlers.h5.page import page

ANSWERS = {"1": Said.received, "2": Said.cannot, "3": Said.help}

routes = web.RouteTableDef()


@routes.get("/h5/a/{code}")
async def look(request: web.Request) -> web.StreamResponse:
    """Anybody may read it. Who comes by their own message's link is asked who they are, to answer."""
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    async with deps.read() as session:
        areas = await tree(session)
        broadcast = await _broadcast(session, request)
        who = await reader(request, session, broadcast.road)
        if who is None and "by" in request.query:
            raise sign_in(request, road=broadcast.road)
        told = await addressed(session, broadcast, who.address) if who and broadcast.subject else ""
        facts = {} if told else await _facts(request, session, areas, broadcast, who, now)
    if told:
        drill, at = broadcast.drill, broadcast.started_at
        return await page(request, "said.html", areas=areas, who=who, text=told, drill=drill, at=at)
    return await page(request, "alert.html", areas=areas, **facts)


@routes.post("/h5/a/{code}")
async def answer(request: web.Request) -> web.StreamResponse:
    """One tap: 1, 2 or 3, or 0 to take it back. A second press of the same page changes nothing."""
    deps, now, form = request.app[DEPS], request.app[DEPS].clock.now(), await request.post()
    async with deps.begin() as session:
        broadcast = await _broadcast(session, request)
        who = await reader(request, session, broadcast.road)
        if who is None:
            raise sign_in(request, road=broadcast.road)
        number = own_form(deps, who, broadcast.code, str(form.get("key", "")))
        if number is None or who.snapshot or who.person is None:
            raise web.HTTPForbidden
        pressed = str(form.get("a", ""))
        if pressed == "0":
            if await _stands(session, who.person.id, broadcast, str(form.get("at", "")), now):
                taken = await undo(session, who.person.id, broadcast.road, now, broadcast_id=broadcast.id)
                await show_undone(session, deps.settings.zone, taken, now)
        elif pressed in ANSWERS:
            await acknowledge(
                session,
                person_id=who.person.id,
                broadcasts=[broadcast.id],
                said=ANSWERS[pressed],
                how=How.h5,
                by=who.actor,
                source=f"h5:{number}",
                road=broadcast.road,
                at=now,
            )
        else:
            raise web.HTTPBadRequest
    raise web.HTTPSeeOther(f"/h5/a/{broadcast.code}")


async def _stands(session: AsyncSession, person_id: int, broadcast: Broadcast, said_at: str, now: datetime) -> bool:
    """Whether the answer that the page showed is the one that counts still: a second press takes back nothing more."""
    open_ = await open_for(session, person_id, broadcast.road, now)
    mine = next((o for o in open_ if o.broadcast_id == broadcast.id), None)
    return mine is not None and mine.answered_at is not None and mine.answered_at.isoformat() == said_at


async def _broadcast(session: AsyncSession, request: web.Request) -> Broadcast:
    found = await by_code(session, request.match_info["code"])
    if found is None:
        raise web.HTTPNotFound
    return found


async def _facts(
    request: web.Request, session: AsyncSession, areas: Tree, broadcast: Broadcast, who: Reader | None, now: datetime
) -> dict[str, Any]:
    person = who.person if who else None
    role = first_role(await roles_of(session, person.id)) if person else ROLE
    seen = await shown(
        session,
        broadcast,
        now,
        place=await _place(session, areas, broadcast),
        zone=request.app[DEPS].settings.zone,
        role=role,
    )
    if seen is None:  # a digest or another service message has no page of its own
        raise web.HTTPSeeOther("/h5/now")
    open_ = await open_for(session, person.id, broadcast.road, now) if person else []
    mine = next((o for o in open_ if o.broadcast_id == broadcast.id), None)
    return {
        "seen": seen,
        "drill": broadcast.drill,
        "mine": mine,
        "instead": await _instead(session, person.id, mine) if person and mine else None,
        "others": _others(open_, broadcast),
        "clips": [] if seen.truth is not Truth.holds else await clips_of(session, broadcast.alert_id),
        "who": who,
        "home": areas.nodes[person.area_id].name if person else "",
        "phone": (await lines(session, areas, now)).of(person.area_id) if person else "",
        "on_duty": await _on_duty(session, areas, person.area_id, now) if person else "",
        "key": form_key(request.app[DEPS], who, broadcast.code) if who and mine and not who.snapshot else "",
    }


async def _instead(session: AsyncSession, person_id: int, mine: OpenAlert) -> Instead | None:
    """For who cannot go: who does."""
    return await instead_of(session, mine.broadcast_id, person_id) if mine.said is Said.cannot else None


async def _place(session: AsyncSession, areas: Tree, broadcast: Broadcast) -> str:
    alert = await session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    return place(areas, hit(message(alert.content), areas)) if alert else ""


def _others(open_: Sequence[OpenAlert], broadcast: Broadcast) -> list[OpenAlert]:
    """What else waits for the reader's answer."""
    return [o for o in open_ if o.broadcast_id != broadcast.id and o.said is None]


async def _on_duty(session: AsyncSession, areas: Tree, area_id: int, now: datetime) -> str:
    """Who sits behind the duty phone now, for staff; empty where no roster names anybody."""
    desk = (await roster(session, now, areas)).near(area_id)
    return f"{desk.post.name} {names(desk.people)}" if desk else ""
