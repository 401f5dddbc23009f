"""来信: who has written, the unread first; one conversation with both sides of it, its pictures and recordings."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, require_role
from bot.access.models import Role
from bot.channels.sms.address import number
from bot.deps import DEPS
from bot.directory.models import Person
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.chat.conversations import desk, inbox
from handlers.chat.conversations.inbox import Line, Row
from handlers.chat.conversations.reply import window_open, written_from
from handlers.console.looks import renewed
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.recordings import as_asked, as_sent
from handlers.wechat.files import path_of
from handlers.wechat.models import Inbound, Media, MediaState
from handlers.wechat.speech.wanted import guessed

PAGE = 50
MAY = (Role.officer, Role.leader)
URGENT = (Reason.plea.value, Reason.help.value)

routes = web.RouteTableDef()


@routes.get("/console/inbox")
async def conversations(request: web.Request) -> web.Response:
    """`?unread=1` shows the unread alone, `?skip=` goes on."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    asked, unread = request.query.get("skip", ""), "unread" in request.query
    skip = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    async with deps.read() as session:
        mine = await scope(session, caller)
        rows = await inbox.listed(session, mine.area_id, unread=unread, skip=skip, most=PAGE + 1)
        unseen = await inbox.unread(session, mine.area_id)
        first = await inbox.listed(session, mine.area_id, unread=True, most=1) if unseen else []
        stuck = await inbox.stuck(session) if mine.whole else []
        waiting = await inbox.waiting(session) if mine.whole else 0
        urgent = await _urgent(session, mine.area_id)
    facts: dict[str, Any] = {
        "rows": rows[:PAGE],
        "cries": list(urgent.values()),
        "first": next(iter(first), None),
        "count": unseen,
        "unread": unread,
        "onward": f"/console/inbox?skip={skip + PAGE}" if len(rows) > PAGE else "",
        "stuck": stuck,
        "waiting": waiting,
        "urgent": {uid: hold for uid, (_, hold) in urgent.items()},
    }
    return await page(request, "people/inbox.html", caller, live="/console/live", **facts)


@routes.get("/console/inbox/{uid}")
async def one(request: web.Request) -> web.Response:
    return await shown(request, await require_role(request, *MAY))


@routes.get("/console/inbox/media/{uid}")
async def medium(request: web.Request) -> web.StreamResponse:
    """A picture, a recording, a video or a file as it came, for those who may see its conversation."""
    kept = await _medium(request)
    return as_sent(path_of(request.app[DEPS].settings, kept.uid), kept.mime)


@routes.get("/console/inbox/media/{uid}/play")
async def play(request: web.Request) -> web.StreamResponse:
    """A recording as browsers play it; what cannot be made into that comes as it is."""
    kept = await _medium(request)
    return await as_asked(request, path_of(request.app[DEPS].settings, kept.uid), kept.mime)


async def _medium(request: web.Request) -> Media:
    """Raises 404, also where its conversation is none of the caller's."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        mine = await scope(session, caller)
        kept = await found_medium(session, mine.area_id, request.match_info["uid"])
    if kept is None or kept.state is not MediaState.kept:
        raise web.HTTPNotFound
    return kept


async def shown(
    request: web.Request, caller: Caller, *, error: str = "", text: str = "", status: int = 200
) -> web.Response:
    """The page of one conversation. Opening it is a look and on the record; a page that renews itself is not."""
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.begin() as session:
        mine = await scope(session, caller)
        row = await inbox.conversation(session, mine.area_id, request.match_info["uid"])
        if row is None:
            raise web.HTTPNotFound
        if not await renewed(request, session, caller, desk.LOOKED, row.talk.uid):
            desk.looked(session, row.talk, by=caller.actor, at=now)
        elif row.talk.unread:
            row.talk.unread = 0
        lines: list[Line] = await inbox.lines(session, row.talk)
        cries = (await _urgent(session, mine.area_id)).get(row.talk.uid)
        person = await session.get(Person, row.talk.person_id) if row.talk.person_id else None
        told = await written_from(session, row.talk)
        guesses = await guessed(session, [m.id for line in lines for m in line.media])
    sealed = person.phone_sealed if person else None
    facts: dict[str, Any] = {
        "row": row,
        "lines": lines,
        "guesses": guesses,
        "urgent": cries[1] if cries else None,
        "phone": deps.vault.open(sealed) if sealed else number(deps.vault, told),
        "taken": desk.taken(row.talk, now),
        "ours": row.talk.taken_by == caller.actor,
        "open": window_open(row.talk, now),
        "error": error,
        "text": text,
        "longest": desk.LONGEST,
    }
    return await page(request, "people/inbox_one.html", caller, status=status, live="/console/live", **facts)


async def found(session: AsyncSession, area_id: int | None, uid: str) -> Row:
    """Raises 404."""
    row = await inbox.conversation(session, area_id, uid)
    if row is None:
        raise web.HTTPNotFound
    return row


async def found_medium(session: AsyncSession, area_id: int | None, uid: str) -> Media | None:
    """None where there is none, or where its conversation is none of theirs."""
    wanted = select(Media, Inbound).join(Inbound, col(Inbound.id) == col(Media.inbound_id)).where(col(Media.uid) == uid)
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    kept, word = row
    talk = await inbox.of_sender(session, word)
    seen = talk is not None and await inbox.conversation(session, area_id, talk.uid) is not None
    return kept if seen else None


async def _urgent(session: AsyncSession, area_id: int | None) -> dict[str, tuple[Row, Hold]]:
    """Who cries for help or needs support and waits, by conversation; those whom the caller may see."""
    wanted = select(Hold).where(
        col(Hold.closed_at).is_(None), col(Hold.reason).in_(URGENT), col(Hold.about).startswith("inbound:")
    )
    cries: dict[str, tuple[Row, Hold]] = {}
    for hold in (await session.execute(wanted.order_by(col(Hold.id)))).scalars():
        word = await session.get(Inbound, int(hold.about.partition(":")[2]))
        talk = await inbox.of_sender(session, word) if word else None
        row = await inbox.conversation(session, area_id, talk.uid) if talk else None
        if row is not None:
            cries.setdefault(row.talk.uid, (row, hold))
    return cries
