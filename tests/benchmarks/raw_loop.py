"""The peer: an aiohttp + uvloop loop that keeps nothing. Its own process; prints CPU and wall seconds per message."""

import argparse
import asyncio
import json
import resource
import sys
import time

import aiohttp
import orjson
from yarl import URL

TEXT = "红色暴雨 青崖县\n青崖县气象台 今天凌晨2:38发布\n\n" + "过去3小时我县柳湾、石门等乡镇降雨量已达100毫米以上。" * 4


async def main(port: int, messages: int, open_: int) -> None:
    base = f"http://127.0.0.1:{port}/cgi-bin/webhook/send?key="
    keys = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(messages)]
    body = orjson.dumps({"msgtype": "text", "text": {"content": TEXT}})
    queue = iter(keys)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=open_),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Content-Type": "application/json"},
    )

    async def lane() -> None:
        for key in queue:
            response = await session.post(URL(base + key, encoded=True), data=body, allow_redirects=False)
            answer = await response.read()
            if answer != b'{"errcode":0,"errmsg":"ok"}':
                orjson.loads(answer)

    started, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    await asyncio.gather(*(lane() for _ in range(open_)))
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    sys.stdout.write(json.dumps({"cpu": cpu, "wall": time.perf_counter() - started, "messages": messages}) + "\n")
    await session.close()


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("messages", type=int)
    parser.add_argument("--open", type=int, default=100)
    given = parser.parse_args()
    uvloop.run(main(given.port, given.messages, given.open))
