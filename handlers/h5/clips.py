"""Recordings of the county's own, for ears: under a signed address for a gateway, and on the page of a warning."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import DEPS
from broadcasts.alerts.models import Alert
from broadcasts.clips.chosen import fitting
from broadcasts.clips.files import may_listen, path_of
from broadcasts.clips.models import Clip
from broadcasts.dispatch.texts.shown import by_code
from handlers.recordings import as_asked, as_it_is

routes = web.RouteTableDef()


@routes.get(r"/clips/{uid:[0-9a-f-]{36}}.{ending:mp3|amr|wav}")
async def for_gateways(request: web.Request) -> web.StreamResponse:
    """As it was brought, for as long as the address says. 404 to whoever guesses."""
    deps, uid, query = request.app[DEPS], request.match_info["uid"], request.query
    now = deps.clock.now()
    if not may_listen(deps.vault, uid, query.get("until", ""), query.get("mark", ""), now):
        raise web.HTTPNotFound
    async with deps.read() as session:
        found = (await session.execute(select(Clip).where(col(Clip.uid) == uid))).scalar_one_or_none()
    if found is None or found.approved_at is None or found.ended_at is not None:
        raise web.HTTPNotFound
    return as_it_is(path_of(deps.settings, uid), found.mime)


@routes.get("/h5/a/{code}/clips/{uid}")
async def for_readers(request: web.Request) -> web.StreamResponse:
    """Whoever may read the page may hear what stands on it."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        sent = await by_code(session, request.match_info["code"])
        here = await clips_of(session, sent.alert_id) if sent else []
    found = next((clip for clip in here if clip.uid == request.match_info["uid"]), None)
    if found is None:
        raise web.HTTPNotFound
    return await as_asked(request, path_of(deps.settings, found.uid), found.mime)


async def clips_of(session: AsyncSession, alert_id: int | None) -> list[Clip]:
    """The recordings that fit the alert, each way of speaking once."""
    alert = await session.get(Alert, alert_id) if alert_id else None
    ways: dict[tuple[str, str, int | None], Clip] = {}
    for clip in await fitting(session, alert) if alert else []:
        ways.setdefault((clip.language, clip.dialect, clip.area_id), clip)
    return list(ways.values())
