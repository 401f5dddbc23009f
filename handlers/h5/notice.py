"""订阅通知: a resident lets the account send notices, by WeChat's own button, the one way that the platform has. What
is pressed there comes back as an event."""

import logging
import secrets
from typing import Any

from aiohttp import web

from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory.tree import tree
from bot.wechat.opened import WECHAT
from bot.wechat.tickets import Signed, Tickets, signed
from broadcasts.dispatch.sending.roads import NOTICE, open_roads
from broadcasts.subscriptions.consents import LASTING, left
from handlers.h5.oauth import known
from handlers.h5.page import page

log = logging.getLogger(__name__)
TICKETS = web.AppKey("tickets", dict[str, Tickets])
SCRIPTS = "https://res.wx.qq.com"  # where WeChat's button comes from: the one page with anything of another host
# The button draws itself in a frame and a style of its own, out of words that it puts together at run time. Neither
# default-src, frame-src nor child-src may be named, or it does not appear (the platform's own forum says so; nobody has
# seen it work on a phone with this policy yet): everything else is named one by one.
POLICY = "; ".join(
    (
        f"script-src 'self' {SCRIPTS} 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        f"img-src 'self' data: {SCRIPTS}",
        "connect-src 'self'",
        "font-src 'self'",
        "media-src 'none'",
        "object-src 'none'",
        "manifest-src 'none'",
        "worker-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

routes = web.RouteTableDef()


@routes.get("/h5/notice")
async def show(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    settings = deps.settings
    if NOTICE not in open_roads(settings).channels:
        raise web.HTTPNotFound
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        consent = await left(session, who.road, who.address, settings.oa_notice_template_id)
    if who.follower is None:
        return await page(request, "not_following.html", areas=areas, who=who)
    facts: dict[str, Any] = {
        "who": who,
        "template_id": settings.oa_notice_template_id,
        "lasting": settings.oa_notice_consent == LASTING,
        "can": consent is not None and (consent.unused > 0 or (consent.lasting and consent.refused_at is None)),
        "unused": consent.unused if consent else 0,
        "refused": consent is not None and consent.refused_at is not None,
        "signed": await _signed(request, who.road.value),
        "scripts": f"{SCRIPTS}/open/js/jweixin-1.6.0.js",
    }
    response = await page(request, "notice.html", areas=areas, **facts)
    if facts["signed"] is not None:  # without the button nothing of theirs is on the page
        response.headers["Content-Security-Policy"] = POLICY
    return response


async def _signed(request: web.Request, road: str) -> Signed | None:
    """None where the platform gives no ticket now: then there is no button."""
    deps, wechat, tickets = request.app[DEPS], request.app[WECHAT], request.app[TICKETS]
    if road not in wechat.account:
        return None
    settings = deps.settings
    if road not in tickets:
        base = settings.oa_api_base if road == "live" else settings.training_api_base
        tickets[road] = Tickets(wechat.calls, wechat.account[road], base, deps.clock)
    try:
        ticket = await tickets[road].get()
    except SendError as error:
        log.warning("no ticket for the notices' button: %s", error.reason)
        return None
    now, url = int(deps.clock.now().timestamp()), f"{settings.base_url}{request.path_qs}"
    return signed(settings.oa_app_id, ticket, secrets.token_hex(8), now, url)
