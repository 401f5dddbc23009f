"""What is due by the clock: which rooms are looked at, how often, and who answers them from above."""

import logging
from random import SystemRandom

import aiohttp

from bot.channels.contract import SendError
from bot.commands.backup.nightly import copy_due
from bot.deps import Deps
from bot.directory import versions
from bot.directory.chats.sizes import ask_sizes
from bot.directory.customers.sync import refresh
from bot.directory.tree import tree
from bot.record.sealing import seal_due
from bot.sweeps.each import forget
from bot.ticker import Tick
from bot.wechat.customer_contact import contacts
from bot.wiring import HANDED_OVER, PRAISE
from broadcasts.audience.select import hearers
from broadcasts.coverage.sweep import count_due
from broadcasts.customers import round as customer_round
from broadcasts.customers import tasks as customer_tasks
from broadcasts.dispatch.failover import sweep as failover
from broadcasts.dispatch.failover import unconfirmed
from broadcasts.dispatch.masses import poll as masses
from broadcasts.dispatch.masses.following import otherwise as masses_otherwise
from broadcasts.dispatch.masses.following import owing as masses_owing
from broadcasts.dispatch.morning.digest import merge_due
from broadcasts.dispatch.recalls.recall import recall_late
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.supersede import supersede_late
from broadcasts.dispatch.tallies import finish_late
from broadcasts.intake.poll import poll_due
from broadcasts.ladder.sweep import anything_due, sweep_due
from broadcasts.ladder.voices import poll as emergency
from broadcasts.life import questions as life
from broadcasts.notices import tell as notices
from broadcasts.release.endings import end_due
from broadcasts.release.rings import ring_due
from drills.bulletins import draft as bulletins
from drills.drills import sweep as drilling
from drills.duty import checks, taking_over
from drills.duty import lines as duty_lines
from drills.duty import sweep as duty
from drills.duty.anchor import anchor_due
from drills.duty.handover import write_due
from drills.duty.rostered import Rostered
from drills.duty.spots import sweep as spots
from drills.duty.swaps import told as swaps
from drills.reminders import soundings
from drills.reminders import sweep as reminders
from handlers.chat.conversations.lately import Lately
from handlers.chat.conversations.windows import Conversations
from handlers.hints.deadlines import due as hint_times
from handlers.hints.reporters.forget import erase_pictures
from handlers.reports.daily import owed as daily_reports
from handlers.wechat.prune import erase_files, prune_nonces

log = logging.getLogger(__name__)


async def ring(deps: Deps) -> None:
    """Ring for what waits for a person; who is on duty is the calendar's answer."""
    on_duty = Rostered(application=deps.settings.has_application, remembers=True)
    await ring_due(deps, on_duty, deps.clock.now())


async def sweep(deps: Deps) -> None:
    """Climb the rungs that are due: tell the silent again, wake their B, ring the desk."""
    now = deps.clock.now()
    async with deps.glance() as session:
        due = await anything_due(session, now)
    if due:
        await sweep_due(deps, now)


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


async def confirmations(deps: Deps) -> None:
    """Ask what became of messages that a member must confirm, and remind whoever has not."""
    if not deps.settings.wecom_customer_groups:
        return
    async with deps.glance() as session:
        due = await customer_tasks.anything_due(session, deps.clock.now())
    if due:
        async with contacts(deps.settings, deps.clock) as by_road:
            await customer_round.look(deps, by_road)


async def customer_groups(deps: Deps) -> None:
    """Keep the list of customers' groups and who owns them."""
    async with contacts(deps.settings, deps.clock) as by_road:
        if contact := by_road.get("live"):
            try:
                await refresh(deps, contact, by="system")
            except SendError as error:
                log.warning("customers' groups: %s", error.reason)


async def unconfirmed_groups(deps: Deps) -> None:
    """Give what nobody confirms for a customers' group the next road."""
    if deps.settings.wecom_customer_groups:
        await unconfirmed.sweep_due(deps, deps.clock.now())


async def chat_sizes(deps: Deps) -> None:
    """Ask how many there are in the application's own groups."""
    await ask_sizes(deps)


async def fail_over(deps: Deps) -> None:
    """Give what waits for a road that is down, slow or spent, or failed on it, the next one."""
    await failover.sweep_due(deps, deps.clock.now(), Conversations())


async def know(deps: Deps) -> None:
    """Read what has changed in the directory before a warning needs it."""
    async with deps.read() as session:
        await tree(session)
        (await hearers(session)).in_mode(Mode.wake)


async def digest(deps: Deps) -> None:
    """Make one message of what waits for the morning."""
    await merge_due(deps, deps.clock.now())


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
    async with deps.glance() as session:
        due = await duty.anything_due(session, now)
    if due:
        await duty.sweep_shifts(deps, now)


async def phones(deps: Deps) -> None:
    """Write which telephones answer, for the rooms below that name one."""
    now = deps.clock.now()
    async with deps.glance() as session:
        due = await duty_lines.anything_due(session, now)
    if due:
        await duty_lines.write_lines(deps, now)


async def desk(deps: Deps) -> None:
    """What became of swaps, spot checks and handovers whose time is over."""
    now = deps.clock.now()
    for room, sweep_room in DESK:
        async with deps.read() as session:
            due = await room(session, now)
        if due:
            await sweep_room(deps, now)


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


