"""One call of the platform's API, and what an endpoint is: a name, a method, a path and a function that answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from bot.simulator import codes
from bot.simulator.codes import Refused
from bot.simulator.platform import Platform

Answer = dict[str, Any]


class Call:
    """The query and the body as they came; each is read when it is first asked for."""

    __slots__ = ("_document", "body", "params")

    def __init__(self, query: str, body: bytes) -> None:
        self.params = params(query)
        self.body = body
        self._document: Answer | None = None

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
    """`answer` raises Refused; `targets` are a call's robot key or userids, in lower case, for the faults."""

    name: str
    method: str
    path: str
    answer: Callable[[Platform, Call], Answer]
    targets: Callable[[Call], Collection[str]] = nobody
