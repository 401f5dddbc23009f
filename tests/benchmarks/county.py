"""A red alert for the whole sample county: seconds from its commit to the last accepted call, and the least calls."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import orjson

from bot.clock import SystemClock
from bot.config import load
from bot.demo.county import load as county
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.simulator.config import SimulatorConfig
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from tests.benchmarks.ground import Row, environment

SIM = SimulatorConfig()


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Row]:
    simulator = _started("tests.benchmarks.slow_simulator")
    assert simulator.stdout
    base = simulator.stdout.readline().strip()
    env = environment(
        folder, 0, wecom_api_base=base, wecom_corp_id=SIM.corp_id, wecom_secret=SIM.secret, wecom_agent_id=SIM.agent_id
    )
    settings = load(env, env_file=None)
    await upgrade(settings)
    async with AsyncExitStack() as stack:
        stack.callback(simulator.terminate)
        deps = await stack.enter_async_context(open_deps(settings, SystemClock()))
        started = time.perf_counter()
        await county.load(deps)
        loading = time.perf_counter() - started
        stack.callback(_started("bot.worker", env).terminate)
        await asyncio.sleep(2.0)
        seconds, settled, broadcast = await _issue(deps, base)
    sums = " + ".join(str(row["calls"]) for row in broadcast.plan["texts"])
    least = 370 + sum(
        -(-int(row["readers"]) // 1000) * int(row["parts"])
        for row in broadcast.plan["texts"]
        if row["channel"] == "wecom_app"
    )
    return [
        Row("sample county: import", loading, "s"),
        Row("sample county: people told", broadcast.people, "people", "= 2768", broadcast.people == 2768),
        Row(
            "sample county: copies (people and groups)",
            broadcast.targets,
            "copies",
            "= 3138",
            broadcast.targets == 3138,
        ),
        Row(f"sample county: calls ({sums})", broadcast.calls, "calls", f"= {least}", broadcast.calls == least),
        Row("sample county: commit of a red alert to the last accepted call", seconds, "s", "<= 2", seconds <= 2.0),
        Row("sample county: commit of a red alert to its last settled copy", settled, "s"),
    ]


def _started(module: str, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", module], env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, text=True
    )


async def _issue(deps: Deps, base: str) -> tuple[float, float, Broadcast]:
    at = deps.clock.now()
    info = Info(
        "zh-CN",
        "暴雨",
        "11B03",
        Grade.red,
        sender_name="青崖县气象台",
        headline="青崖县气象台发布暴雨红色预警信号",
        description="过去3小时我县柳湾、石门等乡镇降雨量已达100毫米以上，预计未来3小时降雨仍将持续，请注意防范。",
        expires=at + timedelta(hours=3),
        areas=(MessageArea("青崖县", ("529926000000",)),),
    )
    message = Message(Form.national, f"52992641600000_{at:%Y%m%d%H%M%S}", "青崖县气象台", at, (info,), national=True)
    async with deps.begin() as session:
        got = await take_one(session, deps.settings, message, Way("bench"), at=at)
    committed = time.perf_counter()
    async with deps.read() as session:
        (broadcast,) = await of_alert(session, got.taken[0].alert.id)
    async with asyncio.timeout(30):
        await _until(lambda: _accepted(base, broadcast.calls))
        seconds = time.perf_counter() - committed
        await _until(lambda: _finished(deps, broadcast.id))
    return seconds, time.perf_counter() - committed, broadcast


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Ask every 10 ms; the processes that we wait for can tell us in no other way."""
    clock = SystemClock()
    while not await holds():
        await clock.sleep(0.01)


async def _finished(deps: Deps, broadcast_id: str) -> bool:
    async with deps.read() as session:
        found = await session.get(Broadcast, broadcast_id)
        return found is not None and found.finished_at is not None


async def _accepted(base: str, calls: int) -> bool:
    return await asyncio.to_thread(_calls, base) >= calls


def _calls(base: str) -> int:
    with urllib.request.urlopen(f"{base}/_sim/counts") as answer:  # noqa: S310 - our own simulator
        calls = orjson.loads(answer.read())["calls"]
    return int(calls.get("robot", 0)) + int(calls.get("app", 0))
