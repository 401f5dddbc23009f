"""来源: the feeds that are polled, how each of them is, and adding one more."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from sqlmodel import col, select
from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.intake.folders import FOLDER, refusal
from broadcasts.intake.models import Feed
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MAY = (Role.officer, Role.admin)
BAD_URL = "应是 http:// 或 https:// 开头的完整地址，或 file: 加一个文件夹的完整路径。"
WHOLE = "请填整数。"


class Added(Form):
    """A feed of the county's own network is as good as a public one: private addresses are taken."""

    name = StringField("名称", [DataRequired("请填名称。"), Length(max=64, message="最多 64 个字。")])
    url = StringField("地址", [DataRequired("请填地址。"), Length(max=512, message="最多 512 个字。")])
    silent_minutes = IntegerField(
        "多少分钟没有声音就报警", [InputRequired(WHOLE), NumberRange(1, 10080, "请填 1 到 10080 分钟。")], default=60
    )
    every_seconds = IntegerField(
        "每隔多少秒看一次", [InputRequired(WHOLE), NumberRange(10, 86400, "请填 10 到 86400 秒。")], default=60
    )
    hosts = StringField("另外允许的网站（用逗号隔开，可不填）", [Length(max=255, message="最多 255 个字。")])

    def validate_url(self, url: StringField) -> None:
        if not _good(url.data or ""):
            raise ValidationError(BAD_URL)

    def validate_hosts(self, hosts: StringField) -> None:
        if any(c in (hosts.data or "") for c in "/@ ?"):
            raise ValidationError("只写网站的名字，例如 files.example.cn。")


@routes.get("/console/feeds")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY), Added())


@routes.post("/console/feeds")
async def add(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MAY)
    added = Added(await posted(request, caller))
    deps, url = request.app[DEPS], (added.url.data or "").strip()
    fine = added.validate()
    if fine and url.startswith(FOLDER) and (why := refusal(url, deps.settings.feed_roots)):
        added.url.errors, fine = [why + "。"], False
    if not fine:
        return await _page(request, caller, added, status=422)
    async with deps.begin() as session:
        at = deps.clock.now()
        known = (await session.execute(select(Feed.id).where(col(Feed.url) == url))).first()
        if known is None:
            feed = Feed(
                uid=uuid7(at),
                name=(added.name.data or "").strip(),
                url=url,
                hosts=(added.hosts.data or "").strip().replace("，", ","),
                every_seconds=added.every_seconds.data or 60,
                silent_after_seconds=(added.silent_minutes.data or 60) * 60,
            )
            session.add(feed)
            record(session, caller.actor, "feed.added", feed.uid, at, every=feed.every_seconds)
    if known is not None:
        added.url.errors = ["已经有这个地址了。"]
        return await _page(request, caller, added, status=409)
    raise web.HTTPSeeOther("/console/feeds")


@routes.post("/console/feeds/{uid}")
async def turn(request: web.Request) -> web.Response:
    """Switch a feed on or off."""
    caller = await whole_county(request, *MAY)
    on = (await posted(request, caller)).get("enabled") == "1"
    deps = request.app[DEPS]
    async with deps.begin() as session:
        wanted = select(Feed).where(col(Feed.uid) == request.match_info["uid"])
        feed = (await session.execute(wanted)).scalar_one_or_none()
        if feed is None:
            raise web.HTTPNotFound
        if feed.enabled is not on:
            feed.enabled = on
            action = "feed.enabled" if on else "feed.disabled"
            record(session, caller.actor, action, feed.uid, deps.clock.now())
    raise web.HTTPSeeOther("/console/feeds")


async def _page(request: web.Request, caller: Caller, form: Added, status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        feeds = (await session.execute(select(Feed).order_by(col(Feed.enabled).desc(), col(Feed.id)))).scalars().all()
    now = deps.clock.now()
    return await page(
        request, "county/feeds.html", caller, status=status, form=form, feeds=[(f, silent_since(f, now)) for f in feeds]
    )


def silent_since(feed: Feed, now: datetime) -> bool:
    """Whether a feed that is on says nothing for longer than it may; one that was never polled is not silent yet."""
    if not feed.enabled or (feed.heard_at is None and not feed.failures):
        return False
    return feed.heard_at is None or now - feed.heard_at >= timedelta(seconds=feed.silent_after_seconds)


def _good(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    if url.strip().startswith(FOLDER):
        return not parts.netloc and parts.path.startswith("/") and len(parts.path) > 1
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
