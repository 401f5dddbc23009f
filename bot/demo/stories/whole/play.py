"""One day of the county, from the morning's handover to the evidence of the evening."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.day.county import Day, DayHands
from bot.demo.stories.whole import drill, evening, hint, morning, report, warning
from bot.demo.stories.whole.scene import Scene
from bot.demo.telling import Telling

DAWN = datetime(2026, 7, 11, 6, 20, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Saturday
Step = Callable[[Scene], Awaitable[None]]
STEPS: tuple[Step, ...] = (
    morning.roster,
    morning.handover,
    morning.subscription,
    drill.written,
    hint.told,
    hint.closed,
    drill.begun,
    warning.red,
    warning.answers,
    drill.stopped,
    warning.call_sheet,
    report.report,
    report.confirmed,
    warning.all_clear,
    evening.handover,
    drill.evaluated,
    evening.evidence,
    evening.proved,
)


async def nothing(_: Scene) -> None:
    """Between two steps nothing happens."""


async def play(
    day: Day, told: Telling, between: Step = nothing, steps: Sequence[Step] = STEPS, hands: DayHands | None = None
) -> None:
    """The steps in their order; `between` is done after each (a test stops the county there). `hands` are those of a
    real browser, where one is there."""
    hands = hands or DayHands(day)
    async with hands.browser() as officer, hands.browser() as night, hands.browser() as leader:
        scene = Scene(day, hands, told, officer, night, leader)
        for step in steps:
            await step(scene)
            await between(scene)
        told.check(not day.troubles, f"到点的事都办成了{'：' if day.troubles else ''}{'；'.join(day.troubles)}")
