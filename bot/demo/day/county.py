"""The county on a day that the story turns: the simulator here, web and worker as processes of their own, which can be
stopped, killed and started again at any step."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import aiohttp

from bot.access.models import Scope
from bot.access.passwords import hashed, one_time
from bot.access.tokens import add_token
from bot.clock import SystemClock
from bot.demo.county import load as county
from bot.demo.day.clock import WholeClock
from bot.demo.day.orders import DONE
from bot.demo.hands import Hands
from bot.demo.live import county_settings, environ
from bot.demo.outside import Outside
from bot.demo.processes import BY, HOST, QUIET, START, NotStarted, free_ports
from bot.demo.simulated import menu, told, world
from bot.demo.simulator import config, hearing
from bot.demo.waiting import until
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.simulator.serve import running

LIVE = "live"
STEP = timedelta(minutes=30)  # the clock is set forward no further without doing what is due
MODULES = {"web": "bot.demo.day.web", "worker": "bot.demo.day.worker"}


@dataclass
class Day(Outside):
    """`deps` looks into the county's database from outside, on the day's clock. `password` is that of all the county's
    users. `troubles` are ticks that failed and copies that did not leave."""

    deps: Deps
    clock: WholeClock
    http: aiohttp.ClientSession
    password: str
    intake: str  # tokens: a weather station's, and those of a platform that reads and of one that reports
    reading: str
    filing: str
    troubles: list[str] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)

    def shown(self) -> str:
        """What the county's clocks show."""
        now = self.clock.now().astimezone(self.settings.zone)
        return f"{now.hour}:{now:%M}"

    async def work(self) -> None:
        """Do what is due now."""
        for name in ("worker", "web"):
            if said := await self._order(name):
                self.troubles.append(said)

    async def forward(self, step: timedelta = STEP, **by: float) -> None:
        """So much time goes by, and what becomes due on the way is done."""
        end = self.clock.now() + timedelta(**by)
        while (left := end - self.clock.now()) > timedelta():
            self.clock.shift += min(left, step)
            await self.work()

    async def until(self, at: time, step: timedelta = STEP) -> None:
        """Until the next time that the county's clocks show this."""
        now = self.clock.now().astimezone(self.settings.zone)
        then = datetime.combine(now.date(), at, self.settings.zone)
        await self.forward(step, seconds=((then - now) % timedelta(days=1)).total_seconds())

    @asynccontextmanager
    async def without_worker(self, **by: float) -> AsyncIterator[None]:
        """So much time goes by while nothing can leave; what became due on the way leaves after the block."""
        worker = self.processes.pop("worker")
        worker.kill()
        await worker.wait()
        self.clock.shift += timedelta(**by)
        turned = asyncio.create_task(self._order("web"))
        try:
            yield
        finally:
            await self.start()
            if said := await turned:
                self.troubles.append(said)

    async def start(self) -> None:
        """Start what does not run."""
        env = {**environ(self.settings, self.password), **QUIET}
        for name, module in MODULES.items():
            command = (sys.executable, "-m", module, str(self.clock.shift.total_seconds()))
            if name not in self.processes:
                self.processes[name] = await asyncio.create_subprocess_exec(*command, env=env, stdin=PIPE, stdout=PIPE)
        if not await until(self._answers, START):
            raise NotStarted("web")

    async def stop(self) -> None:
        """As the system does at a clean shutdown."""
        await self._end(Process.terminate)

    async def kill(self) -> None:
        """As when the power fails."""
        await self._end(Process.kill)

    async def _end(self, how: Callable[[Process], None]) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                how(process)
        await asyncio.gather(*(process.wait() for process in self.processes.values()))
        self.processes.clear()

    async def _order(self, name: str) -> str:
        process, said = self.processes[name], ""
        if process.stdin and process.stdout:
            process.stdin.write(f"{self.clock.shift.total_seconds()}\n".encode())
            said = (await process.stdout.readline()).decode().strip()
        return "" if said == DONE else said or f"{name} ended"

    async def _answers(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            async with self.http.get(f"{self.web}/healthz") as answer:
                return answer.status == 200
        return False


class DayHands(Hands):
    """Phones of that day: what is due leaves while somebody looks at one."""

    def __init__(self, day: Day) -> None:
        super().__init__(day.http, day.simulator, day.web)
        self._day = day

    async def shows(self, phone: str, words: str, after: int = 0) -> str:
        await self._day.work()
        return await super().shows(phone, words, after)


@asynccontextmanager
async def dawn(folder: Path, at: datetime, kind: type[Day] = Day) -> AsyncIterator[Day]:
    """The sample county at `at`, its phones on. Everything ends with the block."""
    clock = WholeClock(at - SystemClock().now())
    web, simulator, training = free_ports(3)
    settings = county_settings(folder, HOST, web, simulator, training)
    await upgrade(settings)
    password = one_time()
    async with open_deps(settings, clock) as deps, aiohttp.ClientSession() as http:
        await county.load(deps, await hashed(password))
        async with deps.begin() as session:
            intake = await add_token(session, "气象台", Scope.intake, by=BY, at=clock.now())
            reading = await add_token(session, "市平台", Scope.read, by=BY, at=clock.now())
            filing = await add_token(session, "网格平台", Scope.reports, by=BY, at=clock.now())
        day = kind(deps, clock, http, password, intake, reading, filing)
        phones = hearing(config("演示"), settings, LIVE)
        async with running(phones, port=simulator, clock=clock):
            try:
                await day.start()
                await told(http, f"{day.simulator}/_sim/world", {**world(), "scenes": []})
                await menu(http, settings)
                yield day
            finally:
                await day.stop()
