"""Plays a day of the county: its steps in their order, on a clock that is set forward."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.demo.day.county import Day, DayHands
from bot.demo.stories.scene import Scene
from bot.demo.telling import Telling

Step = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Play:
    """`dawn` is when the day begins."""

    dawn: datetime
    steps: Sequence[Step]


def at(hour: int, minute: int) -> Step:
    """Until the county's clocks show this."""

    async def turned(scene: Scene) -> None:
        await scene.day.until(time(hour, minute))

    return turned


def later(minutes: float, seconds: float = 0) -> Step:
    """So much time goes by."""

    async def turned(scene: Scene) -> None:
        await scene.day.forward(minutes=minutes, seconds=seconds)

    return turned


async def nothing(_: Scene) -> None:
    """Between two steps nothing happens."""


async def perform(play: Play, day: Day, told: Telling, between: Step = nothing, hands: DayHands | None = None) -> None:
    """`between` is done after each step (a test stops the county there). `hands` are those of a real browser, where
    one is there."""
    hands, told.clock = hands or DayHands(day), day.shown
    async with hands.browser() as officer, hands.browser() as night, hands.browser() as leader:
        scene = Scene(day, hands, told, officer, night, leader)
        for step in play.steps:
            await step(scene)
            await between(scene)
        told.check(not day.troubles, f"到点的事都办成了{'：' if day.troubles else ''}{'；'.join(day.troubles)}")
