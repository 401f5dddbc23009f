"""A stand-in for the product: hears callbacks on a free port, opens them, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.simulator.callbacks import forms, sealing
from bot.simulator.config import Callback

TOKEN = "callbackToken"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


@dataclass
class Product:
    """`requests` are (path, query, body) as they came, `heard` what was in them; `answers` go out first, one each."""

    base: str = ""
    receivers: Mapping[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    asleep: asyncio.Event | None = None  # answers nothing until it is set

    def __post_init__(self) -> None:
        self._came = asyncio.Event()

    async def until(self, number: int) -> None:
        """Wait until so many requests have come."""
        while len(self.requests) < number:
            self._came.clear()
            await self._came.wait()

    def callback(self, side: str, **more: str) -> Callback:
        return Callback(f"{self.base}/{side}", TOKEN, AES_KEY, **more)

    async def hear(self, request: web.Request) -> web.Response:
        query, body = dict(request.query), await request.read()
        receiver = self.receivers[request.path]
        if request.method == "GET":
            return web.Response(text=self._echo(query, receiver))
        self.requests.append((request.path, query, body))
        self.heard.append(opened(query, body, receiver))
        self._came.set()
        if self.asleep:
            await self.asleep.wait()
        return self.answers.pop(0) if self.answers else web.Response(text="success")

    def _echo(self, query: dict[str, str], receiver: str) -> str:
        if "msg_signature" in query:
            proved = sealing.sign(TOKEN, query["timestamp"], query["nonce"], query["echostr"])
            assert proved == query["msg_signature"]
            return sealing.unseal(AES_KEY, query["echostr"], receiver).decode()
        assert sealing.sign(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
        return query["echostr"]


def opened(query: dict[str, str], body: bytes, receiver: str) -> dict[str, Any]:
    """The fields, each proved."""
    fields = forms.read(body)
    if "msg_signature" not in query:
        assert sealing.sign(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
        return fields
    sealed = fields["Encrypt"]
    assert sealing.sign(TOKEN, query["timestamp"], query["nonce"], sealed) == query["msg_signature"]
    return forms.read(sealing.unseal(AES_KEY, sealed, receiver))


@asynccontextmanager
async def listening(corp_id: str, app_id: str) -> AsyncIterator[Product]:
    product = Product(receivers={"/wecom": corp_id, "/oa": app_id})
    app = web.Application()
    app.router.add_route("*", "/{side}", product.hear)
    async with TestServer(app) as server:
        product.base = str(server.make_url("")).rstrip("/")
        yield product
