"""Whether we live (/healthz), can do our work (/readyz), and how much of it there is (/metrics)."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from bot.cancellation import uncut
from bot.deps import Deps
from bot.directory.robot_counts import robot_counts
from bot.leases.models import Lease
from bot.leases.observer import WORKER, Observer
from bot.metrics import QUEUE, QUEUE_AGE, REGISTRY, WORKER_ALIVE
from broadcasts.dispatch.depth import depth
from handlers.api.describe import Answer, described
from handlers.api.problems import answer

log = logging.getLogger(__name__)
LOOK = 2.0  # seconds between two looks at the worker's number


class Alive(BaseModel):
    status: str


class Ready(BaseModel):
    """ready 为真时三项都是 ok；否则那一项是原因。"""

    ready: bool
    database: str
    worker: str
    channels: str


class Health:
    def __init__(self, deps: Deps) -> None:
        self._deps, self._worker = deps, Observer()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.metrics)
        app.cleanup_ctx.append(self._watched)

    @described("活着", {200: Answer("进程在运行", Alive)})
    async def healthz(self, _: web.Request) -> web.Response:
        return answer(Alive(status="ok").model_dump())

    @described("能工作：数据库、发送进程、通道", {200: Answer("能", Ready), 503: Answer("不能", Ready)})
    async def readyz(self, _: web.Request) -> web.Response:
        ready = await self._ready()
        return answer(ready.model_dump(), status=200 if ready.ready else 503)

    @described("Prometheus 指标", {200: Answer("文本格式", None, "text/plain")})
    async def metrics(self, _: web.Request) -> web.Response:
        async with self._deps.read() as session:
            waiting = await depth(session, self._deps.clock.now())
        QUEUE.labels("queued").set(waiting.queued)
        QUEUE.labels("sending").set(waiting.sending)
        QUEUE_AGE.set(waiting.age)
        WORKER_ALIVE.set(self._worker.alive(self._deps.clock.monotonic()))
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _ready(self) -> Ready:
        try:
            alive = await self._look()
            async with self._deps.read() as session:
                open_roads = self._deps.settings.has_application or (await robot_counts(session)).living > 0
        except (SQLAlchemyError, OSError) as error:
            log.warning("readyz: the database does not answer: %s", type(error).__name__)
            return Ready(ready=False, database="数据库没有回答", worker="未知", channels="未知")
        return Ready(
            ready=alive and open_roads,
            database="ok",
            worker="ok" if alive else "发送进程没有动静",
            channels="ok" if open_roads else "企业微信应用没有设置，也没有可用的群机器人",
        )

    async def _look(self) -> bool:
        async with self._deps.read() as session:
            lease = await session.get(Lease, WORKER)
        return self._worker.look(lease, self._deps.clock.monotonic())

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
