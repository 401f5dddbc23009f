"""Callbacks of WeCom, sealed and signed, into the real web process before, while and after the worker sends the sample
county's red broadcast: how many a second are on the disk, once each, and how soon they are answered."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.clock import SystemClock
from bot.config import load
from bot.demo.county import load as county
from bot.demo.samples.read import sample
from bot.deps import Deps, open_deps
from bot.directory.models import Address
from bot.migrations.run import upgrade
from bot.simulator.callbacks.sealing import new_aes_key
from bot.simulator.callbacks.signed import signed
from bot.simulator.config import Callback, Side, SimulatorConfig
from bot.supervisor import NICER
from broadcasts.dispatch.models import Broadcast
from handlers.wechat.keeping.store import open_store
from handlers.wechat.models import Inbound
from tests.benchmarks.ground import Row, environment
from tests.benchmarks.pushing import Pushed, push, wire
from tests.city import Process, answers, process
from tests.servers import _free_port, postgres

PER_SECOND = 2000
WARM = 500  # words before anything is measured
SETTLE = 3.0  # seconds in which a start's ticks end
REPEATED = 10  # every tenth request comes twice, as the platform retries
SECONDS = 60  # over which the platform's time stamps are spread
LINES = 256  # connections: a platform's many servers wait for nobody's answer but their own
BEFORE = 2.0  # seconds of callbacks alone
AFTER = 2.0  # seconds after the last settled copy that still count as beside the broadcast
ENOUGH = 5000  # callbacks beside it, for a p99 to mean anything
RED = {"colour": "Red", "zh": "红色", "verb": "发布", "type": "Alert", "references": "<references/>"}
SIM = SimulatorConfig()
TOKEN = "a-token-for-benchmarks"
Databases = Callable[[], AbstractContextManager[str]]


@dataclass
class Measured:
    calm: Pushed
    cpu: float  # seconds of the web process during `calm`
    beside: Pushed
    used: float  # the same during `beside`
    red: tuple[float, float]  # from asking for the red broadcast to a little after its last settled copy
    calls: int  # that it took
    words: int
    kept: int


def measure(seconds: float) -> list[Row]:
    rows = []
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with database() as url, tempfile.TemporaryDirectory() as folder:
            rows += _rows(f"callbacks, {name}", asyncio.run(_measure(Path(folder), url, seconds)))
    return rows


@contextmanager
def _sqlite() -> Iterator[str]:
    yield ""


@contextmanager
def _postgres() -> Iterator[str]:
    """fsync and synchronous commit are on."""
    with postgres("-c", "max_connections=60") as server:
        yield server.fresh()


def _rows(label: str, m: Measured) -> list[Row]:
    calm, beside = len(m.calm.took) / m.calm.seconds, len(m.beside.took) / m.beside.seconds
    p99, wrong = m.beside.p(0.99, [m.red]) * 1000, m.calm.refused + m.beside.refused
    during = sum(m.red[0] <= due <= m.red[1] for due, _ in m.beside.took)
    late = m.beside.late_p(0.99) * 1000
    return [
        Row(f"{label}: as fast as answered, nothing beside", calm, "/s", f">= {PER_SECOND}", calm >= PER_SECOND),
        Row(f"{label}: the web process's CPU, with its ticks", m.cpu / len(m.calm.took) * 1e6, "µs/callback"),
        Row(f"{label}: offered {PER_SECOND}/s, a red broadcast within", beside, "/s", ">= 1990", beside >= 1990),
        Row(f"{label}: calls of the red broadcast", m.calls, "calls"),
        Row(f"{label}: from its asking to its last settled copy", m.red[1] - m.red[0] - AFTER, "s"),
        Row(f"{label}: callbacks beside it", during, "callbacks", f">= {ENOUGH}", during >= ENOUGH),
        Row(f"{label}: answer beside it, median", m.beside.p(0.5, [m.red]) * 1000, "ms"),
        Row(f"{label}: answer beside it, p99", p99, "ms", "<= 50", p99 <= 50),
        Row(f"{label}: answer beside it, the slowest", m.beside.p(1.0, [m.red]) * 1000, "ms"),
        Row(f"{label}: answer in the whole run, p99", m.beside.p(0.99) * 1000, "ms"),
        Row(f"{label}: part of a core that the web process used meanwhile", m.used / m.beside.seconds, ""),
        Row(f"{label}: late by the generator itself, p99", late, "ms", "<= 10", late <= 10),
        Row(f"{label}: not answered 200", wrong, "requests", "= 0", wrong == 0),
        Row(f"{label}: words kept after kill -9, each once", m.kept, "words", f"= {m.words}", m.kept == m.words),
    ]


async def _measure(folder: Path, database: str, seconds: float) -> Measured:
    async with AsyncExitStack() as stack:
        simulator = process("tests.benchmarks.slow_simulator", stdout=subprocess.PIPE)
        stack.callback(simulator.terminate)
        assert simulator.stdout
        port, key = _free_port(), new_aes_key()
        env = environment(
            folder,
            0,
            database,
            wecom_api_base=simulator.stdout.readline().strip(),
            wecom_corp_id=SIM.corp_id,
            wecom_secret=SIM.secret,
            wecom_agent_id=SIM.agent_id,
            wecom_token=TOKEN,
            wecom_aes_key=key,
        )
        env["SIGNALTREE_PORT"] = str(port)
        settings = load(env, env_file=None)
        await upgrade(settings)
        deps = await stack.enter_async_context(open_deps(settings, SystemClock()))
        await county.load(deps)
        worker = process("bot.worker", env)
        stack.callback(worker.terminate)
        os.setpriority(os.PRIO_PROCESS, worker.pid, NICER)  # as the supervisor starts it
        web = process("bot", env, "web")
        stack.callback(web.kill)
        await _listening(port)
        return await _pushed(deps, port, key, worker, web, int(seconds * PER_SECOND))


async def _pushed(deps: Deps, port: int, key: str, worker: Process, web: Process, words: int) -> Measured:
    await push(port, await _requests(deps, key, WARM, 0), 0)
    await SystemClock().sleep(SETTLE)
    calm = await _requests(deps, key, words // 2, WARM)
    used = _cpu(web)
    first = await push(port, calm, 0)
    used = _cpu(web) - used
    requests = await _requests(deps, key, words, WARM + words)
    headers = await _intake(deps)
    issuing, beside = asyncio.create_task(_issue(deps, port, worker, headers)), _cpu(web)
    second = await push(port, requests, PER_SECOND, LINES)
    beside = _cpu(web) - beside
    red, calls = await issuing
    web.send_signal(signal.SIGKILL)
    web.wait()
    await open_store(deps.settings).close()  # as the next start does: what was kept beside the database comes in
    async with deps.read() as session:
        kept = await session.scalar(sa.select(sa.func.count()).select_from(Inbound)) or 0
    return Measured(first, used, second, beside, red, calls, WARM + words // 2 + words, kept)


def _cpu(process: Process) -> float:
    """Seconds that it has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _requests(deps: Deps, key: str, words: int, first: int) -> list[bytes]:
    """So many words of the county's people, every tenth twice."""
    async with deps.read() as session:
        userids = list(await session.scalars(sa.select(col(Address.value)).where(col(Address.channel) == "wecom_app")))
    at = deps.clock.now().timestamp()
    to = Callback("/callbacks/wecom", TOKEN, key)
    made = []
    for number in range(first, first + words):
        fields = {
            "ToUserName": SIM.corp_id,
            "FromUserName": userids[number % len(userids)],
            "CreateTime": int(at),
            "MsgType": "text",
            "Content": "1 收到",
            "MsgId": 7_000_000_000_000_000 + number,
            "AgentID": SIM.agent_id,
        }
        second = at - number % SECONDS  # a nonce is drawn from ten thousand million for each second
        request = wire(signed(Side.wecom, to, fields, SIM.corp_id, second))
        made += [request, request] if number % REPEATED == 0 else [request]
    return made


