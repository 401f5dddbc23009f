"""敲门: whoever was sent to a door says on a phone what was found there, when, and with a picture."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.knocks.models import Knock, KnockPicture, State
from broadcasts.tasks.knocks.queries import Seen, of_uid, pictures
from broadcasts.tasks.knocks.report import BACK, WORD, Found, refuse, report, take_back
from broadcasts.tasks.knocks.states import FOUND, OPEN
from broadcasts.tasks.knocks.told import first_line
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key, own_form, reader
from handlers.h5.oauth import sign_in
from handlers.h5.page import page
from handlers.recordings import as_sent
from handlers.wechat.contents import Content
from handlers.wechat.files import path_of, write

routes = web.RouteTableDef()


@routes.get("/h5/knock/{uid}")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


@routes.post("/h5/knock/{uid}")
async def act(request: web.Request) -> web.StreamResponse:
    """`do` is knows, nobody or help, with `at` (when they knocked, HH:MM), `words` and pictures; cannot; or back."""
    deps, uid = request.app[DEPS], request.match_info["uid"]
    async with deps.read() as session:  # whose it is, before anything long is read
        who, _ = await _own(request, session, uid)
    came = await sent(request, who.actor)
    if own_form(deps, who, f"knock:{uid}", came.fields.get("key", "")) is None or who.snapshot:
        raise web.HTTPForbidden
    now = deps.clock.now()
    found_at = _moment(came.fields.get("at", ""), now, deps.settings.zone)
    wrong = [*came.wrong, *([] if found_at else ["时间请写成 03:12 这样，几点敲的门。"])]
    if wrong:
        return await _shown(request, came, wrong, status=422)
    async with deps.begin() as session:
        who, seen = await _own(request, session, uid)
        await _act(session, deps.settings, who, seen.knock, came, found_at, now)
    raise web.HTTPSeeOther(f"/h5/knock/{uid}")


@routes.get("/h5/knock/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        _, seen = await _own(request, session, request.match_info["uid"])
        kept = await pictures(session, seen.knock.id)
    one = next((one for one in kept if one.uid == request.match_info["picture"]), None)
    if one is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, one.uid), one.mime)


async def _act(
    session: AsyncSession, settings: Settings, who: Reader, knock: Knock, came: Sent, found_at: datetime | None,
    now: datetime,
) -> None:  # fmt: skip
    do, words = came.fields.get("do", ""), came.fields.get("words", "").strip()[:WORD]
    if do in FOUND:
        said = Found(State(do), How.h5, words, found_at)
        if await report(session, knock, said, by=who.actor, at=now):
            await _keep(session, settings, knock, came.drawn, now)
    elif do == "cannot":
        await refuse(session, knock, by=who.actor, at=now)
    elif do == "back":
        await take_back(session, knock, by=who.actor, at=now)
    else:
        raise web.HTTPBadRequest


async def _keep(session: AsyncSession, settings: Settings, knock: Knock, drawn: list[Content], at: datetime) -> None:
    """The files first, then their rows: a row without a file is a lie."""
    for one in drawn:
        uid, digest = uuid7(at), hashlib.sha256(one.body).hexdigest()
        await asyncio.to_thread(write, path_of(settings, uid), one.body)
        session.add(KnockPicture(uid=uid, knock_id=knock.id, mime=one.mime, size=len(one.body), sha256=digest, at=at))
    await session.flush()


async def _shown(
    request: web.Request, came: Sent | None = None, wrong: list[str] | None = None, *, status: int = 200
) -> web.StreamResponse:
    deps, uid, now = request.app[DEPS], request.match_info["uid"], request.app[DEPS].clock.now()
    async with deps.read() as session:
        areas, (who, seen) = await tree(session), await _own(request, session, uid)
        knock = seen.knock
        alert = await session.get(Alert, knock.alert_id) if knock.alert_id else None
        facts: dict[str, Any] = {
            "seen": seen,
            "where": spelled(areas, seen.area_id),
            "head": first_line(areas, alert) if alert else "",
            "drill": knock.drill,
            "open": knock.state in OPEN,
            "back": knock.state in FOUND and knock.done_at is not None and now - knock.done_at <= BACK,
            "pictures": await pictures(session, knock.id),
            "words": came.fields.get("words", "") if came else "",
            "clock": came.fields.get("at", "") if came else f"{now.astimezone(deps.settings.zone):%H:%M}",
            "wrong": wrong or [],
            "phone": (await lines(session, areas, now)).of(seen.area_id),
            "key": form_key(deps, who, f"knock:{uid}") if not who.snapshot else "",
        }
    answer = await page(request, "knock.html", status=status, areas=areas, who=who, **facts)
    if came is not None and came.cut:
        answer.force_close()
    return answer


async def _own(request: web.Request, session: AsyncSession, uid: str) -> tuple[Reader, Seen]:
    """Whoever was sent, alone, on the road by which they were. Raises 404 for everybody else."""
    seen = await of_uid(session, uid)
    if seen is None:
        raise web.HTTPNotFound
    who = await reader(request, session, seen.knock.road)
    if who is None:
        raise sign_in(request, road=seen.knock.road)
    if who.person is None or who.person.id != seen.knock.knocker_id:
        raise web.HTTPNotFound
    return who, seen


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """HH:MM of the last 24 hours; now where nothing is written. None: it is none."""
    if not text.strip():
        return now
    hour, colon, minute = text.strip().replace("：", ":").partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return None
    local = now.astimezone(zone).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return local if local <= now else local - timedelta(days=1)
