"""The day of the demo, with the county stopped, killed and left in the dark: nothing is lost, nothing repeated."""

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bot.demo.day.county import Day, dawn
from bot.demo.stories.call import warning
from bot.demo.stories.days import WHOLE
from bot.demo.stories.people import FAST, SILENT
from bot.demo.stories.perform import Play, perform
from bot.demo.stories.scene import Scene
from bot.demo.telling import Telling

SOON = 0.06  # seconds from an order to the strike: some of what is due has left by then


async def test_a_clean_stop_after_every_step_loses_and_repeats_nothing(tmp_path: Path) -> None:
    told = Telling("whole")

    async def stopped(scene: Scene) -> None:
        before = await phones(scene)
        await scene.day.stop()
        await scene.day.start()
        await scene.day.work()
        assert await phones(scene) == before

    async with dawn(tmp_path, WHOLE.dawn) as day:
        await perform(WHOLE, day, told, stopped)
    assert not told.missed


async def test_killed_after_every_step_the_day_goes_on(tmp_path: Path) -> None:
    told = Telling("whole")

    async def killed(scene: Scene) -> None:
        await scene.day.kill()
        await scene.day.start()

    async with dawn(tmp_path, WHOLE.dawn) as day:
        await perform(WHOLE, day, told, killed)
    assert not told.missed


class Struck(Day):
    """The power fails in the middle of every third look at what is due, and comes back."""

    looks = 0

    async def work(self) -> None:
        self.looks += 1
        if self.looks % 3 == 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(super().work(), SOON)
            await self.kill()
            await self.start()
        await super().work()


async def test_killed_while_it_works_every_step_still_has_its_effect(tmp_path: Path) -> None:
    told = Telling("whole")
    async with dawn(tmp_path, WHOLE.dawn, Struck) as day:
        await perform(WHOLE, day, told)
    assert not told.missed


async def test_a_day_in_the_dark_is_not_made_up_for(tmp_path: Path) -> None:
    """Whoever was silent when the light went out is not woken a day later: that warning is over."""
    told = Telling("whole")

    async def dark(scene: Scene) -> None:
        if not scene.alert:
            return
        before = await phones(scene)
        await scene.day.stop()
        scene.day.clock.shift += timedelta(days=1)
        await scene.day.start()
        await scene.day.work()
        new = {who: shown - before[who] for who, shown in (await phones(scene)).items()}
        assert not [text for texts in new.values() for text in texts if "台风" in text]

    begun = Play(WHOLE.dawn, WHOLE.steps[: WHOLE.steps.index(warning.red) + 1])
    async with dawn(tmp_path, begun.dawn) as day:
        await perform(begun, day, told, dark)
    assert not told.missed


async def phones(scene: Scene) -> dict[str, Counter[str]]:
    return {who: Counter(await scene.hands.texts(who)) for who in (FAST, SILENT, "liuyang", "xian-zb2")}
