"""A call that a token opens: where the platform knows the token no more, the call is made once again with another one,
and never a third time."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from yarl import URL

from bot.channels.contract import answered_before
from bot.wechat.codes import WECOM, Verdict
from bot.wechat.http import refusal, verdict
from bot.wechat.tokens import Tokens

Ask = Callable[[str], Awaitable[dict[str, Any]]]


async def renewed(tokens: Tokens, ask: Ask, table: Mapping[int, Verdict] = WECOM) -> dict[str, Any]:
    """What the platform said, whatever it was. `ask` gets a token."""
    token = await tokens.get()
    said = await ask(token)
    if verdict(said["errcode"], table).refresh:
        with answered_before():
            said = await ask(await tokens.replace(token))
    return said


async def taken(tokens: Tokens, ask: Ask, table: Mapping[int, Verdict] = WECOM) -> dict[str, Any]:
    """What the platform said to a call that it took. Raises SendError."""
    said = await renewed(tokens, ask, table)
    if said["errcode"]:
        raise refusal(verdict(said["errcode"], table))
    return said


def endpoint(base: str, path: str, token: str) -> URL:
    return URL(f"{base}{path}?access_token={token}", encoded=True)
