"""The same way on PostgreSQL: written, approved, sent, asked about, corrected, and in the feed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.due.alerts import approvals, ends
from broadcasts.notices.models import State
from tests.notices.conftest import Room
from tests.notices.steps import issued
from tests.servers import Postgres
from tests.world import World, small_world

pytestmark = pytest.mark.postgres


@pytest.fixture
async def world(tmp_path: Path, postgres_server: Postgres) -> AsyncIterator[World]:
    async with small_world(tmp_path, postgres_server.fresh()) as made:
        yield made


async def test_the_whole_way(room: Room) -> None:
    alert = await issued(room, ends="")
    assert (await room.notice()).state is State.issued
    await approvals(room.world.deps)
    await ends(room.world.deps)
    room.world.clock.turn(3 * 3600)
    await ends(room.world.deps)
    await room.world.work()
    assert any(text.startswith("仍有效？解除？") for text in await room.world.phone("liu"))
    await room["writer"].open(f"/console/alerts/{alert.uid}")
    await room["writer"].send(f"/console/alerts/{alert.uid}/valid")
    _, feed = await room.ask("GET", "/feeds/cap.atom", "")
    assert alert.uid in feed.decode()
    await room["writer"].open(f"/console/alerts/{alert.uid}/correct")
    await room["writer"].send(f"/console/alerts/{alert.uid}/correct", text="说错了。")
    await room.world.work()
    assert (await room.world.phone("li"))[-1].startswith("更正 刚才的“山洪”有误 柳湾村")
    await room["writer"].open("/console/notices")
    assert "已发出" in room["writer"].text