async def _intake(deps: Deps) -> dict[str, str]:
    """What a weather station says of itself."""
    async with deps.begin() as session:
        token = await add_token(session, "气象台", Scope.intake, by="bench", at=deps.clock.now())
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}


async def _issue(deps: Deps, port: int, worker: Process, headers: dict[str, str]) -> tuple[tuple[float, float], int]:
    """A red alert for the whole county by the web process's own interface, once. From asking for it to a little after
    the last settled copy, and how many calls it took."""
    await deps.clock.sleep(BEFORE)
    raw = sample("national.xml", deps.clock.now(), deps.settings.zone, **RED)
    began = time.perf_counter()
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as http,
        http.post("/api/v1/warnings", data=raw) as answer,
    ):
        answer.raise_for_status()
    async with asyncio.timeout(60):
        await _until(lambda: _finished(deps, worker))
    async with deps.read() as session:
        calls = await session.scalar(sa.select(col(Broadcast.calls)).where(col(Broadcast.subject) == ""))
    return (began, time.perf_counter() + AFTER), calls or 0


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """The processes that we wait for can tell us in no other way."""
    clock = SystemClock()
    while not await holds():
        await clock.sleep(0.1)


async def _finished(deps: Deps, worker: Process) -> bool:
    if worker.poll() is not None:
        raise RuntimeError("the worker has ended")
    async with deps.glance() as session:
        left = sa.select(sa.func.count()).select_from(Broadcast)
        left = left.where(col(Broadcast.finished_at).is_(None), col(Broadcast.subject) == "")
        return not await session.scalar(left)


async def _listening(port: int) -> None:
    async with asyncio.timeout(30):
        await _until(lambda: answers(port))
