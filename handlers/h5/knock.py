"""敲门: whoever was sent to a door says on a phone what was found there, when, and with a picture."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.knocks.models import Knock, State
from broadcasts.tasks.knocks.queries import Seen, of_uid
from broadcasts.tasks.knocks.report import BACK, WORD, Found, refuse, report, take_back
from broadcasts.tasks.knocks.states import FOUND, OPEN
from broadcasts.tasks.knocks.told import first_line
from broadcasts.tasks.pictures import DOORS, Task, kept
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key, own_form
from handlers.h5.task_pictures import handed_out, keep
from handlers.h5.task_reader import answered, theirs

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
    wrong = [*came.wrong, *([] if found_at else ["at"])]
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
        found = await kept(session, DOORS, seen.knock.id)
    return handed_out(deps.settings, found, request.match_info["picture"])


async def _act(
    session: AsyncSession, settings: Settings, who: Reader, knock: Knock, came: Sent, found_at: datetime | None,
    now: datetime,
) -> None:  # fmt: skip
    do, words = came.fields.get("do", ""), came.fields.get("words", "").strip()[:WORD]
    if do in FOUND:
        said = Found(State(do), How.h5, words, found_at)
        if await report(session, knock, said, by=who.actor, at=now):
            task = Task(knock.id, knock.uid)
            await keep(session, settings, DOORS, task, came.drawn, by=who.actor, at=now)
    elif do == "cannot":
        await refuse(session, knock, by=who.actor, at=now)
    elif do == "back":
        await take_back(session, knock, by=who.actor, at=now)
    else:
        raise web.HTTPBadRequest


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
            "pictures": await kept(session, DOORS, knock.id),
            "words": came.fields.get("words", "") if came else "",
            "clock": came.fields.get("at", "") if came else f"{now.astimezone(deps.settings.zone):%H:%M}",
            "wrong": wrong or [],
            "phone": (await lines(session, areas, now)).of(seen.area_id),
            "key": form_key(deps, who, f"knock:{uid}") if not who.snapshot else "",
        }
    return await answered(request, "knock.html", came, status=status, areas=areas, who=who, **facts)


async def _own(request: web.Request, session: AsyncSession, uid: str) -> tuple[Reader, Seen]:
    """Whoever was sent, alone, on the road by which they were. Raises 404 for everybody else."""
    seen = await of_uid(session, uid)
    if seen is None:
        raise web.HTTPNotFound
    return await theirs(request, session, seen.knock.road, {seen.knock.knocker_id}), seen


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """HH:MM of the last 24 hours; now where nothing is written. None: it is none."""
    if not text.strip():
        return now
    hour, colon, minute = text.strip().replace("：", ":").partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return None
    local = now.astimezone(zone).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return local if local <= now else local - timedelta(days=1)
