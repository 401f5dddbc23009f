"""Whether we live (/healthz), can do our work (/readyz), and how much of it there is (/metrics)."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from itertools import product

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cancellation import uncut
from bot.deps import Deps
from bot.directory.robot_counts import robot_counts
from bot.leases.workers import Workers
from bot.metrics import FINDINGS, QUEUE, QUEUE_AGE, REGISTRY, ROAD_DOWN, ROAD_WAITING, WORKER_ALIVE
from bot.probes.echo import proof
from broadcasts.dispatch.cut_off import cut_off, live
from broadcasts.dispatch.depth import depth
from broadcasts.dispatch.planning.plan import ROADS
from broadcasts.dispatch.states import Road
from broadcasts.watch.note import open_findings
from handlers.api.describe import Answer, described
from handlers.api.problems import answer

log = logging.getLogger(__name__)
NONCE = re.compile(r"[0-9a-f]{32}")
LOOK = 2.0  # seconds between two looks at the worker's number
OK = "ok"


class Alive(BaseModel):
    """proof 只在问的时候带了 nonce 才有：本系统自己从外面访问自己，凭它认出是不是自己。"""

    status: str
    proof: str = ""


class Ready(BaseModel):
    """ready 为真时三项都是 ok；否则那一项是原因。"""

    ready: bool
    database: str
    worker: str
    channels: str


class Health:
    def __init__(self, deps: Deps) -> None:
        self._deps, self._workers = deps, Workers()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.metrics)
        app.cleanup_ctx.append(self._watched)

    @described("活着", {200: Answer("进程在运行", Alive)})
    async def healthz(self, request: web.Request) -> web.Response:
        once = request.query.get("nonce", "")
        proven = proof(self._deps.vault, once) if NONCE.fullmatch(once) else ""
        return answer(Alive(status="ok", proof=proven).model_dump(exclude_defaults=True))

    @described("能工作：数据库、发送进程、通道", {200: Answer("能", Ready), 503: Answer("不能", Ready)})
    async def readyz(self, _: web.Request) -> web.Response:
        ready = await self._ready()
        return answer(ready.model_dump(), status=200 if ready.ready else 503)

    @described("Prometheus 指标", {200: Answer("文本格式", None, "text/plain")})
    async def metrics(self, _: web.Request) -> web.Response:
        now = self._deps.clock.now()
        async with self._deps.read() as session:
            waiting = await depth(session, now)
            down = await cut_off(session, now)
            findings = await open_findings(session)
        QUEUE.labels("queued").set(waiting.queued)
        QUEUE.labels("sending").set(waiting.sending)
        QUEUE_AGE.set(waiting.age)
        WORKER_ALIVE.set(bool(self._workers.living(self._deps.clock.monotonic())))
        for road, channel in product(Road, ROADS):
            ROAD_DOWN.labels(road.value, channel).set(0)
            ROAD_WAITING.labels(road.value, channel).set(0)
        for one in down:
            ROAD_DOWN.labels(one.outage.road, one.outage.channel).set((now - one.outage.since).total_seconds())
            ROAD_WAITING.labels(one.outage.road, one.outage.channel).set(one.copies)
        FINDINGS.clear()
        for finding in findings:
            FINDINGS.labels(finding.kind, finding.level.value).inc()
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _ready(self) -> Ready:
        try:
            alive = await self._look()
            async with self._deps.read() as session:
                channels = await self._channels(session)
        except (SQLAlchemyError, OSError) as error:
            log.warning("readyz: the database does not answer: %s", type(error).__name__)
            return Ready(ready=False, database="数据库没有回答", worker="未知", channels="未知")
        return Ready(
            ready=alive and channels == OK,
            database=OK,
            worker=OK if alive else "发送进程没有动静",
            channels=channels,
        )

    async def _channels(self, session: AsyncSession) -> str:
        """ok, or which of the live roads are down, since when, and how many copies wait for them."""
        now, zone = self._deps.clock.now(), self._deps.settings.zone
        if not self._deps.settings.has_application and not (await robot_counts(session)).living:
            return "企业微信应用没有设置，也没有可用的群机器人"
        down = [
            f"{one.outage.channel} 从 {one.outage.since.astimezone(zone):%m-%d %H:%M} 起中断（{one.outage.reason}），"
            f"{one.copies} 份在等"
            for one in live(await cut_off(session, now))
        ]
        return "；".join(down) or OK

    async def _look(self) -> bool:
        async with self._deps.read() as session:
            return bool(await self._workers.look(session, self._deps.clock.monotonic()))

    async def _watched(self, _: web.Application) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await uncut(self._look())
            await self._deps.clock.sleep(LOOK)
