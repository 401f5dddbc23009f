"""Signing in on a phone: the platform says who opens the page, by a code that is good once."""

import logging
import secrets
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from bot.channels.contract import SendError
from bot.config import Settings
from bot.deps import DEPS, Deps
from bot.wechat.opened import WECHAT
from broadcasts.dispatch.states import Road
from handlers.h5.identity import Reader, reader, remember
from handlers.h5.page import page
from handlers.wechat.models import Platform

log = logging.getLogger(__name__)
ASKED = "signaltree_asked"  # the cookie in which a sign-in waits for the platform's answer
MINUTES = 10
USED_UP = frozenset({40029, 40163})  # the code is bad, or was used: a page that was loaded again
TOKEN = frozenset({40014, 42001})

routes = web.RouteTableDef()


def sign_in(request: web.Request, *, road: Road = Road.live) -> web.HTTPSeeOther:
    """The way to the platform's question who this is, and back to the page that asked."""
    deps = request.app[DEPS]
    platform = named(request, deps.settings)
    if platform is None:
        return web.HTTPSeeOther(f"/h5/no-one?{urlencode({'next': request.path_qs})}")
    state = secrets.token_hex(16)
    answer = web.HTTPSeeOther(_asking(deps.settings, platform, road, state))
    kept = _signer(deps).dumps([state, request.path_qs, road.value])
    secure = deps.settings.base_url.startswith("https://")
    answer.set_cookie(ASKED, str(kept), max_age=MINUTES * 60, httponly=True, secure=secure, samesite="Lax", path="/h5")
    return answer


async def known(request: web.Request, session: AsyncSession) -> Reader:
    """Who reads; whoever is not known yet is sent to say so and comes back."""
    who = await reader(request, session)
    if who is None:
        raise sign_in(request)
    return who


def named(request: web.Request, settings: Settings) -> Platform | None:
    """Whose phone it is: by what the link says, else by what the browser calls itself, else the only one set up."""
    ready = _ready(settings)
    said = request.query.get("by", "")
    if said in {p.value for p in ready}:
        return Platform(said)
    agent = request.headers.get("User-Agent", "").lower()
    if "wxwork" in agent and Platform.wecom in ready:
        return Platform.wecom
    if "micromessenger" in agent and Platform.oa in ready:
        return Platform.oa
    return ready[0] if len(ready) == 1 else None


@routes.get("/h5/in/{platform}")
async def back(request: web.Request) -> web.StreamResponse:
    """The platform sends the phone back with a code: ask whose it is, and return to the page that asked."""
    deps = request.app[DEPS]
    asked = _asked(deps, request.cookies.get(ASKED, ""))
    state, code = request.query.get("state", ""), request.query.get("code", "")
    try:
        platform = Platform(request.match_info["platform"])
    except ValueError:
        raise web.HTTPNotFound from None
    if asked is None or not secrets.compare_digest(asked[0].encode(), state.encode()) or not code:
        return await page(request, "again.html", status=400)
    _, onward, road = asked
    try:
        address, snapshot = await _whose(request, platform, road, code)
    except UsedUp:
        raise sign_in_again(onward, platform) from None
    except SendError as error:
        log.warning("sign-in by %s: %s", platform.value, error.reason)
        return await page(request, "again.html", status=503)
    answer = web.HTTPSeeOther(onward)
    remember(answer, deps, road, platform, address, snapshot=snapshot)
    answer.del_cookie(ASKED, path="/h5")
    raise answer


@routes.get("/h5/no-one")
async def no_one(request: web.Request) -> web.StreamResponse:
    """Neither the link nor the browser says by which platform: the reader chooses, or reads without signing in."""
    deps = request.app[DEPS]
    onward = request.query.get("next", "/h5/now")
    onward = onward if onward.startswith("/h5/") else "/h5/now"
    joined = "&" if "?" in onward else "?"
    ways = [(p.value, f"{onward}{joined}by={p.value}") for p in _ready(deps.settings)]
    return await page(request, "no_one.html", ways=ways)


class UsedUp(Exception):
    """The code was used already."""


def sign_in_again(onward: str, platform: Platform) -> web.HTTPSeeOther:
    path, _, query = onward.partition("?")
    return web.HTTPSeeOther(f"{path}?{query}" if query else f"{path}?by={quote(platform.value)}")


def _ready(settings: Settings) -> list[Platform]:
    """Platforms by which somebody can sign in: the others have no secret to ask with."""
    if not settings.base_url:
        return []
    pairs = ((Platform.wecom, settings.has_application), (Platform.oa, settings.has_account))
    return [platform for platform, ready in pairs if ready]


def _asking(settings: Settings, platform: Platform, road: Road, state: str) -> str:
    """The authorize page: developer.work.weixin.qq.com document 91022; the account's webdev/access."""
    base = settings.training_api_base if road is Road.training else settings.oauth_base
    wecom = platform is Platform.wecom
    query = {
        "appid": settings.wecom_corp_id if wecom else settings.oa_app_id,
        "redirect_uri": f"{settings.base_url}/h5/in/{platform.value}",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    if wecom:
        query["agentid"] = str(settings.wecom_agent_id)
    return f"{base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


async def _whose(request: web.Request, platform: Platform, road: Road, code: str) -> tuple[str, bool]:
    """The address, and whether it is a snapshot's. Raises UsedUp and SendError."""
    ask = _member if platform is Platform.wecom else _openid
    return await ask(request, road, code)


async def _member(request: web.Request, road: Road, code: str) -> tuple[str, bool]:
    settings, wechat = request.app[DEPS].settings, request.app[WECHAT]
    base = settings.training_api_base if road is Road.training else settings.wecom_api_base
    tokens = wechat.wecom[road.value]
    token = await tokens.get()
    for attempt in range(2):
        url = URL(f"{base}/cgi-bin/auth/getuserinfo").with_query(access_token=token, code=code)
        said = _object(await wechat.calls.get(url))
        if int(said.get("errcode", 0)) not in TOKEN or attempt:
            break
        token = await tokens.replace(token)
    _refused(said)
    member = str(said.get("userid") or said.get("UserId") or "")
    if not member:
        raise SendError("not_a_member", permanent=True)
    return member.lower(), False


async def _openid(request: web.Request, road: Road, code: str) -> tuple[str, bool]:
    settings = request.app[DEPS].settings
    base = settings.training_api_base if road is Road.training else settings.oa_api_base
    url = URL(f"{base}/sns/oauth2/access_token").with_query(
        appid=settings.oa_app_id, secret=settings.oa_secret, code=code, grant_type="authorization_code"
    )
    said = _object(await request.app[WECHAT].calls.get(url))
    _refused(said)
    return str(said["openid"]), bool(int(said.get("is_snapshotuser", 0) or 0))


def _object(answer: bytes) -> dict[str, Any]:
    """What these endpoints say; where all is well some of them name no errcode."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise SendError("bad_answer")
    return said


def _refused(said: dict[str, Any]) -> None:
    code = int(said.get("errcode", 0))
    if code in USED_UP:
        raise UsedUp
    if code:
        raise SendError(f"oauth_{code}", permanent=True)


def _asked(deps: Deps, cookie: str) -> tuple[str, str, Road] | None:
    try:
        state, onward, road = _signer(deps).loads(cookie)
        return str(state), str(onward), Road(road)
    except (BadSignature, ValueError, TypeError):
        return None


def _signer(deps: Deps) -> URLSafeSerializer:
    return URLSafeSerializer(deps.vault.derive(b"h5:asked"), salt="asked")
