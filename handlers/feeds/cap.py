"""The public feed: what we sent, as CAP 1.2 for machines. Whoever has it already is told so by ETag or date."""

import hashlib
from datetime import UTC, datetime

from aiohttp import ETag, web

from bot.deps import DEPS
from bot.directory.tree import tree
from broadcasts.feeds import atom
from broadcasts.feeds.listed import changed, document, entries, one
from handlers.api.describe import Answer, described

routes = web.RouteTableDef()
ATOM = "application/atom+xml"
MINUTE = "public, max-age=60"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # of a feed that has never changed


@routes.get("/feeds/cap.atom")
@described("现在有效的，CAP 的目录，新的在前", {200: Answer("Atom", None, ATOM), 304: Answer("与已有的一样")})
async def index(request: web.Request) -> web.Response:
    """What holds now, newest first."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas = await tree(session)
        found = await entries(session, deps.clock.now())
        updated = await changed(session) or BEGINNING
    root = areas.roots[0] if areas.roots else None
    zone = deps.settings.zone
    name, code = (root.name, root.code) if root else ("消息树", "county")
    body = atom.write(name, code, deps.settings.base_url, found, updated.astimezone(zone))
    return answered(request, body, ATOM, updated)


@routes.get("/feeds/cap/{identifier:.+}.xml")
@described("发出过的一条，CAP 1.2", {200: Answer("CAP 1.2", None, atom.MEDIA_TYPE), 304: Answer("与已有的一样")})
async def show(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        alert = await one(session, request.match_info["identifier"])
        if alert is None:
            raise web.HTTPNotFound(text="没有这一条，或没有发出过。现在有的见 /feeds/cap.atom。")
        body = await document(session, alert, deps.settings.zone)
    return answered(request, body, atom.MEDIA_TYPE, alert.received_at)


def answered(request: web.Request, body: bytes, media_type: str, moment: datetime) -> web.Response:
    """The document, or 304 for who has these very bytes. Where both are asked, the tag decides."""
    tag, asked = hashlib.sha256(body).hexdigest()[:32], request.if_none_match
    known = any(one.value in {tag, "*"} for one in asked) if asked else _seen(request, moment)
    response = web.Response(status=304)
    if not known:
        response = web.Response(body=body, content_type=media_type, charset="utf-8")
    response.headers["Cache-Control"] = MINUTE
    response.etag, response.last_modified = ETag(tag), moment
    return response


def _seen(request: web.Request, moment: datetime) -> bool:
    since = request.if_modified_since
    return since is not None and moment.replace(microsecond=0) <= since
