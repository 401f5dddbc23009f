"""One phone as a page: its chat, and forms for all that a thumb can do, which work without a script."""

import asyncio
import base64
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.perform import ACTS, begin, finish
from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.control.phones import hand_of
from bot.simulator.pages.authorize import PHONE
from bot.simulator.pages.render import HEADERS, IN_FULL, page
from bot.simulator.platform import PLATFORM
from bot.simulator.tables.limits import MEDIA_BYTES

PATIENCE = 1.0  # seconds that a form waits for the product to hear; the page shows the rest as it comes


async def show(request: web.Request) -> web.Response:
    """To look at it is to have read it."""
    hand = _hand(request)
    hand.chat.read = hand.chat.received
    return _page(hand, request.query.get("trouble", ""))


async def act(request: web.Request) -> web.StreamResponse:
    """A form's act, then the page again; a button that opens a page opens it."""
    same_origin(request)
    hand, name = _hand(request), request.match_info["act"]
    if name not in ACTS:
        raise web.HTTPNotFound(text="没有这个动作。", headers=HEADERS)
    given = await _form(request)
    try:
        done = begin(name, hand, given)
    except Problem as problem:
        raise web.HTTPSeeOther(f"/phones/{quote(hand.chat.handle)}?trouble={quote(problem.detail)}") from None
    finishing = asyncio.ensure_future(finish(hand, done, given))
    hand.platform.post.keep(finishing)
    await asyncio.wait({finishing}, timeout=PATIENCE)
    raise _onward(hand, done)


async def open_link(request: web.Request) -> web.StreamResponse:
    """Follow a link as this phone: the sign-in page will know whose browser it is."""
    hand, given = _hand(request), {"message": request.match_info["message"]}
    try:
        done = begin("open", hand, {**given, "link": request.match_info.get("link", "0")})
    except Problem as problem:
        raise web.HTTPNotFound(text=problem.detail, headers=HEADERS) from None
    raise _as_phone(hand, done.link)


def _onward(hand: Hand, done: Done) -> web.HTTPSeeOther:
    return _as_phone(hand, done.link) if done.link else web.HTTPSeeOther(f"/phones/{quote(hand.chat.handle)}#end")


def _as_phone(hand: Hand, link: str) -> web.HTTPSeeOther:
    """The browser is that phone's from now on: what the product knew of the one before is forgotten."""
    config = hand.platform.config
    answer = web.HTTPSeeOther(_marked(link, config.browser_mark, hand.side.value))
    answer.set_cookie(PHONE, hand.chat.handle, path="/connect", httponly=True, samesite="Lax")
    for name, path in config.reader_cookies:
        answer.del_cookie(name, path=path)
    return answer


def _marked(link: str, name: str, value: str) -> str:
    """With the word by which the demo's product learns in whose browser the page opens: ours has its own name."""
    if not name:
        return link
    parts = urlsplit(link)
    query = "&".join(part for part in (parts.query, urlencode({name: value})) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def _page(hand: Hand, trouble: str) -> web.Response:
    chat, account = hand.chat, hand.platform.account
    items: list[Any] = sorted([*chat.messages[-IN_FULL:], *list(chat.said)[-IN_FULL:]], key=lambda one: one.id)
    scenes = [
        (scene.scene, account.scene_names.get(scene.scene, scene.scene))
        for scene in account.scenes.valid(hand.platform.at())
    ]
    return page(
        "phone.html",
        hand.platform,
        chat=chat,
        side=hand.side.value,
        items=items[-IN_FULL:],
        more=max(0, chat.received - IN_FULL),
        menu=account.menu if hand.side is Side.oa else [],
        scenes=scenes,
        notices=list(account.notices.values()) if hand.side is Side.oa else [],
        trouble=trouble,
    )


def _hand(request: web.Request) -> Hand:
    try:
        return hand_of(request)
    except Problem:
        raise web.HTTPNotFound(text="没有这部手机。", headers=HEADERS) from None


async def _form(request: web.Request) -> dict[str, Any]:
    """The fields; a picture that was chosen as base64, as a control call would give it."""
    given: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, str):
            given[name] = value
        elif isinstance(value, web.FileField) and (body := value.file.read(MEDIA_BYTES["image"])):
            given["base64"] = base64.b64encode(body).decode()
    return given


def same_origin(request: web.Request) -> None:
    """Another site's page must not use a phone."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="只有这里的页面能用这部手机。", headers=HEADERS)


async def media(request: web.Request) -> web.Response:
    """A picture or a recording, for the simulator's own pages and as a callback's PicUrl."""
    kept = request.app[PLATFORM].media.shown(request.match_info["id"])
    if kept is None:
        raise web.HTTPNotFound
    return web.Response(body=kept.body, content_type=kept.mime, headers={"X-Content-Type-Options": "nosniff"})


async def code(request: web.Request) -> web.Response:
    """What a QR code of ours leads to: which phone scans it?"""
    platform = request.app[PLATFORM]
    scene = platform.account.scenes.by_code(request.match_info["code"], platform.at())
    if scene is None:
        raise web.HTTPNotFound(text="这个二维码不存在或已过期。", headers=HEADERS)
    name = platform.account.scene_names.get(scene.scene, scene.scene)
    return page("scan.html", platform, scene=scene.scene, poster=name, there=platform.followers.recent(50))
