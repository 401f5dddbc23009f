"""What is due by the calendar: drills, reminders, the month's bulletin."""

from bot.commands.due.where_due import where_due
from bot.deps import Deps
from bot.wiring import PRAISE
from drills.bulletins import draft as bulletins
from drills.drills import sweep as drilling
from drills.reminders import soundings
from drills.reminders import sweep as reminders
from handlers.chat.conversations.lately import Lately


async def drill(deps: Deps) -> None:
    """Play the lines of the drills that are on, and stand still where it has become serious."""
    await where_due(deps, drilling.anything_due, drilling.sweep_drills)


async def remind(deps: Deps) -> None:
    """Send what the calendar says, and close the tests of reachability whose hours are over."""
    async with deps.glance() as session:
        due = await reminders.anything_due(session, deps.clock.now())
        over = await soundings.anything_over(session, deps.clock.now())
    if due:
        await reminders.sweep_due(deps, Lately())
    if over:
        await soundings.close_due(deps, Lately(), deps.clock.now())


async def commend(deps: Deps) -> None:
    """Draft the last month's bulletin, once."""
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.glance() as session:
        lacking = await bulletins.anything_due(session, now, zone)
    if lacking:
        async with deps.begin() as session:
            await bulletins.draft(session, PRAISE, bulletins.due(now, zone), at=now)
