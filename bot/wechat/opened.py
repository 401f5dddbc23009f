"""What the web process needs of the platforms beside the callbacks: who opened a page, and what hangs on a message.
Sending is the worker's alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.deps import DEPS
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import account_tokens, application_tokens
from bot.wechat.tokens import Tokens

AT_ONCE = 20
ROADS = ("live", "training")


@dataclass(frozen=True)
class Wechat:
    """One pool of connections, and the tokens of each road that has them: the application's, the account's."""

    calls: Calls
    wecom: dict[str, Tokens]
    account: dict[str, Tokens]


WECHAT = web.AppKey("wechat", Wechat)


async def opened(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: the pool lives as long as the application."""
    s, clock = app[DEPS].settings, app[DEPS].clock
    async with Calls(timeout=s.call_timeout, connections=AT_ONCE) as calls:
        wecom = {road: application_tokens(s, calls, clock, road) for road in ROADS}
        account = {road: account_tokens(s, calls, clock, road) for road in ROADS}
        app[WECHAT] = Wechat(calls, _there(wecom), _there(account))
        yield


def _there(found: dict[str, Tokens | None]) -> dict[str, Tokens]:
    return {road: tokens for road, tokens in found.items() if tokens is not None}
