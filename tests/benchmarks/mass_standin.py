"""A stand-in for the account that only counts: tokens and mass sends, each taken at once. Its own process; prints its
port, answers GET /counts with {"calls", "openids", "distinct"}."""

import asyncio
import sys
from itertools import count

import orjson
from aiohttp import web

TOKEN = {"errcode": 0, "access_token": "t", "expires_in": 7200}
NUMBERS = count(1)
CALLS: list[int] = []  # openids of each
SEEN: set[bytes] = set()


async def token(_: web.Request) -> web.Response:
    return web.json_response(TOKEN)


async def send(request: web.Request) -> web.Response:
    openids = orjson.loads(await request.read())["touser"]
    CALLS.append(len(openids))
    SEEN.update(openid.encode() for openid in openids)
    return web.json_response({"errcode": 0, "errmsg": "ok", "msg_id": next(NUMBERS)})


async def counts(_: web.Request) -> web.Response:
    return web.json_response({"calls": len(CALLS), "openids": sum(CALLS), "distinct": len(SEEN)})


async def main() -> None:
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/cgi-bin/stable_token", token)
    app.router.add_post("/cgi-bin/message/mass/send", send)
    app.router.add_get("/counts", counts)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
