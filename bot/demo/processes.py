"""The county as it runs in earnest, for a story: simulator, web and worker as processes of their own, at free ports."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.access.models import Scope
from bot.access.passwords import hashed, one_time
from bot.access.tokens import add_token
from bot.demo.county import load as county
from bot.demo.live import county_settings, environ
from bot.demo.outside import Outside
from bot.demo.simulated import menu, told, world
from bot.demo.waiting import until
from bot.deps import Deps, open_deps
from bot.errors import SignalTreeError
from bot.migrations.run import upgrade
from bot.settings.fields import PREFIX
from bot.supervisor import NICER, Child, supervise

HOST = "127.0.0.1"
START = 40.0  # seconds that the processes are given to answer
BY = "system"
QUIET = {f"{PREFIX}LOG_LEVEL": "ERROR"}  # a story prints what people saw, not that a machine is slow


class NotStarted(SignalTreeError):
    """故事没有演成，这个进程没有起来："""


@dataclass(frozen=True)
class Running(Outside):
    """`deps` looks into the county's database from outside. `password` is that of all the county's users."""

    deps: Deps
    http: aiohttp.ClientSession
    password: str
    intake: str  # tokens, as a weather station and another platform hold them
    reading: str


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Running]:
    """The sample county, with phones that are on. Everything ends with the block."""
    web, simulator, training = free_ports(3)
    settings = county_settings(folder, HOST, web, simulator, training)
    await upgrade(settings)
    password, stop = one_time(), asyncio.Event()
    kept = asyncio.create_task(supervise(_children(simulator), {**environ(settings, password), **QUIET}, stop))
    try:
        async with open_deps(settings) as deps, aiohttp.ClientSession() as http:
            await county.load(deps, await hashed(password))
            async with deps.begin() as session:
                now = deps.clock.now()
                intake = await add_token(session, "气象台", Scope.intake, by=BY, at=now)
                reading = await add_token(session, "市平台", Scope.read, by=BY, at=now)
            ready = Running(deps, http, password, intake, reading)
            await _answering(ready)
            await told(http, f"{ready.simulator}/_sim/world", {**world(), "scenes": []})
            await menu(http, settings)
            yield ready
    finally:
        stop.set()
        await kept


def free_ports(count: int) -> list[int]:
    """All held until all are found, so that none is given twice."""
    with contextlib.ExitStack() as held:
        doors = [held.enter_context(socket.socket()) for _ in range(count)]
        for door in doors:
            door.bind((HOST, 0))
        return [int(door.getsockname()[1]) for door in doors]


def _children(simulator: int) -> list[Child]:
    python = sys.executable
    return [
        Child("simulator", (python, "-m", "bot.demo.simulator", str(simulator), "演示", "live")),
        Child("web", (python, "-m", "bot", "web")),
        Child("worker", (python, "-m", "bot.worker"), nice=NICER),
    ]


async def _answering(ready: Running) -> None:
    """Raises NotStarted, with the name of what does not answer."""
    for name, url in (("simulator", f"{ready.simulator}/_sim/counts"), ("web", f"{ready.web}/readyz")):

        async def answers(url: str = url) -> bool:
            try:
                async with ready.http.get(url) as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

        if not await until(answers, START):
            raise NotStarted(name)
