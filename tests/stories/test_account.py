"""Whoever is reached by the official account alone gets a pointer of a few letters, and the signal behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address
from bot.simulator.config import WARNING, SimFollower, SimulatorConfig
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.queries import broadcast
from handlers.wechat.models import Platform
from tests.world import World, small_world

OPENID = "o-chen-0001"
CONFIG = SimulatorConfig(followers=(SimFollower(OPENID, "陈大山"),))
ACCOUNT = {
    "oa_api_base": "{base}",
    "oa_app_id": CONFIG.app_id,
    "oa_secret": CONFIG.account_secret,
    "oa_template_id": WARNING.id,
    "base_url": "https://warn.example.invalid",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """陈大山 has no userid any more; 李秀英 has both addresses."""
    async with small_world(tmp_path, config=CONFIG, more=ACCOUNT) as made:
        async with made.deps.begin() as session:
            chen = sa.update(Address).where(col(Address.value) == "chen")
            await session.execute(chen.values(channel="oa", value=OPENID, folded=OPENID))
            li = (await session.execute(sa.select(Address).where(col(Address.value) == "li"))).scalar_one()
            session.add(Address(person_id=li.person_id, channel="oa", value="o-li", folded="o-li"))
        yield made


async def test_a_pointer_with_a_link_and_nobody_is_told_twice(world: World) -> None:
    await world.issue()
    (text,) = await world.phone(OPENID)
    assert text.split("\n") == [
        "预警：红色暴雨",
        "地点：青崖县",
        "发布：2026年7月12日 02:40",
        "有效期：今天早上5:40",
    ]
    assert len(await world.phone("li")) == 1
    assert (await world.counts())["calls"]["template"] == 1
    async with world.deps.read() as session:
        batch = (await session.execute(sa.select(Batch).where(col(Batch.channel) == "oa_template"))).scalar_one()
        copy = (await session.execute(sa.select(Delivery).where(col(Delivery.batch_id) == batch.id))).scalar_one()
        sent = await broadcast(session, batch.broadcast_id)
        assert sent is not None
        assert (await progress(session, sent)).by_channel["oa_template"]["sent"] == 1
    assert (batch.members, copy.address) == (OPENID, OPENID)
    assert batch.message_id.isdecimal()


async def test_whoever_follows_again_is_told_again(world: World) -> None:
    await world.say(OPENID, kind="event", event="unsubscribe", platform=Platform.oa)
    await world.issue()
    assert not any("红色暴雨" in text for text in await world.phone(OPENID))
    await world.say(OPENID, kind="event", event="subscribe", platform=Platform.oa, EventKey="")
    world.clock.turn(600)
    await world.issue()
    assert any("红色暴雨" in text for text in await world.phone(OPENID))


async def test_an_answer_that_was_lost_is_asked_again_under_the_same_key(world: World) -> None:
    await world.fault(endpoint="template", kind="drop_reply", times=1)
    await world.issue()
    await world.forward(seconds=5)
    assert len(await world.phone(OPENID)) == 1
    counts = await world.counts()
    assert (counts["calls"]["template"], counts["limits"]["duplicate"]) == (2, 1)


async def test_who_does_not_follow_is_dropped_with_the_reason(world: World) -> None:
    await world.fault(endpoint="template", kind="errcode", code=43004)
    await world.issue()
    async with world.deps.read() as session:
        batch = (await session.execute(sa.select(Batch).where(col(Batch.channel) == "oa_template"))).scalar_one()
    assert (batch.state, batch.reason, batch.attempts) == ("failed", "not_following", 1)
