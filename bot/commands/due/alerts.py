"""What is due of the warnings themselves: taken in, released, climbed, counted, ended."""

import aiohttp

from bot.commands.due.where_due import where_due
from bot.deps import Deps
from broadcasts.coverage.sweep import count_due
from broadcasts.dispatch.recalls.recall import recall_late
from broadcasts.dispatch.supersede import supersede_late
from broadcasts.dispatch.tallies import finish_late
from broadcasts.intake.poll import poll_on
from broadcasts.ladder.sweep import anything_due, sweep_due
from broadcasts.ladder.voices import poll as emergency
from broadcasts.life import questions as life
from broadcasts.notices import tell as notices
from broadcasts.release.endings import end_due
from broadcasts.release.rings import ring_due
from drills.duty.rostered import Rostered


async def poll(deps: Deps) -> None:
    """Look at the feeds whose interval is over."""
    async with aiohttp.ClientSession() as http:
        await poll_on(deps, http, deps.clock.now)


async def ring(deps: Deps) -> None:
    """Ring for what waits for a person; who is on duty is the calendar's answer."""
    on_duty = Rostered(application=deps.settings.has_application, remembers=True)
    await ring_due(deps, on_duty, deps.clock.now())


async def sweep(deps: Deps) -> None:
    """Climb the rungs that are due: tell the silent again, wake their B, ring the desk."""
    await where_due(deps, anything_due, sweep_due)


async def calls(deps: Deps) -> None:
    """Ask WeCom what became of its emergency calls."""
    await emergency.poll_due(deps, deps.clock.now())


async def end(deps: Deps) -> None:
    """End what is over, and let go of what came back to the queue after it was replaced."""
    now = deps.clock.now()
    for step in (end_due, supersede_late, recall_late):
        await step(deps, now)
    async with deps.begin() as session:
        await finish_late(session, now)


async def ends(deps: Deps) -> None:
    """Ask about what has no end: 仍有效？解除？"""
    on_duty = Rostered(application=deps.settings.has_application)
    await where_due(deps, life.anything_due, lambda deps, now: life.ask_due(deps, on_duty, now))


async def approvals(deps: Deps) -> None:
    """Tell the approvers what waits for them, and what one person has sent alone."""
    on_duty = Rostered(application=deps.settings.has_application)
    await where_due(deps, notices.anything_due, lambda deps, now: notices.tell_due(deps, on_duty, now))


async def count(deps: Deps) -> None:
    """Count anew who was told and has answered, where something changed."""
    await count_due(deps, deps.clock.now())
