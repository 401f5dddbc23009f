"""A stand-in for Tencent's callback servers: ready requests at a given pace over connections that stay open. HTTP by
hand, so that what is measured is the product."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.simulator.callbacks.signed import Signed


@dataclass
class Pushed:
    """Seconds from each request's due moment to its answer, and when that was due; by how many we began late ourselves;
    how many were not answered 200."""

    took: list[tuple[float, float]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    def p(self, part: float, windows: Sequence[tuple[float, float]] = ()) -> float:
        """The time within which this part was answered, in seconds; of those due within the windows where given."""
        times = sorted(t for due, t in self.took if not windows or any(a <= due <= b for a, b in windows))
        return times[min(len(times) - 1, int(len(times) * part))] if times else 0.0

    def late_p(self, part: float) -> float:
        """The time within which this part was begun by us, in seconds: it is in what `took` says too."""
        times = sorted(self.late)
        return times[min(len(times) - 1, int(len(times) * part))] if times else 0.0


def wire(request: Signed) -> bytes:
    head = (
        f"POST {request.url}?{urlencode(request.query)} HTTP/1.1\r\nHost: bench\r\nContent-Type: {request.content_type}"
        f"\r\nContent-Length: {len(request.body)}\r\n\r\n"
    )
    return head.encode() + request.body


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[bool]":
        """Whether it was answered 200."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)  # type: ignore[attr-defined]
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        start = self._buffer.lower().find(b"content-length:")
        if end < 0 or start < 0:
            return
        length = int(self._buffer[start + 15 :].split(b"\r\n", 1)[0])
        if len(self._buffer) >= end + 4 + length and self._answer is not None:
            ok, self._buffer = self._buffer.startswith(b"HTTP/1.1 200"), b""
            self._answer.set_result(ok)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(False)

    def close(self) -> None:
        self._transport.close()


async def opened(port: int, lines: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Line, "127.0.0.1", port))[1] for _ in range(lines)]


async def push(port: int, requests: Sequence[bytes], per_second: float, lines: int = 64) -> Pushed:
    """Open loop: a request is due whether or not the one before was answered. 0 a second: as fast as answers come."""
    pushed, connections = Pushed(), await opened(port, lines)
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in connections:
        free.put_nowait(line)
    started = time.perf_counter()

    async def one(request: bytes, due: float) -> None:
        pushed.late.append(time.perf_counter() - due)
        line = await free.get()
        ok = await line.ask(request)
        free.put_nowait(line)
        pushed.took.append((due, time.perf_counter() - due))
        pushed.refused += not ok

    async def some(share: Sequence[bytes]) -> None:
        for request in share:
            await one(request, time.perf_counter())

    async with asyncio.TaskGroup() as tasks:
        if not per_second:
            for n in range(lines):
                tasks.create_task(some(requests[n::lines]))
        else:
            for number, request in enumerate(requests):
                due = started + number / per_second
                if (wait := due - time.perf_counter()) > 0.001:
                    await asyncio.sleep(wait)
                tasks.create_task(one(request, due))
    pushed.seconds = time.perf_counter() - started
    for line in connections:
        line.close()
    return pushed
