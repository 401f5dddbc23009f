"""One call to a platform's API that sends nothing to anybody: what it answered, or why it refuses us."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from bot.channels.contract import SendError
from bot.probes.asking import Heard, NoAnswer, ask
from bot.wechat.codes import Verdict
from bot.wechat.http import parse, verdict
from bot.wechat.tokens import Tokens

AWAY = frozenset({"unreachable", "busy", "timeout", "bad_answer", "connection_lost"})  # nobody refused us
IPV4 = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")


class Refusal(Exception):
    """`reason` is one of a copy's reasons; `address` is ours as the platform sees it, where it said so."""

    def __init__(self, reason: str, code: int = 0, address: str = "") -> None:
        super().__init__(reason)
        self.reason, self.code, self.address = reason, code, address


class Said(NamedTuple):
    fields: dict[str, Any]
    date: datetime | None  # the platform's own clock


async def call(
    http: aiohttp.ClientSession, tokens: Tokens, url: URL, table: Mapping[int, Verdict], *, body: bytes | None = None
) -> Said:
    """With a token, renewed once. Raises Refusal and NoAnswer."""
    try:
        token = await tokens.get()
        said = await _once(http, url, token, body)
        if verdict(_code(said), table).refresh:
            said = await _once(http, url, await tokens.replace(token), body)
    except SendError as error:
        raise (NoAnswer("unreachable") if error.reason in AWAY else Refusal(error.reason)) from None
    if code := _code(said):
        raise Refusal(verdict(code, table).reason, code, address_in(str(said.fields.get("errmsg", ""))))
    return said


def address_in(words: str) -> str:
    """`not allow to access from your ip, hint: […], from ip: 203.0.113.7, more info at …` (60020);
    `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist` (40164)."""
    found = IPV4.findall(words)
    return found[-1] if found else ""


async def _once(http: aiohttp.ClientSession, url: URL, token: str, body: bytes | None) -> Said:
    return read(await ask(http, url.update_query(access_token=token), body=body))


def read(heard: Heard) -> Said:
    """Raises NoAnswer where no platform speaks so."""
    if heard.status != 200:
        raise NoAnswer("unreachable")
    try:
        return Said(parse(heard.body, code_missing=0), heard.date)
    except SendError:
        raise NoAnswer("unreachable") from None


def _code(said: Said) -> int:
    return int(said.fields["errcode"])
