"""A stage for stories: simulator, county, worker and ticks in one process, on one clock that the story turns."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.channels.open import open_channels
from bot.clock import TurnedClock
from bot.commands.ticks import TICKS
from bot.config import Settings, load
from bot.demo.county import load as county
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from bot.simulator.config import SimulatorConfig
from bot.simulator.serve import running
from bot.ticker import Tick, run_due
from bot.wechat.http import Calls
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.sending.sender import Sender

NIGHT = datetime(2026, 7, 11, 18, 38, tzinfo=UTC)  # 02:38 in the county
STEP = 20.0  # seconds: the clock is turned no further without doing what is due


@dataclass
class Stage:
    """`base` is the simulator's address. `failed` names ticks that broke."""

    deps: Deps
    sender: Sender
    base: str
    http: aiohttp.ClientSession
    clock: TurnedClock
    ticks: Sequence[Tick] = field(default_factory=lambda: TICKS)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._last: dict[str, float] = {}

    async def work(self) -> None:
        """Do what is due, then send all that is."""
        self.failed += await run_due(self.deps, self.ticks, self._last)
        self.sender.renewed = self.clock.monotonic()
        await self.sender.drain()

    async def forward(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock, and work at each step."""
        left = minutes * 60 + seconds
        while left > 0:
            self.clock.turn(min(left, STEP))
            left -= STEP
            await self.work()

    async def phone(self, userid: str) -> list[str]:
        """What a person's phone shows, oldest first."""
        return [str(m["text"]) for m in await self._messages(f"/_sim/phones/{userid}")]

    async def group(self, key: str) -> list[str]:
        return [str(m["text"]) for m in await self._messages(f"/_sim/groups/{key}")]

    async def counts(self) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/_sim/counts") as answer:
            said: dict[str, Any] = orjson.loads(await answer.read())
        return said

    async def _messages(self, path: str) -> list[dict[str, Any]]:
        async with self.http.get(self.base + path) as answer:
            if answer.status == 404:
                return []
            said = orjson.loads(await answer.read())
        messages: list[dict[str, Any]] = said["messages"]
        return messages


def staged(folder: Path, base: str, config: SimulatorConfig, **more: str) -> Settings:
    """Settings that reach the simulator at `base` and nothing else."""
    given = {
        "data_dir": str(folder),
        "wecom_api_base": base,
        "wecom_corp_id": config.corp_id,
        "wecom_secret": config.secret,
        "wecom_agent_id": str(config.agent_id),
        **more,
    }
    return load({f"SIGNALTREE_{name.upper()}": value for name, value in given.items()}, env_file=None)


@asynccontextmanager
async def stage(folder: Path, at: datetime = NIGHT) -> AsyncIterator[Stage]:
    """The sample county at night. `folder` is fresh, and nothing in it outlives the story."""
    clock, config = TurnedClock(at), SimulatorConfig(open_world=True, label="演示")
    async with running(config, clock=clock) as base, aiohttp.ClientSession() as http:
        settings = staged(folder, base, config)
        await upgrade(settings)
        async with open_deps(settings, clock) as deps, Calls(timeout=5.0, connections=settings.send_open) as calls:
            await county.load(deps)
            claims = open_claims(settings, "worker-0")
            await claims.start(clock.now())
            try:
                sender = Sender(claims, open_channels(settings, calls, clock), deps.coordination, clock, deps.vault)
                yield Stage(deps, sender, base, http, clock)
            finally:
                await claims.close()
