"""A gateway that signs what cannot be true is not believed, and an officer hears of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both_ways import BothWays, both_ways
from tests.stories import test_sms as text_messages
from tests.stories import test_voice as telephones
from tests.watch.looking import kinds, look, said


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    gateways = {"voice_webhook": "{base}/voice/calls", "sms_webhook": "{base}/sms/messages"}
    async with both_ways(tmp_path, **gateways) as made:
        await telephones.telephones(made.world)
        yield made


async def test_a_call_that_is_told_otherwise_is_a_line_for_the_officer(both: BothWays) -> None:
    world, call = both.world, await telephones.ringing(both)
    gateway = telephones.Gateway(both)
    await gateway.tells(call, "not_answered")
    await look(world, "gateways_word")
    assert await kinds(world) == []
    await gateway.tells(call, key="1", heard=9, nonce="n-2")
    await gateway.tells("nobody-1", nonce="n-3")
    await look(world, "gateways_word")
    assert await kinds(world) == ["gateway_doubted"]
    words = await said(world)
    assert "语音网关一天里有 2 次回告不可信：前后说法相反 1 次　说的是没打过的电话 1 次" in words
    assert "没有当真" in words
    world.clock.turn(86_401)
    await look(world, "gateways_word")
    assert await kinds(world) == []


async def test_a_text_message_that_was_told_otherwise_too(both: BothWays) -> None:
    world = both.world
    await text_messages.without_wechat(world, "li")
    await text_messages.red(world)
    (batch,) = await text_messages.by_sms(world)
    gateway = text_messages.Gateway(both)
    for nonce, status in (("n-1", "failed"), ("n-2", "delivered")):
        await gateway.tell(nonce=nonce, type="report", id=batch.message_id, status=status)
    await look(world, "gateways_word")
    assert "短信网关一天里有 1 次回告不可信：前后说法相反 1 次" in await said(world)


async def test_who_forges_without_the_key_rings_nobody(both: BothWays) -> None:
    """Anybody may knock at the door; the officer is not to be kept busy by it."""
    call = await telephones.ringing(both)
    for n in range(5):
        await telephones.Gateway(both).tells(call, key="1", forged="0" * 64, nonce=f"n-{n}")
    await look(both.world, "gateways_word")
    assert await kinds(both.world) == []
