"""What was sent can be proved afterwards: any change of an alert, a text or a settled copy is found."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.record.seals import seal
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from drills.duty.anchor import anchor_due
from drills.duty.officers import EveryOfficer
from tests.world import World


async def problems(world: World) -> list[str]:
    async with world.deps.read() as session:
        found = await verify(session, world.deps.vault, RECOMPUTED)
    assert found.recomputed > 0
    return found.problems


async def sealed(world: World) -> None:
    async with world.deps.begin() as session:
        await seal(session, world.deps.vault, world.clock.now())


async def test_an_untouched_night_verifies(world: World) -> None:
    await world.issue()
    await world.forward(minutes=1)
    await sealed(world)
    assert await problems(world) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alert SET content = replace(content, '暴雨', '小雨')",
        "UPDATE message_text SET parts = replace(parts, '雨', '雪') WHERE id = 1",
        "UPDATE batch SET tail = '' WHERE id = 1",
        "UPDATE batch SET robot_id = 2 WHERE id = 1",
    ],
)
async def test_a_change_behind_our_back_is_found(world: World, change: str) -> None:
    await world.issue()
    await sealed(world)
    async with world.deps.begin() as session:
        await session.execute(sa.text(change))
    assert len(await problems(world)) == 1


async def test_the_leaders_get_the_days_digest_once(world: World) -> None:
    await world.issue()
    await sealed(world)
    morning = datetime(2026, 7, 12, 0, 13, tzinfo=UTC)  # 08:13 in the county
    for at in (world.clock.now(), morning, morning):
        async with world.deps.begin() as session:
            await anchor_due(session, world.deps.settings, EveryOfficer(application=True), at)
    world.clock.turn((morning - world.clock.now()).total_seconds())
    await world.work()
    digests = [text for text in await world.phone("sun") if text.startswith("记录存证")]
    assert len(digests) == 1
    assert "存证码 1-" in digests[0]
    assert not any(text.startswith("记录存证") for text in await world.phone("liu"))
