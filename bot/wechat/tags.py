"""The official account's tags: which there are, as many as the platform counts under each, and who stands there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from bot.channels.contract import SendError
from bot.wechat.codes import OFFICIAL
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
from bot.wechat.tokens import Tokens

MOST_PAGES = 100  # of ten thousand openids each


@dataclass(frozen=True)
class Tag:
    id: int
    name: str
    size: int


async def tags(calls: Calls, tokens: Tokens, base: str) -> list[Tag]:
    """In the platform's order. Raises SendError. Page: tags/get."""
    said = await asked(tokens, lambda token: calls.get(endpoint(base, "/cgi-bin/tags/get", token)))
    rows = said.get("tags")
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    try:
        return [Tag(int(row["id"]), str(row.get("name", "")), int(row.get("count", 0))) for row in found]
    except (KeyError, TypeError, ValueError) as error:
        raise SendError("bad_answer") from error


async def openids(calls: Calls, tokens: Tokens, base: str, tag: int) -> set[str]:
    """Who stands under it, page by page. Raises SendError. Page: user/tag/get."""
    found, after = set[str](), ""
    for _ in range(MOST_PAGES):
        said = await asked(tokens, partial(_page, calls, base, tag, after))
        data = said.get("data")
        page = data.get("openid") if isinstance(data, dict) else None
        if not isinstance(page, list) or not page:
            break
        found.update(map(str, page))
        after = str(said.get("next_openid") or "")
        if not after:
            break
    return found


async def _page(calls: Calls, base: str, tag: int, after: str, token: str) -> bytes:
    return await calls.post(
        endpoint(base, "/cgi-bin/user/tag/get", token), orjson.dumps({"tagid": tag, "next_openid": after})
    )


async def asked(tokens: Tokens, ask: Callable[[str], Awaitable[bytes]]) -> dict[str, Any]:
    """The answer of a call that was taken, once more with another token where the first was bad. Raises SendError."""

    async def said(token: str) -> dict[str, Any]:
        return parse(await ask(token), code_missing=0)

    return await taken(tokens, said, OFFICIAL)
