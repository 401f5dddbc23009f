"""A process that sends many application messages at once with a token from the shared store, for test_tokens."""

import asyncio
import sys

from bot.channels.contract import Parcel, SendError
from bot.channels.open import open_channels
from bot.clock import SystemClock
from bot.config import load
from bot.wechat.http import Calls


async def main(times: int) -> None:
    settings = load(env_file=None)
    async with Calls(timeout=10.0, connections=50) as calls:
        app = open_channels(settings, calls, SystemClock())["live", "wecom_app"]
        await app.send(Parcel("第一条", members=("u1",)))
        print("ready", flush=True)  # noqa: T201 - to the test
        await asyncio.to_thread(sys.stdin.readline)
        sent = [app.send(Parcel(f"第{n}条", members=("u1",))) for n in range(times)]
        said = await asyncio.gather(*sent, return_exceptions=True)
        wrong = [one for one in said if isinstance(one, BaseException) and not isinstance(one, SendError)]
        print(sum(not isinstance(one, BaseException) for one in said), len(wrong), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
