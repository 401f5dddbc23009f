"""Who answers for what: the lists by which the rooms of the house are joined. Nothing is registered by importing."""

import aiohttp

from bot.commands.backup.nightly import copy_due
from bot.deps import Deps
from bot.record.findings import Recomputed
from bot.record.sealing import seal_due
from bot.ticker import Tick
from broadcasts.alerts import recompute as alerts
from broadcasts.answers import recompute as answers
from broadcasts.dispatch import recompute as dispatch
from broadcasts.dispatch.morning.digest import merge_due
from broadcasts.dispatch.supersede import supersede_late
from broadcasts.intake.poll import poll_due
from broadcasts.ladder.sweep import anything_due, sweep_due
from broadcasts.release.endings import end_due
from broadcasts.release.rings import ring_due
from drills.duty import sweep as duty
from drills.duty.anchor import anchor_due
from drills.duty.handover import Contribution, write_due
from drills.duty.open_matters import Held, OpenAlerts, SilentNames
from drills.duty.rostered import Rostered
from drills.reminders import sweep as reminders
from handlers.chat.conversations.handed import WaitingWords
from handlers.chat.conversations.lately import Lately
from handlers.reports import recompute as reports
from handlers.reports.handed import OwedReports
from handlers.wechat.prune import erase_files, prune_nonces


async def ring(deps: Deps) -> None:
    """Ring for what waits for a person; who is on duty is the calendar's answer."""
    on_duty = Rostered(application=deps.settings.has_application)
    async with deps.begin() as session:
        await ring_due(session, deps.settings, on_duty, deps.clock.now())


async def sweep(deps: Deps) -> None:
    """Climb the rungs that are due: tell the silent again, wake their B, ring the desk."""
    now = deps.clock.now()
    async with deps.read() as session:
        due = await anything_due(session, now)
    if due:
        async with deps.begin() as session:
            await sweep_due(session, deps.settings, now)


async def end(deps: Deps) -> None:
    """End what is over, and let go of what came back to the queue after it was replaced."""
    async with deps.begin() as session:
        await end_due(session, deps.clock.now())
        await supersede_late(session, deps.clock.now())


async def digest(deps: Deps) -> None:
    """Make one message of what waits for the morning."""
    async with deps.begin() as session:
        await merge_due(session, deps.settings, deps.clock.now())


async def poll(deps: Deps) -> None:
    """Look at the feeds whose interval is over."""
    async with aiohttp.ClientSession() as http:
        await poll_due(deps, http, deps.clock.now())


async def anchor(deps: Deps) -> None:
    """Send the leaders the day's digest of the record."""
    on_duty = Rostered(application=deps.settings.has_application)
    async with deps.begin() as session:
        await anchor_due(session, deps.settings, on_duty, deps.clock.now())


async def shifts(deps: Deps) -> None:
    """Remind of the shifts that come, and tell the leaders which of them nobody confirmed."""
    now = deps.clock.now()
    async with deps.read() as session:
        due = await duty.anything_due(session, now)
    if due:
        async with deps.begin() as session:
            await duty.sweep_shifts(session, deps.settings, now)


async def hand_over(deps: Deps) -> None:
    """Write what one shift leaves to the next."""
    async with deps.begin() as session:
        await write_due(session, deps.settings, HANDED_OVER, deps.clock.now())


async def remind(deps: Deps) -> None:
    """Send what the calendar says."""
    async with deps.read() as session:
        due = await reminders.anything_due(session, deps.clock.now())
    if due:
        await reminders.sweep_due(deps, Lately())


async def prune(deps: Deps) -> None:
    """Forget yesterday's callbacks."""
    async with deps.begin() as session:
        await prune_nonces(session, deps.clock.now())
        await erase_files(session, deps.settings)


# What a handover consists of, in its order.
HANDED_OVER: list[Contribution] = [OpenAlerts(), SilentNames(), Held(), WaitingWords(), OwedReports()]

# In this order where several are due at once.
TICKS: list[Tick] = [
    Tick("ladder.sweep", 1.0, sweep),
    Tick("release.ring", 1.0, ring),
    Tick("release.end", 2.0, end),
    Tick("dispatch.digest", 2.0, digest),
    Tick("record.seal", 1.0, seal_due),
    Tick("intake.poll", 5.0, poll),
    Tick("record.anchor", 60.0, anchor),
    Tick("duty.shifts", 5.0, shifts),
    Tick("duty.handover", 60.0, hand_over),
    Tick("reminders.sweep", 5.0, remind),
    Tick("callbacks.prune", 60.0, prune),
    Tick("backup.nightly", 60.0, copy_due),
]

# What verify-audit recomputes beside the entries themselves.
RECOMPUTED: list[Recomputed] = [
    Recomputed(alerts.ACTIONS, alerts.digests),
    Recomputed(answers.ACTIONS, answers.digests),
    Recomputed(dispatch.ISSUED, dispatch.issued),
    Recomputed(dispatch.SETTLED, dispatch.settled),
    Recomputed(reports.ACTIONS, reports.digests),
]
