"""One call of the platform's API, and what an endpoint is: a name, a method, a path and a function that answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bot.simulator.config import Side
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """An answer that is not JSON: a medium's bytes."""

    body: bytes
    mime: str
    name: str


class Call:
    """The query and the body as they came; each is read when it is first asked for."""

    __slots__ = ("_document", "_request", "body", "params")

    def __init__(self, query: str, body: bytes, request: web.BaseRequest) -> None:
        self.params = params(query)
        self.body = body
        self._request = request
        self._document: Answer | None = None

    @property
    def content_type(self) -> str:
        return self._request.headers.get("Content-Type", "")

    @property
    def origin(self) -> str:
        """The address under which the stand-in was called."""
        return f"{self._request.scheme}://{self._request.host}"

    @property
    def remote(self) -> str:
        return self._request.remote or ""

    def document(self) -> Answer:
        """The body's JSON object; 47001 when it is none."""
        if self._document is None:
            try:
                document = orjson.loads(self.body)
            except orjson.JSONDecodeError as error:
                raise Refused(codes.BAD_JSON) from error
            if not isinstance(document, dict):
                raise Refused(codes.BAD_JSON)
            self._document = document
        return self._document


def params(query: str) -> dict[str, str]:
    """The query's fields. One plain pair, as a robot's call has, is split by hand: that road is the hot one."""
    if "&" in query or "%" in query or "+" in query:
        return dict(parse_qsl(query))
    name, _, value = query.partition("=")
    return {name: value}


def nobody(call: Call) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`answer` raises Refused; `targets` are a call's robot key, userids or openid, in lower case, for the faults."""

    name: str
    method: str
    path: str
    answer: Callable[[Platform, Call], Answer | Blob]
    targets: Callable[[Call], Collection[str]] = nobody
    side: Side = Side.wecom
    code: str = "errcode"  # under which its answers name a code
