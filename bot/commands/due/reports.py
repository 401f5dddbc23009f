"""What is due of what the villages tell: the towns' daily word, and the mending of hints."""

from bot.deps import Deps
from bot.directory.tree import tree
from handlers.hints.deadlines import due as hint_times
from handlers.reports.daily import owed as daily_reports


async def daily(deps: Deps) -> None:
    """Write which towns owe a word about today."""
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        areas = await tree(session)
        due = await daily_reports.anything_due(session, areas, now, zone)
    if due:
        await daily_reports.write(deps, now)


async def hint_due(deps: Deps) -> None:
    """Tell whoever mends a hint that its day has come, or has passed."""
    now, settings = deps.clock.now(), deps.settings
    async with deps.glance() as session:
        due = await hint_times.anything_due(session, now, settings.zone)
    if due:
        await hint_times.sweep_due(deps, now)
