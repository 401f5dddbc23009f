"""A reminder says for the how-manieth time it comes: by when it came, and not by where the county wrote its step."""

from pathlib import Path

from broadcasts.dispatch.failover.sweep import sweep_due
from tests.both_ways import both_ways
from tests.stories.test_sms import red
from tests.stories.test_voice import FIRST, calls, telephones

CALL = 7  # the number of the default ladder's first call


async def test_what_could_not_be_called_is_told_as_the_second_time_and_the_next_as_the_third(tmp_path: Path) -> None:
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls") as made:
        world = made.world
        await telephones(world)
        await world.fault(endpoint="voice", kind="http", status=502)
        await red(world)
        await world.forward(seconds=FIRST)
        for _ in range(8):
            await world.forward(seconds=4)
            await sweep_due(world.deps, world.clock.now())
            await world.work()
        assert await calls(world) == []
        first, second = await world.phone("li")
        assert "第 2 次 " in second
        assert f"第 {CALL} 次" not in second
        assert "第 " not in first
        await world.forward(seconds=40)
        assert "第 3 次 " in (await world.phone("chen"))[-1]  # he has no telephone: the step by message reaches him
