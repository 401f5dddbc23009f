"""What it costs to work on one word of a village: the CPU of this process and the statements, for a report and for an
answer to the county's red alert; and what issuing that alert costs, all of it inside one writing transaction."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.collector import calm_collector
from bot.config import load
from bot.demo.county import load as county
from bot.demo.samples.read import sample
from bot.deps import Deps, open_deps
from bot.directory.models import Address
from bot.migrations.run import upgrade
from broadcasts.audience.select import hearers
from broadcasts.dispatch.states import Mode, Road
from broadcasts.intake.receive import receive
from broadcasts.intake.take import Way
from handlers.chat.work import work_due
from handlers.wechat.models import Inbound, Platform
from tests.benchmarks.callbacks import RED, SIM, _postgres, _sqlite
from tests.benchmarks.first_word import SENTENCES
from tests.benchmarks.ground import Row, environment
from tests.statements import asked

BAR = 10.0  # milliseconds of CPU
WARM = 20  # words before anything is measured
PAUSE = 1.0  # between two alerts: each has a second of its own in the identifiers
ALERTS = 4
ANSWER = "1 收到"


@dataclass
class Cost:
    cpu: list[float] = field(default_factory=list)  # seconds
    statements: list[int] = field(default_factory=list)


def measure(words: int) -> list[Row]:
    rows = []
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with database() as url, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            costs = asyncio.run(_measure(Path(folder), url, words))
            for what, cost in costs.items():
                rows += _rows(f"{what}, {name}", cost, BAR if what != "issuing the county's red alert" else None)
    return rows


def _rows(label: str, cost: Cost, bar: float | None) -> list[Row]:
    cpu = _middle(cost.cpu) * 1000
    judged = (f"<= {bar:g}", cpu <= bar) if bar else (None, None)
    return [
        Row(f"{label}: CPU, median", cpu, "ms", *judged),
        Row(f"{label}: statements, median", _middle(cost.statements), "statements"),
    ]


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


async def _measure(folder: Path, database: str, words: int) -> dict[str, Cost]:
    platform = {"wecom_corp_id": SIM.corp_id, "wecom_secret": SIM.secret, "wecom_agent_id": SIM.agent_id}
    settings = load(environment(folder, 1, database, **platform), env_file=None)
    await upgrade(settings)
    async with open_deps(settings, SystemClock()) as deps:
        await county.load(deps)
        async with deps.read() as session:
            (await hearers(session)).in_mode(Mode.wake)  # as the ticker keeps it
            wanted = sa.select(col(Address.value)).where(col(Address.channel) == "wecom_app")
            userids = list(await session.scalars(wanted))
        calm_collector()
        texts = [SENTENCES[n % 3].format(n="一二三四五六七八九"[n % 9], i=n) for n in range(words + WARM)]
        reports = await _worked(deps, userids, texts)
        await _issued(deps, 1)
        answers = await _worked(deps, userids[len(texts) :], [ANSWER] * (words + WARM))
        alerts = await _issued(deps, ALERTS)
    return {"a worked report": reports, "a worked answer": answers, "issuing the county's red alert": alerts}


async def _worked(deps: Deps, userids: Sequence[str], texts: Sequence[str]) -> Cost:
    """Each by another person, one after the other."""
    cost = Cost()
    for number, (userid, text) in enumerate(zip(userids, texts, strict=False)):
        await _said(deps, userid, f"bench{number}{text}", text)
        with asked(deps.database.engines) as ran:
            began = time.process_time()
            await work_due(deps)
            used = time.process_time() - began
        if number >= WARM:
            cost.cpu.append(used)
            cost.statements.append(len(ran))
    return cost


async def _said(deps: Deps, userid: str, key: str, text: str) -> None:
    at = deps.clock.now()
    word = Inbound(
        key=key[:64], road=Road.live, platform=Platform.wecom, sender=userid, kind="text", body={"Content": text},
        said_at=at, received_at=at,
    )  # fmt: skip
    async with deps.begin() as session:
        session.add(word)


async def _issued(deps: Deps, alerts: int) -> Cost:
    cost = Cost()
    for _ in range(alerts):
        raw = sample("national.xml", deps.clock.now(), deps.settings.zone, **RED)
        with asked(deps.database.engines) as ran:
            began = time.process_time()
            async with deps.begin() as session:
                await receive(session, deps.settings, raw, "application/xml", Way("bench"), at=deps.clock.now())
            cost.cpu.append(time.process_time() - began)
        cost.statements.append(len(ran))
        await deps.clock.sleep(PAUSE)
    return cost
