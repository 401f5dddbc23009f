"""GET /connect/oauth2/authorize: the page on which the platform finds out who opens a link. A phone that opened it says
so by itself, a test by `?as=`; in any other browser a person picks the phone."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.simulator.config import Side
from bot.simulator.pages.render import page, some
from bot.simulator.platform import PLATFORM, Platform
from bot.simulator.tables import limits
from bot.simulator.tables.codes import DOMAIN_NOT_TRUSTED
from bot.simulator.world.chats import Chat, Follower

PHONE = "simulator_phone"  # the cookie by which a browser is some phone's
STATE = re.compile(r"[a-zA-Z0-9]*")
SCOPES = frozenset({"snsapi_base", "snsapi_userinfo", "snsapi_privateinfo"})


async def authorize(request: web.Request) -> web.StreamResponse:
    """Documents 91022 and the account's webdev/access. `?snapshot=1` makes it a snapshot's reader."""
    platform, asked = request.app[PLATFORM], request.query
    side = _side(platform, asked.get("appid", ""))
    wrong = _wrong(platform, asked) if side else "40013 appid 不对：这个模拟器不认识它"
    if side is None or wrong:
        return page("refused.html", platform, status=400, words=wrong)
    there = platform.phones if side is Side.wecom else platform.followers
    who = _who(platform, side, asked.get("as", ""), request.cookies.get(PHONE, ""))
    if who is None:
        words = asked.get("q", "").strip()
        ways = [(chat, _again(request, chat)) for chat in some(there, words)]
        hidden = [(name, value) for name, value in asked.items() if name not in {"q", "as"}]
        return page("authorize.html", platform, ways=ways, words=words, hidden=hidden)
    snapshot = asked.get("snapshot") == "1" or (isinstance(who, Follower) and who.snapshot)
    code = platform.sign_ins.make(side, who, platform.at(), snapshot=snapshot)
    raise web.HTTPFound(_back(asked["redirect_uri"], code, asked.get("state", "")))


def _side(platform: Platform, appid: str) -> Side | None:
    return {platform.config.corp_id: Side.wecom, platform.config.app_id: Side.oa}.get(appid)


def _wrong(platform: Platform, asked: Mapping[str, str]) -> str:
    redirect, state = urlsplit(asked.get("redirect_uri", "")), asked.get("state", "")
    if redirect.scheme not in {"http", "https"} or not redirect.hostname:
        return "redirect_uri 应是完整地址"
    if platform.trusted_domains and redirect.hostname not in platform.trusted_domains:
        return f"{DOMAIN_NOT_TRUSTED} redirect_uri 的域名不在可信域名里：{redirect.hostname}"
    if asked.get("response_type") != "code" or asked.get("scope") not in SCOPES:
        return "response_type 应是 code，scope 应是 snsapi_base"
    if len(state) > limits.STATE_BYTES or not STATE.fullmatch(state):
        return "state 只能是字母和数字，最长 128 字节"
    return ""


def _who(platform: Platform, side: Side, *names: str) -> Chat | None:
    for name in names:
        found = platform.phone(name) if name else None
        if found and found[0] is side:
            return found[1]
    return None


def _again(request: web.Request, chat: Chat) -> str:
    kept = [(name, value) for name, value in request.query.items() if name not in {"q", "as"}]
    return f"{request.path}?{urlencode([*kept, ('as', chat.handle)])}"


def _back(redirect: str, code: str, state: str) -> str:
    """The product's address with code and state, whatever its query was."""
    parts = urlsplit(redirect)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("code", code), ("state", state)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
