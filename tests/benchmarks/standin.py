"""A stand-in that only counts: HTTP by hand on asyncio, the answer at once or after a delay. Its own process.

Prints its port; answers GET /counts with {"calls", "unique", "faults"}, GET /red with the moments of what it was told
to watch, and GET /reset. With --faults the first call for every fifth group fails; `unique` are those that got an ok.
"""

import argparse
import asyncio
import json
import sys
import time

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{"errcode":0,"errmsg":"ok"}'
LIMIT = b'HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n{"errcode":45009,"errmsg":"api freq out of l"}'
BUSY = b'HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n{"errcode":-1,"errmsg":"system busy"}'
BAD = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
FAULTS = {0: LIMIT, 5: BUSY, 10: BAD, 15: b""}  # by the group's number modulo 20; an empty answer is none
GONE = b'HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n{"errcode":93000,"errmsg":"invalid webhook url"}'
NOBODY = b"00000000-0000-0000-0000-000000000000"  # by which a worker asks if the road is up
TOKEN = b'{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}'


class Counter(asyncio.Protocol):
    calls = 0
    seen: set[bytes] = set()  # noqa: RUF012 - one process, one count
    delay = 0.0
    faults: set[bytes] | None = None  # of whom the first call has failed
    red: int | None = None  # the number of the first group that is watched
    came: dict[int, float] = {}  # noqa: RUF012

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            start = head.lower().find(b"content-length:")
            length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.answer(head.split(b" ", 2)[1])

    def answer(self, path: bytes) -> None:
        if path.startswith(b"/counts"):
            told = {"calls": Counter.calls, "unique": len(Counter.seen), "faults": len(Counter.faults or ())}
            return self.body(json.dumps(told).encode())
        if path.startswith(b"/red"):
            return self.body(json.dumps(Counter.came).encode())
        if path.startswith(b"/reset"):
            Counter.calls, Counter.seen = 0, set()
            return self.body(b"{}")
        if path.startswith(b"/cgi-bin/gettoken"):
            return self.body(TOKEN)
        key = path[-36:]
        if key == NOBODY:
            return self.write(GONE)
        Counter.calls += 1
        if Counter.faults is not None and key not in Counter.faults and (number := int(key[:8]) % 20) in FAULTS:
            Counter.faults.add(key)
            return self.write(FAULTS[number])
        if Counter.red is not None and (number := int(key[:8])) >= Counter.red:
            Counter.came.setdefault(number, time.perf_counter())
        Counter.seen.add(key)
        if Counter.delay:
            asyncio.get_running_loop().call_later(Counter.delay, self.write, OK)
        else:
            self.write(OK)
        return None

    def body(self, body: bytes) -> None:
        self.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)  # type: ignore[attr-defined]


async def main(delay: float, faults: bool, red: int | None) -> None:
    Counter.delay, Counter.red = delay, red
    Counter.faults = set() if faults else None
    server = await asyncio.get_running_loop().create_server(Counter, "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--red", type=int)
    given = parser.parse_args()
    uvloop.run(main(given.delay, given.faults, given.red))
