"""The simulator's pages: a handful of phones and groups, live, and each of them in full."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from itertools import islice
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.simulator.pages.links import segments
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.world.chats import Chat, Chats

A_HANDFUL = 6
FOUND = 12
IN_FULL = 100
CHINA = timezone(timedelta(hours=8))
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all a browser would not say whose form it sends
    "Cache-Control": "no-store",
}
STATIC = {"simulator.css": "text/css", "simulator.js": "text/javascript", "simulator.svg": "image/svg+xml"}


def hour(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%H:%M:%S")


def environment() -> Environment:
    jinja = Environment(
        loader=PackageLoader("templates", "pages/simulator"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["hour"] = hour
    jinja.filters["segments"] = segments
    return jinja


PAGES = environment()


def page(name: str, platform: Platform, *, status: int = 200, **values: Any) -> web.Response:
    shown = {
        "label": platform.config.label,
        "phones": platform.phones,
        "followers": platform.followers,
        "groups": platform.groups,
        "telephones": platform.telephones,
        **values,
    }
    text = PAGES.get_template(name).render(shown)
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


async def index(request: web.Request) -> web.Response:
    platform, words = request.app[PLATFORM], request.query.get("q", "").strip()
    callbacks = platform.counts.callbacks.values()
    return page(
        "index.html",
        platform,
        words=words,
        some_phones=some(platform.phones, words),
        some_followers=some(platform.followers, words),
        some_groups=some(platform.groups, words),
        some_customers=some(platform.customer_chats, words),
        counts=platform.counts,
        told=sum(counted["sent"] for counted in callbacks),
        heard=sum(counted["answered"] for counted in callbacks),
    )


def some(chats: Chats, words: str) -> list[Chat]:
    """The latest to be shown something, or the first of those that match."""
    return list(islice(chats.matching(words), FOUND)) if words else chats.recent(A_HANDFUL)


def chat(pick: Callable[[Platform], Chats]) -> Callable[[web.Request], Any]:
    """One chat in full. To look at it is to have read it."""

    async def handle(request: web.Request) -> web.Response:
        platform = request.app[PLATFORM]
        found = pick(platform).named(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound(text="没有这部手机或这个群。", headers=HEADERS)
        found.read = found.received
        return page("chat.html", platform, chat=found, messages=found.messages[-IN_FULL:], kind=pick(platform).kind)

    return handle


async def static(request: web.Request) -> web.Response:
    kind = STATIC.get(request.match_info["name"])
    if kind is None:
        raise web.HTTPNotFound
    body = files("templates").joinpath("static", request.match_info["name"]).read_bytes()
    return web.Response(body=body, content_type=kind, charset="utf-8", headers={"X-Content-Type-Options": "nosniff"})