async def drill(deps: Deps) -> None:
    """Play the lines of the drills that are on, and stand still where it has become serious."""
    now = deps.clock.now()
    async with deps.glance() as session:
        due = await drilling.anything_due(session, now)
    if due:
        await drilling.sweep_drills(deps, now)


async def remind(deps: Deps) -> None:
    """Send what the calendar says, and close the tests of reachability whose hours are over."""
    async with deps.glance() as session:
        due = await reminders.anything_due(session, deps.clock.now())
        over = await soundings.anything_over(session, deps.clock.now())
    if due:
        await reminders.sweep_due(deps, Lately())
    if over:
        await soundings.close_due(deps, Lately(), deps.clock.now())


async def daily(deps: Deps) -> None:
    """Write which towns owe a word about today."""
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        areas = await tree(session)
        due = await daily_reports.anything_due(session, areas, now, zone)
    if due:
        await daily_reports.write(deps, now)


async def count(deps: Deps) -> None:
    """Count anew who was told and has answered, where something changed."""
    await count_due(deps, deps.clock.now())


async def commend(deps: Deps) -> None:
    """Draft the last month's bulletin, once."""
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.glance() as session:
        lacking = await bulletins.anything_due(session, now, zone)
    if lacking:
        async with deps.begin() as session:
            await bulletins.draft(session, PRAISE, bulletins.due(now, zone), at=now)


async def hint_due(deps: Deps) -> None:
    """Tell whoever mends a hint that its day has come, or has passed."""
    now, settings = deps.clock.now(), deps.settings
    async with deps.glance() as session:
        due = await hint_times.anything_due(session, now, settings.zone)
    if due:
        await hint_times.sweep_due(deps, now)


async def approvals(deps: Deps) -> None:
    """Tell the approvers what waits for them, and what one person has sent alone."""
    now, on_duty = deps.clock.now(), Rostered(application=deps.settings.has_application)
    async with deps.glance() as session:
        due = await notices.anything_due(session, now)
    if due:
        await notices.tell_due(deps, on_duty, now)


async def ends(deps: Deps) -> None:
    """Ask about what has no end: 仍有效？解除？"""
    now, on_duty = deps.clock.now(), Rostered(application=deps.settings.has_application)
    async with deps.glance() as session:
        due = await life.anything_due(session, now)
    if due:
        await life.ask_due(deps, on_duty, now)


async def follow_masses(deps: Deps) -> None:
    """Ask for what is owed to whoever had a mass send; tell whoever that does not reach in another way; and ring no
    more for what nobody can agree to."""
    now = deps.clock.now()
    async with deps.glance() as session:
        owed = await masses_owing.anything_due(session)
    if owed:
        await masses_owing.sweep_due(deps, now)
    async with deps.glance() as session:
        due = await masses_otherwise.anything_due(session, now)
    if due:
        await masses_otherwise.sweep_due(deps, Conversations(), now)


async def prune(deps: Deps) -> None:
    """Forget yesterday's callbacks."""
    async with deps.begin() as session:
        await prune_nonces(session, deps.clock.now())
        await forget(session, deps.clock.now())
        await versions.forget(session)
    for erase in (erase_files, erase_pictures):
        async with deps.begin() as session:
            await erase(session, deps.settings)


# Of the duty desk: whether a room has something due, and what then is done.
DESK = (
    (swaps.anything_over, swaps.sweep_swaps),
    (checks.anything_late, checks.sweep_checks),
    (taking_over.anything_due, taking_over.sweep_handovers),
)


# In this order where several are due at once.
TICKS: list[Tick] = [
    Tick("ladder.sweep", 1.0, sweep),
    Tick("ladder.calls", 10.0, calls),
    Tick("release.ring", 1.0, ring),
    Tick("release.end", 2.0, end),
    Tick("directory.know", 5.0, know),
    Tick("dispatch.failover", 2.0, fail_over),
    Tick("dispatch.digest", 2.0, digest),
    Tick("customers.look", 5.0, confirmations),
    Tick("customers.list", 3600.0, customer_groups),
    Tick("chats.sizes", 3600.0, chat_sizes),
    Tick("customers.unconfirmed", 30.0, unconfirmed_groups),
    Tick("notices.tell", 2.0, approvals),
    Tick("life.ask", 15.0, ends),
    Tick("record.seal", 1.0, seal_due),
    Tick("intake.poll", 5.0, poll),
    Tick("masses.poll", 30.0, masses.poll_due),
    Tick("masses.follow", 2.0, follow_masses),
    Tick("record.anchor", 60.0, anchor),
    Tick("drills.sweep", 1.0, drill),
    Tick("duty.shifts", 5.0, shifts),
    Tick("duty.desk", 5.0, desk),
    Tick("duty.phones", 30.0, phones),
    Tick("duty.spot", 60.0, spot),
    Tick("duty.handover", 60.0, hand_over),
    Tick("reminders.sweep", 5.0, remind),
    Tick("hints.times", 60.0, hint_due),
    Tick("reports.daily", 60.0, daily),
    Tick("coverage.count", 3.0, count),
    Tick("bulletins.draft", 60.0, commend),
    Tick("callbacks.prune", 60.0, prune),
    Tick("backup.nightly", 60.0, copy_due),
]
