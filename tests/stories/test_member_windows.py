"""A member's minute is kept: who is at her limit gets it a little later, the others at once, and nothing is dropped."""

from bot.coordination.open import open_coordination
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.hazards.grades import Grade
from tests.world import World


async def fill(world: World, number: int) -> None:
    """So many blue warnings, which the duty officer alone is told of."""
    for n in range(number):
        which = {"identifier": f"52992641600000_20260711{n:06d}", "text": f"第{n}条大风蓝色预警信号。"}
        await world.issue("大风", "11B06", Grade.blue, hours=1, **which)


async def restart(world: World) -> None:
    """The worker is killed and starts again: what it had in memory is gone."""
    settings, clock = world.deps.settings, world.clock
    claims = open_claims(settings, "worker-0")
    await claims.start(clock.now())
    await world.sender.claims.close()
    coordination = open_coordination(settings, clock)
    world.sender = Sender(claims, world.sender.channels, coordination, clock, world.deps.vault)
    await world.sender.remember()


async def test_who_is_at_her_limit_gets_it_later_and_the_others_at_once(world: World) -> None:
    await fill(world, 27)
    assert len(await world.phone("liu")) == 25  # 30 less what is kept for red
    await world.issue("大风", "11B06", Grade.orange, identifier="52992641600000_20260711184001")
    assert (await world.phone("li"))[-1].startswith("橙色大风")
    assert len(await world.phone("liu")) == 25
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 28
    assert len(await world.phone("li")) == 1
    assert (await world.counts())["limits"] == {}


async def test_red_has_its_part_of_the_minute_and_keeps_the_limit_too(world: World) -> None:
    await fill(world, 26)
    for n in range(7):
        await world.issue("暴雨", "11B03", Grade.red, identifier=f"52992641600000_202607111841{n:02d}", hours=1 + n)
    said = await world.phone("liu")
    assert (len(said), sum(text.startswith("红色暴雨") for text in said)) == (30, 5)
    assert len(await world.phone("li")) == 7
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 33
    assert (await world.counts())["limits"] == {}


async def test_a_worker_that_starts_again_knows_what_left(world: World) -> None:
    await fill(world, 25)
    await restart(world)
    await world.issue("大风", "11B06", Grade.orange, identifier="52992641600000_20260711184001")
    assert len(await world.phone("liu")) == 25
    assert len(await world.phone("li")) == 1
    await restart(world)
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 26
    assert (await world.counts())["limits"] == {}
