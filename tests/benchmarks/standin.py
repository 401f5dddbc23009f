"""A stand-in that only counts: HTTP by hand on asyncio, the answer at once or after a delay. Its own process.

Prints its port; answers GET /counts with {"calls", "unique"} and GET /reset.
"""

import argparse
import asyncio
import json
import sys

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{"errcode":0,"errmsg":"ok"}'
TOKEN = b'{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}'


class Counter(asyncio.Protocol):
    calls = 0
    seen: set[bytes] = set()  # noqa: RUF012 - one process, one count
    delay = 0.0

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
            return self.body(json.dumps({"calls": Counter.calls, "unique": len(Counter.seen)}).encode())
        if path.startswith(b"/reset"):
            Counter.calls, Counter.seen = 0, set()
            return self.body(b"{}")
        if path.startswith(b"/cgi-bin/gettoken"):
            return self.body(TOKEN)
        Counter.calls += 1
        Counter.seen.add(path[-36:])
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


async def main(delay: float) -> None:
    Counter.delay = delay
    server = await asyncio.get_running_loop().create_server(Counter, "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    uvloop.run(main(parser.parse_args().delay))
