"""A city for the tests: PostgreSQL and Redis, two web and three worker processes, the sample county, and the simulator
40 ms away. All of it real processes, which can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.channels.wecom_app.limits import NAME as APP
from bot.channels.wecom_robot.limits import NAME as ROBOT
from bot.clock import SystemClock
from bot.config import Settings, load
from bot.demo.county import load as county
from bot.demo.samples.read import sample
from bot.deps import Deps, open_deps
from bot.leases.models import Lease
from bot.migrations.run import upgrade
from bot.simulator.config import SimulatorConfig
from bot.ticker import SLOT
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from tests.benchmarks.ground import environment
from tests.deadline import becomes
from tests.servers import _free_port

SIM = SimulatorConfig()
WEBS, WORKERS = 2, 3
ROADS = (APP, ROBOT)
RED = {"colour": "Red", "zh": "红色", "verb": "发布", "type": "Alert", "references": "<references/>"}
ORANGE = {"colour": "Orange", "zh": "橙色"}
Process = subprocess.Popen[str]


@dataclass
class City:
    """`webs` by port. `tokens` are a machine's, by what they are for."""

    deps: Deps
    env: dict[str, str]
    base: str  # the simulator's
    http: aiohttp.ClientSession
    tokens: dict[Scope, dict[str, str]]
    webs: dict[int, Process] = field(default_factory=dict)
    workers: list[Process] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.deps.settings

    def web(self, port: int) -> Process:
        return process("bot", {**self.env, "SIGNALTREE_PORT": str(port)}, "web")

    def worker(self) -> Process:
        return process("bot.worker", self.env)

    async def post(self, port: int, raw: bytes) -> tuple[int, dict[str, Any]]:
        """A warning comes in by one of the web processes."""
        url = f"http://127.0.0.1:{port}/api/v1/warnings"
        headers = {**self.tokens[Scope.intake], "Content-Type": "application/xml"}
        async with self.http.post(url, data=raw, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def read(self, port: int, path: str) -> dict[str, Any]:
        url, headers = f"http://127.0.0.1:{port}/api/v1/{path}", self.tokens[Scope.read]
        async with self.http.get(url, headers=headers) as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
            return said

    async def counts(self) -> dict[str, Any]:
        """What the platform has seen: calls by endpoint, and every limit that was broken."""
        async with self.http.get(f"{self.base}/_sim/counts") as answer:
            said: dict[str, Any] = await answer.json()
            return said

    async def asked(self, broadcast: str = "") -> int:
        """Requests by which messages went out, of one broadcast or in all, as they were noted: each is noted once."""
        taken = sa.select(sa.func.coalesce(sa.func.sum(col(Batch.parts_done)), 0)).where(col(Batch.channel).in_(ROADS))
        if broadcast:
            taken = taken.where(col(Batch.broadcast_id) == broadcast)
        async with self.deps.read() as session:
            return int(await session.scalar(taken) or 0)

    async def phone(self, userid: str) -> list[str]:
        """What it shows; a phone that was never sent anything is none yet."""
        async with self.http.get(f"{self.base}/_sim/phones/{userid}") as answer:
            return [] if answer.status == 404 else [str(one["text"]) for one in (await answer.json())["messages"]]

    async def over(self) -> bool:
        """Whether everything that was planned has been settled."""
        left = sa.select(sa.func.count()).select_from(Batch)
        async with self.deps.read() as session:
            return not await session.scalar(left.where(col(Batch.state).in_([State.queued, State.sending])))

    async def seats(self) -> int:
        held = sa.select(sa.func.count()).select_from(Lease).where(col(Lease.slot).like("worker-%"))
        async with self.deps.read() as session:
            return await session.scalar(held) or 0

    async def ticking(self) -> int:
        """The port of the web process that does what is due by the clock; 0 while none does."""
        async with self.deps.read() as session:
            lease = await session.get(Lease, SLOT)
        return int(lease.owner.rsplit(":", 1)[1]) if lease else 0

    def red(self) -> bytes:
        """The county's red warning of this second."""
        return sample("national.xml", self.deps.clock.now(), self.settings.zone, **RED)

    def orange(self) -> bytes:
        """Other bytes than the red one's: the platform drops what it has just had."""
        return sample("national.xml", self.deps.clock.now(), self.settings.zone, **RED | ORANGE)


@asynccontextmanager
async def city(folder: Path, database: str, redis: str, **more: object) -> AsyncIterator[City]:
    async with AsyncExitStack() as stack:
        simulator = process("tests.benchmarks.slow_simulator", stdout=subprocess.PIPE)
        stack.callback(end, [simulator])
        assert simulator.stdout
        base = (await asyncio.to_thread(simulator.stdout.readline)).strip()
        env = environment(
            folder, 0, database, redis_url=redis, wecom_api_base=base, wecom_corp_id=SIM.corp_id,
            wecom_secret=SIM.secret, wecom_agent_id=SIM.agent_id, **more,
        )  # fmt: skip
        settings = load(env, env_file=None)
        await upgrade(settings)
        deps = await stack.enter_async_context(open_deps(settings, SystemClock()))
        await county.load(deps)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        made = City(deps, env, base, http, await _tokens(deps))
        stack.callback(lambda: end([*made.webs.values(), *made.workers]))
        made.webs.update({port: made.web(port) for port in (_free_port() for _ in range(WEBS))})
        made.workers.extend(made.worker() for _ in range(WORKERS))
        for port in made.webs:
            await becomes(lambda port=port: answers(port), 60)  # type: ignore[misc]
        await becomes(lambda: _all_sit(made), 60)
        yield made


async def _tokens(deps: Deps) -> dict[Scope, dict[str, str]]:
    async with deps.begin() as session:
        return {
            scope: {"Authorization": f"Bearer {await add_token(session, scope, scope, by='test', at=deps.clock.now())}"}
            for scope in (Scope.intake, Scope.read)
        }


async def _all_sit(made: City) -> bool:
    return await made.seats() == WORKERS


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def process(module: str, env: dict[str, str] | None = None, *arguments: str, stdout: int | None = None) -> Process:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=stdout, text=True)


def kill(one: Process) -> None:
    one.send_signal(signal.SIGKILL)
    one.wait()


def end(many: Sequence[Process]) -> None:
    for one in many:
        one.kill()
    for one in many:
        one.wait()
        if one.stdout:
            one.stdout.close()
