"""The call sheet: the silent with their numbers, a large county's town by town, one touch for how a call ended and what
was said. It prints on A4."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, Form, posted, require_role
from bot.deps import DEPS, Deps
from bot.directory.models import Person
from bot.record.entries import record
from bot.record.models import Entry
from broadcasts.alerts.listed import standing
from broadcasts.answers.counted import Figures, Silent, figures, silent
from broadcasts.answers.models import Said
from broadcasts.answers.named import cannot
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.calls import KEY, called
from broadcasts.ladder.models import PhoneCall, Reached
from broadcasts.tasks.knocks.near import Candidate
from broadcasts.tasks.knocks.queries import Seen, of_broadcasts
from handlers.console.page import page
from handlers.console.scope import Scope
from handlers.console.warnings.asking import asking
from handlers.console.warnings.board import DESK
from handlers.console.warnings.knocks import PROPOSED, by_door, could_go
from handlers.console.warnings.parts import LINES, Part, back, part
from handlers.console.warnings.seen import seen

HEARD = (Said.received, Said.cannot, Said.help, Said.arrived)  # what may be said on the telephone
LOOKED, AGAIN = "phones.looked", timedelta(minutes=10)
LAST = 8  # calls that are shown as just made

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Line:
    """One of the silent, with the number in the open and the key of her form; who was sent to her door, the last first,
    and who could be."""

    one: Silent
    phone: str
    key: str
    doors: Sequence[Seen] = ()
    could: Sequence[Candidate] = ()

    @property
    def going(self) -> Seen | None:
        return self.doors[0] if self.doors and self.doors[0].open else None


@routes.get("/console/alerts/{uid}/calls")
async def sheet(request: web.Request) -> web.Response:
    """Of many silent people one town, `town`, and a `page` of it; with `print` everybody, for paper. Who looks at the
    numbers is on the record, once in ten minutes: the page renews itself."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    now = deps.clock.now()
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await asking(session, mine, alert)
        counted = await figures(session, sent.id, inside=mine.area_id) if sent else Figures()
        shown = part(counted, request.query)
        knocks, lines = await _lines(session, deps, caller, mine, sent, shown) if sent else ([], [])
        made = await _made(session, mine, sent) if sent else []
        nobody = [c for c in await cannot(session, sent.id, inside=mine.area_id) if not c.instead] if sent else []
        known = await _looked(session, caller, sent, shown, now) if sent else True
    count = len(lines) + len(nobody)
    if sent and count and not known:
        async with deps.begin() as session:
            record(session, caller.actor, LOOKED, sent.id, now, count=count, part=shown.name)
    facts: dict[str, Any] = {
        "alert": alert,
        "standing": standing(alert, now),
        "sent": sent,
        "part": shown,
        "count": counted.silent,
        "nobody": [(one, deps.vault.open(one.sealed) if one.sealed else "") for one in nobody],
        "towns": [(town, list(group)) for town, group in groupby(lines, key=lambda line: line.one.town)],
        "figures": counted,
        "made": made,
        "heard": HEARD,
        "knocks": [one for one in reversed(knocks) if not one.open],
        "phones": {one.by_uid: deps.vault.open(one.sealed) for one in knocks if one.open and one.sealed},
        "proposed": PROPOSED,
        "per_page": LINES,
        "lines_shown": len(lines),
    }
    return await page(request, "warnings/calls.html", caller, live="" if shown.paper else "/console/live", **facts)


async def _lines(
    session: AsyncSession, deps: Deps, caller: Caller, mine: Scope, sent: Broadcast, shown: Part
) -> tuple[list[Seen], list[Line]]:
    """What was found at the doors of this part, and its silent people."""
    every = await of_broadcasts(session, [sent.id], inside=mine.area_id)
    knocks = [one for one in every if shown.holds(mine, one.area_id)]
    quiet = await silent(session, sent.id, inside=mine.area_id, of_town=shown.town.id if shown.town else None)
    rows = shown.of_rows(_unheard_first(quiet))
    could = {} if shown.paper else await could_go(session, deps.settings, mine, sent, rows)
    doors, opened = by_door(knocks), deps.vault.open
    return knocks, [
        Line(
            one, opened(one.sealed) if one.sealed else "", _key(caller, sent, one), doors.get(one.person_id, ()),
            could.get(one.person_id, ()),
        )
        for one in rows
    ]  # fmt: skip


def _unheard_first(rows: Iterable[Silent]) -> list[Silent]:
    """In each town those whose telephone nobody picked up come before those who have at least heard it."""
    towns = groupby(rows, key=lambda one: one.town)
    return [one for _, group in towns for one in sorted(group, key=lambda one: one.heard_it)]


def _key(caller: Caller, sent: Broadcast, one: Silent) -> str:
    """A form's own: the same until this call is kept, so that a second press of it has no effect."""
    about = f"{caller.actor}|{sent.id}|{one.uid}|{one.calls}"
    return hashlib.sha256(about.encode()).hexdigest()[:KEY]


async def _looked(session: AsyncSession, caller: Caller, sent: Broadcast, shown: Part, now: datetime) -> bool:
    """At this part, a moment ago."""
    wanted = select(Entry.detail).where(
        col(Entry.subject) == sent.id,
        col(Entry.action) == LOOKED,
        col(Entry.actor) == caller.actor,
        col(Entry.at) > now - AGAIN,
    )
    return any(detail.get("part", "") == shown.name for detail in (await session.execute(wanted)).scalars())


@routes.post("/console/alerts/{uid}/calls")
async def call(request: web.Request) -> web.Response:
    """`do` is connected, missed, wrong, or what was said on the line; `person` and the form's own `key`."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    form, now = await posted(request, caller), deps.clock.now()
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await asking(session, mine, alert)
        person = await _person(session, mine, str(form.get("person", "")))
        if sent is None or person is None:
            raise web.HTTPNotFound
        reached, said = _heard(form)
        note, key = str(form.get("note", "")).strip(), str(form.get("key", ""))
        await called(session, sent, person.id, reached, key=key, said=said, note=note, by=caller.actor, at=now)
    raise web.HTTPSeeOther(back(request, alert.uid))


def _heard(form: Form) -> tuple[Reached, Said | None]:
    do = str(form.get("do", ""))
    if do in set(Reached):
        return Reached(do), None
    if do in set(HEARD):
        return Reached.connected, Said(do)
    raise web.HTTPBadRequest


async def _person(session: AsyncSession, mine: Scope, uid: str) -> Person | None:
    found = (await session.execute(select(Person).where(col(Person.uid) == uid))).scalar_one_or_none()
    if found is None or mine.area_id is None:
        return found
    return found if mine.area_id in {node.id for node in mine.areas.up(found.area_id)} else None


async def _made(session: AsyncSession, mine: Scope, sent: Broadcast) -> list[tuple[str, str, PhoneCall]]:
    """The last calls, newest first: what was pressed can be seen."""
    wanted = (
        select(Person, PhoneCall)
        .join(PhoneCall, col(PhoneCall.person_id) == col(Person.id))
        .where(col(PhoneCall.broadcast_id) == sent.id)
        .order_by(col(PhoneCall.id).desc())
        .limit(LAST * 5)
    )
    rows = (await session.execute(wanted)).all()
    nodes = mine.areas.nodes
    ours = [(p, c) for p, c in rows if mine.area_id is None or mine.area_id in {n.id for n in mine.areas.up(p.area_id)}]
    return [(person.name, nodes[person.area_id].name, made) for person, made in ours[:LAST]]
