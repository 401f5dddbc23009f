"""A base interface takes so many calls a minute and an hour, fixed or sliding; the next is refused, and made again."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.wecom_app.cards import UPDATE
from bot.simulator.config import SimulatorConfig, Window
from bot.simulator.tables.limits import BASE_RATES, Rate
from bot.simulator.world.frequency import Frequency
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch, Text
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.cards import change
from tests.world import World, small_world

MINUTE, HOUR = Rate("base_minute", 3, 60), Rate("base_hour", 5, 3600)


@pytest.mark.parametrize(
    ("window", "moments", "refused"),
    [
        (Window.fixed, [50, 51, 52, 53, 61], [53]),
        (Window.sliding, [50, 51, 52, 61, 110.5], [61]),
        (Window.both, [50, 51, 52, 53, 61, 110.5, 112.5, 120], [53, 61, 120]),  # then the hour's five are spent
    ],
)
def test_the_window(window: Window, moments: list[float], refused: list[float]) -> None:
    counted = Frequency((MINUTE, HOUR))
    assert [at for at in moments if counted.broken(window, at)] == refused


def test_the_platforms_own_numbers() -> None:
    assert [(rate.number, rate.seconds) for rate in BASE_RATES] == [(10_000, 60), (150_000, 3600)]


@pytest.mark.parametrize("window", list(Window))
async def test_a_change_that_came_too_often_waits_a_minute_and_is_made(tmp_path: Path, window: Window) -> None:
    config = SimulatorConfig(base_rates=(Rate("base_minute", 2, 60),), window=window)
    async with small_world(tmp_path, config=config) as world:
        for number in range(3):
            await changed(world, f"code{number}")
        await world.work()
        counts = await world.counts()
        assert (counts["codes"]["update_card"], counts["limits"]["base_minute"]) == ({"60140": 2, "45009": 1}, 1)
        async with world.deps.read() as session:
            rows = await session.execute(
                sa.select(col(Batch.state), col(Batch.reason)).join(Text).where(col(Text.form) == UPDATE)
            )
            assert sorted((state.value, reason) for state, reason in rows) == [
                ("failed", "card_used"), ("failed", "card_used"), ("queued", "limit")
            ]  # fmt: skip
        await world.forward(minutes=3)
        assert (await world.counts())["codes"]["update_card"]["60140"] == 3


async def changed(world: World, code: str) -> None:
    reader = Target("person", 1, 1, None, "", "zh-CN", Mode.quiet, {"wecom_app": "li"})
    async with world.deps.begin() as session:
        await change(session, code, [reader], "已确认", subject=code, at=world.clock.now())
