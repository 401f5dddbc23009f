"""敲门叫应 from the board and the call sheet: sending a named person to a door with one touch, changing the person, and
typing in what whoever knocks has said on the telephone."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Form, posted, require_role
from bot.config import Settings
from bot.deps import DEPS
from bot.directory.models import Person
from bot.record.entries import record
from broadcasts.answers.counted import Silent
from broadcasts.answers.models import How
from broadcasts.dispatch.models import Broadcast
from broadcasts.tasks.knocks.close import call_off
from broadcasts.tasks.knocks.models import Knock, State
from broadcasts.tasks.knocks.near import Candidate, Door, neighbours
from broadcasts.tasks.knocks.queries import Seen, of_broadcasts
from broadcasts.tasks.knocks.report import Found, report
from broadcasts.tasks.knocks.send import send
from broadcasts.tasks.knocks.states import FOUND, Why
from broadcasts.tasks.pictures import DOORS, kept
from handlers.console.scope import Scope
from handlers.console.warnings.asking import asking
from handlers.console.warnings.board import DESK
from handlers.console.warnings.parts import back
from handlers.console.warnings.seen import seen
from handlers.recordings import as_sent
from handlers.wechat.files import path_of

PROPOSED = 3  # people of whom a line of the sheet names one; the others stand on a page of their own

routes = web.RouteTableDef()


@routes.post("/console/alerts/{uid}/knocks")
async def act(request: web.Request) -> web.Response:
    """`do` is send (with `person`, `knocker`, and `instead`: the knock that the page showed), or of a `knock` what was
    found: knows, nobody, help; or stop. `back` is board or sheet."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    form, now = await posted(request, caller), deps.clock.now()
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await asking(session, mine, alert)
        if sent is None:
            raise web.HTTPNotFound
        if form.get("do") == "send":
            await _send(session, deps.settings, mine, sent, form, by=caller.actor, at=now)
        else:
            await _told(session, mine, sent, form, by=caller.actor, at=now)
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}" if form.get("back") == "board" else back(request, alert.uid))


@routes.get(r"/console/alerts/{uid}/knocks/{knock}/pictures/{n:[1-9]\d?}")
async def picture(request: web.Request) -> web.StreamResponse:
    """The n-th from the door. Who looked is on the record."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        n = int(request.match_info["n"])
        sent = await asking(session, mine, alert)
        if sent is None:
            raise web.HTTPNotFound
        found = await kept(session, DOORS, (await _knock(session, mine, sent, request.match_info["knock"])).id)
        if n > len(found):
            raise web.HTTPNotFound
        one = found[n - 1]
        record(session, caller.actor, "knock.pictured", request.match_info["knock"], deps.clock.now(), picture=one.uid)
    return as_sent(path_of(deps.settings, one.uid), one.mime)


async def could_go(
    session: AsyncSession, settings: Settings, mine: Scope, sent: Broadcast, quiet: Sequence[Silent]
) -> Mapping[int, list[Candidate]]:
    """By the person whose door it is: who may be sent there, the best first, and one more where there are others."""
    wanted = [Door(one.person_id, one.area_id) for one in quiet]
    near = await neighbours(session, settings, mine.areas, sent, wanted)
    return {door.person_id: near.of(door, PROPOSED + 1) for door in wanted}


def by_door(knocks: Sequence[Seen]) -> Mapping[int, list[Seen]]:
    """By the person whose door it is: who was sent there, the last first."""
    found: dict[int, list[Seen]] = {}
    for one in reversed(knocks):
        found.setdefault(one.knock.person_id, []).append(one)
    return found


async def _send(
    session: AsyncSession, settings: Settings, mine: Scope, sent: Broadcast, form: Form, *, by: str, at: datetime
) -> None:
    """The door lies in the caller's part; whoever goes there may come from beside it."""
    person, knocker = await _posted(session, form, "person"), await _posted(session, form, "knocker")
    if not mine.holds(person.area_id):
        raise web.HTTPNotFound
    instead = str(form.get("instead", ""))
    await send(session, settings, sent, person, knocker, instead_of=instead, by=by, at=at)


async def _told(session: AsyncSession, mine: Scope, sent: Broadcast, form: Form, *, by: str, at: datetime) -> None:
    """By this officer's ear."""
    knock, do = await _knock(session, mine, sent, str(form.get("knock", ""))), str(form.get("do", ""))
    if do == "stop":
        await call_off(session, knock, Why.stopped, by=by, at=at)
    elif do in FOUND:
        word = str(form.get("word", "")).strip()
        await report(session, knock, Found(State(do), How.call, word), by=by, at=at)
    else:
        raise web.HTTPBadRequest


async def _knock(session: AsyncSession, mine: Scope, sent: Broadcast, uid: str) -> Knock:
    found = await of_broadcasts(session, [sent.id], inside=mine.area_id)
    one = next((one for one in found if one.knock.uid == uid), None)
    if one is None:
        raise web.HTTPNotFound
    return one.knock


async def _posted(session: AsyncSession, form: Form, name: str) -> Person:
    return await person_of(session, str(form.get(name, "")))


async def person_of(session: AsyncSession, uid: str) -> Person:
    """Raises 404."""
    found = (await session.execute(select(Person).where(col(Person.uid) == uid))).scalar_one_or_none()
    if found is None:
        raise web.HTTPNotFound
    return found
