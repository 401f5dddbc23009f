"""Who answers for what: the lists by which the rooms of the house are joined. Nothing is registered by importing."""

import aiohttp

from bot.deps import Deps
from bot.record.findings import Recomputed
from bot.record.sealing import seal_due
from bot.ticker import Tick
from broadcasts.alerts import recompute as alerts
from broadcasts.dispatch import recompute as dispatch
from broadcasts.intake.poll import poll_due
from broadcasts.release.endings import end_due
from broadcasts.release.rings import ring_due
from drills.duty.anchor import anchor_due
from drills.duty.officers import EveryOfficer


async def ring(deps: Deps) -> None:
    """Ring for what waits for a person; who is on duty is the calendar's answer."""
    on_duty = EveryOfficer(application=deps.settings.has_application)
    async with deps.begin() as session:
        await ring_due(session, deps.settings, on_duty, deps.clock.now())


async def end(deps: Deps) -> None:
    """End what is over."""
    async with deps.begin() as session:
        await end_due(session, deps.clock.now())


async def poll(deps: Deps) -> None:
    """Look at the feeds whose interval is over."""
    async with aiohttp.ClientSession() as http:
        await poll_due(deps, http, deps.clock.now())


async def anchor(deps: Deps) -> None:
    """Send the leaders the day's digest of the record."""
    on_duty = EveryOfficer(application=deps.settings.has_application)
    async with deps.begin() as session:
        await anchor_due(session, deps.settings, on_duty, deps.clock.now())


# In this order where several are due at once.
TICKS: list[Tick] = [
    Tick("release.ring", 1.0, ring),
    Tick("release.end", 10.0, end),
    Tick("record.seal", 1.0, seal_due),
    Tick("intake.poll", 5.0, poll),
    Tick("record.anchor", 60.0, anchor),
]

# What verify-audit recomputes beside the entries themselves.
RECOMPUTED: list[Recomputed] = [
    Recomputed(alerts.ACTIONS, alerts.digests),
    Recomputed(dispatch.ISSUED, dispatch.issued),
    Recomputed(dispatch.SETTLED, dispatch.settled),
]
