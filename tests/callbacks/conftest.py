import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import SQLModel, col

from bot.clock import TurnedClock
from bot.deps import DEPS, Deps, open_deps
from bot.metrics import CALLBACKS_REFUSED
from handlers.api.problems import problems
from handlers.chat.wake import WAKE, Wake
from handlers.wechat.app import add_wechat
from handlers.wechat.models import Inbound, Media, Nonce
from handlers.wechat.platform_media import media_fetched
from tests.callbacks.pushes import SECRETS, SENDERS, SETTINGS, Client
from tests.grounds import Grounds

NIGHT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)


@dataclass
class Door:
    """The callbacks alone, with nobody who works on what they store."""

    client: Client
    deps: Deps
    clock: TurnedClock
    app: web.Application

    @property
    def at(self) -> float:
        return self.clock.now().timestamp()

    async def rows(self, model: type[SQLModel]) -> list[Any]:
        async with self.deps.read() as session:
            return list((await session.execute(sa.select(model).order_by(*sa.inspect(model).primary_key))).scalars())

    async def words(self) -> list[Inbound]:
        return await self.rows(Inbound)

    async def nothing_kept(self) -> bool:
        return [await self.rows(m) for m in (Inbound, Nonce, Media)] == [[], [], []]


Opened = Callable[..., AbstractAsyncContextManager[Door]]


def refusals(platform: str, reason: str) -> float:
    counted: float = CALLBACKS_REFUSED.labels(platform, reason)._value.get()
    return counted


@pytest.fixture
def opened(grounds: Grounds, tmp_path: Path) -> Opened:
    @asynccontextmanager
    async def open_door(kind: str = "sqlite", **more: str) -> AsyncIterator[Door]:
        clock = TurnedClock(NIGHT)
        async with open_deps(grounds.settings(kind, tmp_path, **{**SETTINGS, **more}), clock) as deps:
            app = web.Application(middlewares=[problems])
            app[DEPS], app[WAKE] = deps, Wake()
            add_wechat(app)
            app.cleanup_ctx.remove(media_fetched)  # whoever fetches is a test's own
            async with TestClient(TestServer(app)) as client:
                yield Door(client, deps, clock, app)

    return open_door


@pytest.fixture
async def door(opened: Opened) -> AsyncIterator[Door]:
    async with opened() as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def either(request: pytest.FixtureRequest, opened: Opened) -> AsyncIterator[Door]:
    """On both databases."""
    async with opened(request.param) as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_leaks(caplog: pytest.LogCaptureFixture) -> Any:
    """No test of these lets a secret or an address into a log line."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "handlers")
    caplog.set_level(logging.DEBUG, "bot")
    yield
    said = caplog.text
    assert not [secret for secret in (*SECRETS, *SENDERS.values()) if secret in said]


__all__ = ["Door", "Opened", "col", "refusals"]
