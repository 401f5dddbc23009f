"""A mass send to half a million: calls, the plan's CPU, bytes a follower on disk, and the worker that spells it out."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.clock import SystemClock
from bot.config import load
from bot.deps import Deps, open_deps
from bot.directory.models import Area
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.migrations.run import upgrade
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.places import Hit
from broadcasts.dispatch.masses.freeze import freeze
from broadcasts.dispatch.masses.plan import MassPlan, mass_plan
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.states import Mode, Purpose, State
from broadcasts.hazards.grades import Grade
from tests.benchmarks.ground import Row, counts, environment, ours

WORDS = "红色暴雨 青崖县\n青崖县气象台今天02:40发布\n\n过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范。"
ACCOUNT = {"oa_app_id": "wx00benchmark00000", "oa_secret": "asecretforbenchmarksonly", "oa_mass": "true"}
FOLLOWERS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)
INSERT INTO follower (id, uid, road, openid, language, quiet_from, quiet_to, followed_at)
SELECT i, printf('%036d', i), 'live', printf('oBench%022d', i), 'zh-CN', '22:00', '07:00', :at FROM n
"""
MEMORY = 100.0  # MB that the worker may have, as beside 100,000 groups


@dataclass(frozen=True)
class Planned:
    plan: MassPlan
    cpu: float
    wall: float
    again: float  # CPU of planning once more, the month's four being counted
    after: float  # CPU of planning what replaces it, for whoever had it
    bytes: float  # a follower


def measure(followers: int) -> list[Row]:
    with _standin() as port, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), port, oa_api_base=f"http://127.0.0.1:{port}", **ACCOUNT)
        made = asyncio.run(_planned(env, followers))
        said = ours(env, port, made.plan.calls, within=120)
        told = counts(port)
    calls, name = -(-followers // 10_000), f"mass plan {followers:,}"
    return [
        Row(f"{name}: calls", made.plan.calls, "calls", f"= {calls}", made.plan.calls == calls),
        Row(f"{name}: CPU of the plan and its rows", made.cpu, "s", "<= 1", made.cpu <= 1.0),
        Row(f"{name}: wall", made.wall, "s"),
        Row(f"{name}: CPU of the next plan, with what the month had", made.again, "s"),
        Row(f"{name}: CPU of the plan for the all-clear, to the same", made.after, "s", "<= 1", made.after <= 1.0),
        Row(f"{name}: bytes a follower", made.bytes, "bytes", "<= 10", made.bytes <= 10),
        Row(f"{name}: followers that the platform was told", told["distinct"], "followers", f"= {followers}",
            told["distinct"] == told["openids"] == followers),
        Row(f"{name}: the worker's peak", said["memory_mb"], "MB", f"<= {MEMORY:.0f}", said["memory_mb"] <= MEMORY),
        Row(f"{name}: CPU of the worker for all calls", said["cpu"], "s"),
    ]  # fmt: skip


async def _planned(env: dict[str, str], followers: int) -> Planned:
    settings = load(env, env_file=None)
    await upgrade(settings)
    async with open_deps(settings, SystemClock()) as deps:
        alert, broadcast_id = await _county(deps, followers)
        cpu, wall = time.process_time(), time.perf_counter()
        plan = await _plan(deps, alert)
        async with deps.begin() as session:
            broadcast = await session.get_one(Broadcast, broadcast_id)
            at = deps.clock.now()
            ends = at + timedelta(hours=3)
            await freeze(session, broadcast, plan, WORDS, rank=0, expires=ends, by="bench", at=at)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        again = time.process_time()
        await _plan(deps, alert)
        again = time.process_time() - again
        clear = await _cleared(deps, alert)
        after = time.process_time()
        assert len((await _plan(deps, clear, Whom.follow)).ids) == len(plan.ids)
        after = time.process_time() - after
        async with deps.begin() as session:  # for the worker, who has it all before him
            await session.execute(sa.update(Batch).values(state=State.queued, attempts=0))
        async with deps.read() as session:
            kept = await session.scalar(sa.select(sa.func.sum(sa.func.length(col(Batch.audience)))))
        return Planned(plan, cpu, wall, again, after, (kept or 0) / followers)


async def _plan(deps: Deps, alert: Alert, whom: Whom = Whom.missed) -> MassPlan:
    async with deps.read() as session:
        areas = await tree(session)
        hit = Hit(frozenset({areas.roots[0].id}))
        return await mass_plan(session, deps.settings, areas, alert, hit, whom, deps.clock.now())


async def _cleared(deps: Deps, alert: Alert) -> Alert:
    """The all-clear of an alert whose mass send was taken."""
    at = deps.clock.now()
    async with deps.begin() as session:
        clear = Alert(
            uid=uuid7(at), thread="t", kind=Kind.signal, status=Status.issued, msg_type="Cancel", identifier="c",
            sender="s", sender_name="青崖县气象台", sent=at, event="暴雨", event_code="11B03", grade=Grade.red,
            headline="青崖县气象台解除暴雨红色预警信号", content={}, received_at=at,
        )  # fmt: skip
        session.add(clear)
        ended = {"status": Status.ended, "replaced_by": clear.uid}
        await session.execute(sa.update(Alert).where(col(Alert.id) == alert.id).values(**ended))
        await session.execute(sa.update(Batch).values(state=State.sent, attempts=1))
    return clear


async def _county(deps: Deps, followers: int) -> tuple[Alert, str]:
    """A county, its followers, and a red alert that went out to nobody."""
    at = deps.clock.now()
    async with deps.begin() as session:
        session.add(Area(uid=uuid7(at), code="529926000000", name="青崖县", level="县", path="/1/", depth=0))
        await session.execute(sa.text(FOLLOWERS), {"number": followers, "at": at.replace(tzinfo=None).isoformat(" ")})
        alert = Alert(
            uid=uuid7(at), thread="t", kind=Kind.signal, status=Status.issued, msg_type="Alert", identifier="i",
            sender="s", sender_name="青崖县气象台", sent=at, event="暴雨", event_code="11B03", grade=Grade.red,
            headline="青崖县气象台发布暴雨红色预警信号", content={}, received_at=at,
        )  # fmt: skip
        session.add(alert)
        await session.flush()
        sent = Broadcast(id=uuid7(at), alert_id=alert.id, purpose=Purpose.first, mode=Mode.quiet, targets=0, people=0,
                         calls=0, code="BENCHMRK", started_at=at)  # fmt: skip
        session.add(sent)
    return alert, sent.id


@contextlib.contextmanager
def _standin() -> Iterator[int]:
    """The counting account's port."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.mass_standin"], env=os.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
