"""What is due of the duty desk: shifts, telephones, spot checks, handovers."""

from random import SystemRandom

from bot.commands.due.where_due import where_due
from bot.deps import Deps
from bot.wiring import HANDED_OVER
from drills.duty import checks, taking_over
from drills.duty import lines as duty_lines
from drills.duty import sweep as duty
from drills.duty.handover import write_due
from drills.duty.spots import sweep as spots
from drills.duty.swaps import told as swaps
from handlers.chat.conversations.lately import Lately

# Whether a room has something due, and what then is done.
DESK = (
    (swaps.anything_over, swaps.sweep_swaps),
    (checks.anything_late, checks.sweep_checks),
    (taking_over.anything_due, taking_over.sweep_handovers),
)


async def shifts(deps: Deps) -> None:
    """Remind of the shifts that come, and tell the leaders which of them nobody confirmed."""
    await where_due(deps, duty.anything_due, duty.sweep_shifts)


async def desk(deps: Deps) -> None:
    """What became of swaps, spot checks and handovers whose time is over."""
    now = deps.clock.now()
    for room, sweep_room in DESK:
        async with deps.read() as session:
            due = await room(session, now)
        if due:
            await sweep_room(deps, now)


async def phones(deps: Deps) -> None:
    """Write which telephones answer, for the rooms below that name one."""
    await where_due(deps, duty_lines.anything_due, duty_lines.write_lines)


async def spot(deps: Deps) -> None:
    """Check by surprise whether those on duty are there, where the county has switched it on."""
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.glance() as session:
        due = await spots.anything_due(session, now, zone)
    if due:
        await spots.sweep_spots(deps, Lately(), SystemRandom(), now)


async def hand_over(deps: Deps) -> None:
    """Write what one shift leaves to the next."""
    await write_due(deps, HANDED_OVER, deps.clock.now())
