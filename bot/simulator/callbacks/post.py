"""Sends callbacks as Tencent does: a five-second deadline, three tries of the same bytes, one after the other for each
sender. What became of each is counted and kept with what the phone shows."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any
from weakref import WeakValueDictionary

import aiohttp

from bot.clock import Clock
from bot.simulator.callbacks import signed
from bot.simulator.callbacks.forms import Fields
from bot.simulator.callbacks.signed import Signed
from bot.simulator.config import Callback, Side, SimulatorConfig
from bot.simulator.counts import Counts
from bot.simulator.tables.limits import CALLBACK_SECONDS, CALLBACK_TRIES

REAL_SECONDS = 60.0  # a try ends by then, although nobody turns the clock


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one callback. `status` 0: no answer at all, `answer` is the last one's body."""

    delivered: bool
    tries: int
    status: int
    answer: bytes

    def view(self) -> dict[str, Any]:
        return asdict(self) | {"answer": self.answer.decode("utf-8", "replace")}


class Post:
    def __init__(self, clock: Clock, at: Callable[[], float], counts: Counts, config: SimulatorConfig) -> None:
        self._clock, self._at, self._counts = clock, at, counts
        self._pause = config.callback_pause
        self.receivers = {Side.wecom: config.corp_id, Side.oa: config.app_id}
        self.addresses: dict[Side, Callback | None] = {Side.wecom: config.wecom_callback, Side.oa: config.oa_callback}
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._later: set[asyncio.Task[Any]] = set()
        self._http: aiohttp.ClientSession | None = None

    async def deliver(self, side: Side, fields: Fields, copies: int = 1) -> Delivered | None:
        """Tell the product; `copies` of the same bytes at once. None where no callback is set up."""
        to = self.addresses[side]
        if to is None:
            return None
        line = self._lines.setdefault(f"{side}:{fields['FromUserName']}", asyncio.Lock())
        async with line:
            request = signed.signed(side, to, fields, self.receivers[side], self._at())
            done = await asyncio.gather(*(self._send(side, request) for _ in range(copies)))
        return done[0]

    def later(self, side: Side, fields: Fields) -> None:
        """The same without waiting for it: what the platform reports by itself."""
        if self.addresses[side] is not None:
            self.keep(asyncio.ensure_future(self.deliver(side, fields)))

    def keep(self, task: "asyncio.Task[Any]") -> None:
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    @property
    def waiting(self) -> int:
        return len(self._later)

    async def settle(self) -> None:
        """Wait until all that was said by itself is delivered or given up."""
        while self._later:
            await asyncio.wait(set(self._later))

    async def ask(self, side: Side, echo: str) -> str | None:
        """Verify the address as the platform does when it is entered. What is wrong, or None."""
        to = self.addresses[side]
        if to is None:
            return "no callback"
        query = signed.question(side, to, self.receivers[side], self._at(), echo)
        try:
            async with self._session().get(to.url, params=query) as answer:
                body = await answer.text()
        except aiohttp.ClientError as error:
            return f"{type(error).__name__}"
        return None if (answer.status, body) == (200, echo) else f"HTTP {answer.status}, not the echo"

    async def close(self) -> None:
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def _send(self, side: Side, request: Signed) -> Delivered:
        counted = self._counts.callbacks[side]
        counted["sent"] += 1
        status, answer = 0, b""
        for number in range(1, CALLBACK_TRIES + 1):
            if number > 1:
                counted["retries"] += 1
                if self._pause:
                    await self._clock.sleep(self._pause)
            status, answer = await self._try(request)
            counted["no_answer" if not status else f"http_{status}"] += 1
            if status == 200:
                counted["answered"] += 1
                return Delivered(True, number, status, answer)
        counted["given_up"] += 1
        return Delivered(False, CALLBACK_TRIES, status, answer)

    async def _try(self, request: Signed) -> tuple[int, bytes]:
        """Status and body; 0 where none came within five seconds of the given clock."""
        call = asyncio.ensure_future(self._call(request))
        alarm = asyncio.ensure_future(self._clock.sleep(CALLBACK_SECONDS))
        try:
            await asyncio.wait({call, alarm}, return_when=asyncio.FIRST_COMPLETED, timeout=REAL_SECONDS)
            return call.result() if call.done() else (0, b"")
        finally:
            for task in (call, alarm):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def give(self, url: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """A county's own gateway tells something: once, with time, nonce and signature."""
        return await self._try(Signed(url, query, body, "application/json"))

    async def _call(self, request: Signed) -> tuple[int, bytes]:
        headers = {"Content-Type": request.content_type, "User-Agent": "Mozilla/4.0"}
        try:
            async with self._session().post(
                request.url, params=request.query, data=request.body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, ConnectionError):
            return 0, b""

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # One connection a callback: a connection that the product closed in between would look like a lost one.
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._http
