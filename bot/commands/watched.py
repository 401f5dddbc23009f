"""The Watch as the roof puts it together: every look of every room, with the disk and the nightly copy; and the ticks
that take them. They look at the installation and not at the county: who turns the clock by hand leaves them alone."""

from datetime import timedelta

from bot.commands.backup.nightly import AT, newest
from bot.commands.backup.owed import began, missed
from bot.commands.checks import GIGABYTE, TOO_LITTLE, free
from bot.deps import Deps
from bot.ticker import Tick
from broadcasts.watch import heartbeat, selftest
from broadcasts.watch import tell as telling
from broadcasts.watch.contract import Found, Ground, Level, Look, Seen
from broadcasts.watch.looks import clock, gateways, invariants, platforms, public, rooms, templates
from broadcasts.watch.run import look_due
from drills.duty.rostered import Rostered
from handlers.console.setup import menu
from handlers.wechat import watched as callbacks


async def disk(ground: Ground) -> Found | None:
    left = free(ground.deps.settings.data_dir.absolute())
    facts = {"left": f"{left / GIGABYTE:.1f} GB"}
    return Found((Seen("disk", facts=facts),) if left < TOO_LITTLE else (), facts)


async def copy(ground: Ground) -> Found | None:
    """A new installation has none before its first night, and a demo makes none."""
    settings = ground.deps.settings
    if settings.demo:
        return None
    async with ground.deps.read() as session:
        since = await began(session)
    made = newest(settings)
    facts = {"last": f"{made:%Y-%m-%d %H:%M}" if made else "", "first": "" if made else f"{AT:%H:%M}"}
    return Found((Seen("backup", Level.mind, facts=facts),) if missed(settings, since, ground.at) else (), facts)


async def watch(deps: Deps) -> None:
    """Look at ourselves, and tell what is not as it should be. A demo has nobody to mend it."""
    if deps.settings.demo:
        return
    now, on_duty = deps.clock.now(), Rostered(application=deps.settings.has_application)
    without = Rostered(application=False)
    await look_due(deps, WATCHED, now)
    async with deps.glance() as session:
        due = await telling.anything_due(session, now)
    if due:
        await telling.tell_due(deps, on_duty, without, now)


async def try_ourselves(deps: Deps) -> None:
    """Send the week's test to whoever was named for it."""
    now, settings = deps.clock.now(), deps.settings
    if settings.demo:
        return
    async with deps.glance() as session:
        due = await selftest.due(session, settings, now)
    if due:
        async with deps.begin() as session:
            await selftest.send_weekly(session, settings, now)


async def sign_of_life(deps: Deps) -> None:
    """Tell the monitor outside that all is well, if it is."""
    if not deps.settings.demo:
        await heartbeat.beat(deps, INVARIANTS, deps.clock.now())


SECONDS, MINUTES, HOURS = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours"))

# What must hold at any moment: while it does, the monitor outside hears from us.
INVARIANTS: list[Look] = [
    Look("steps", 30 * SECONDS, invariants.steps),
    Look("queue", 30 * SECONDS, invariants.queue),
    Look("worker", 30 * SECONDS, invariants.worker, doctor=False),
    Look("keeping", 30 * SECONDS, callbacks.keeping, doctor=False),
]

# What the Watch looks at, each at its own pace. Nothing here sends to anybody.
WATCHED: list[Look] = [
    *INVARIANTS,
    Look("roads", 30 * SECONDS, rooms.roads),
    Look("vain", MINUTES, rooms.vain, doctor=False),
    Look("robots", MINUTES, rooms.robots, doctor=False),
    Look("feeds", MINUTES, rooms.feeds, doctor=False),
    Look("idle", MINUTES, callbacks.idle),
    Look("quotas", 5 * MINUTES, rooms.spent),
    Look("interfaces", MINUTES, rooms.frequent),
    Look("address", 5 * MINUTES, public.Address(callbacks.last_heard)),
    Look("disk", 5 * MINUTES, disk, doctor=False),
    Look("wecom", 10 * MINUTES, platforms.wecom),
    Look("account", 10 * MINUTES, platforms.account),
    Look("callback_wecom", 10 * MINUTES, callbacks.wecom),
    Look("callback_oa", 10 * MINUTES, callbacks.account),
    Look("clock", 10 * MINUTES, clock.clock),
    Look("selftest", 10 * MINUTES, selftest.accepted),
    Look("template", HOURS, platforms.template),
    Look("templates", MINUTES, templates.refused),
    Look("menu", HOURS, menu.menu),
    Look("sms", HOURS, gateways.sms),
    Look("voice", HOURS, gateways.voice),
    Look("gateways_word", 10 * MINUTES, callbacks.gateways, doctor=False),
    Look("backup", HOURS, copy, doctor=False),
    Look("certificate", 6 * HOURS, public.certificate),
    Look("domain", 6 * HOURS, public.domain),
]

WATCHING: list[Tick] = [
    Tick("watch.look", 5.0, watch),
    Tick("watch.test", 60.0, try_ourselves),
    Tick("watch.life", 60.0, sign_of_life),
]
