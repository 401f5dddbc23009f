"""What other rooms know to be out of order, joined into one list: dead robots, silent feeds, roads that are down, what
is tried in vain, whose day is nearly spent, and what is called too often."""

from collections.abc import Set
from datetime import timedelta

from sqlmodel import col, select

from bot.directory.robot_counts import dead_groups, robot_counts
from bot.sweeps.each import standing
from broadcasts.dispatch.cut_off import CutOff, cut_off, live
from broadcasts.dispatch.planning.interfaces import interfaces
from broadcasts.dispatch.planning.quotas import Use, quotas
from broadcasts.dispatch.texts.render import wording
from broadcasts.intake.models import Feed
from broadcasts.watch.contract import Found, Ground, Level, Seen
from broadcasts.watch.note import open_findings

FLICKER = timedelta(minutes=2)  # a road that is back by then wakes nobody
PASSING = timedelta(minutes=5)
NAMED = 5  # groups in one message; the rest stands on the page of robots
NEXT_LOOK = timedelta(minutes=12)  # by then the platform was asked why
OF_THE_PLATFORM = frozenset({"credentials", "address_not_trusted", "application_off", "no_right", "blocked"})
REFUSES = {"wecom_app": "wecom_refuses", "appchat": "wecom_refuses", "oa_template": "oa_refuses"}


async def robots(ground: Ground) -> Found | None:
    """Told by day, and again when there are more. They are named: whoever reads it telephones that group's owner."""
    async with ground.deps.read() as session:
        count = await robot_counts(session)
        names = await dead_groups(session, NAMED) if count.dead else []
    facts = {"dead": str(count.dead), "living": str(count.living), "names": "、".join(names)}
    seen = Seen("robots_dead", Level.mind, facts=facts, grows="dead")
    return Found((seen,) if count.dead else (), facts)


async def feeds(ground: Ground) -> Found | None:
    """A feed that falls silent rings by itself."""
    async with ground.deps.read() as session:
        on = (await session.execute(select(Feed).where(col(Feed.enabled)))).scalars().all()
    if not on:
        return None
    silent = [feed for feed in on if _silent(feed, ground)]
    seen = tuple(Seen("feed_silent", subject=feed.uid, facts={"name": feed.name}, elsewhere=True) for feed in silent)
    return Found(seen, {"feeds": str(len(on))})


def _silent(feed: Feed, ground: Ground) -> bool:
    if feed.heard_at is None:
        return bool(feed.failures)
    return ground.at - feed.heard_at >= timedelta(seconds=feed.silent_after_seconds)


async def roads(ground: Ground) -> Found | None:
    """A road by which nothing leaves, with what waits for it. Where its platform refuses us altogether, the platform's
    own look names the cause and the mend, and rings."""
    async with ground.deps.read() as session:
        down = live(await cut_off(session, ground.at))
        known = {finding.kind for finding in await open_findings(session)} if down else set()
    return Found(tuple(_down(one, known) for one in down))


def _down(one: CutOff, known: Set[str]) -> Seen:
    channel, reason = one.outage.channel, one.outage.reason
    template = reason == "template"
    refused = template or (channel in REFUSES and reason in OF_THE_PLATFORM)
    named = "template_refused" if template else REFUSES.get(channel)
    return Seen(
        "road_down",
        subject=channel,
        facts={"channel": channel, "reason": reason, "copies": str(one.copies)},
        patience=NEXT_LOOK if refused else FLICKER,
        elsewhere=refused and named in known,
    )


async def spent(ground: Ground) -> Found | None:
    """A day's number that is nearly used up, or that nobody has told us; what slides by the minute comes back by
    itself."""
    async with ground.deps.read() as session:
        uses = await quotas(session, ground.deps.settings, ground.at)
    daily = [use for use in uses if use.quota.daily]
    nearly = [_spent(use.subject, use.used, use.most or 1) for use in daily if use.nearly and use.most]
    unknown = [Seen("quota_unknown", Level.note, u.subject, {"channel": u.subject}) for u in daily if u.most is None]
    return Found((*nearly, *unknown))


def _spent(channel: str, used: int, most: int) -> Seen:
    facts = {"channel": channel, "used": f"{used:,}", "most": f"{most:,}", "percent": f"{100 * used / most:.0f}"}
    return Seen("quota", Level.bad if used >= most else Level.mind, channel, facts)


async def frequent(ground: Ground) -> Found | None:
    """A base interface that was called nearly as often as it may be: past it the platform shuts all of us out."""
    async with ground.deps.read() as session:
        uses = await interfaces(session, ground.deps.settings, ground.at)
    if not uses:
        return None
    return Found(tuple(_frequent(use) for use in uses if use.nearly))


def _frequent(use: Use) -> Seen:
    most, name = use.most or 1, wording("watch_names.txt", "INTERFACES").get(use.subject, use.subject)
    facts = {"name": name, "minutes": f"{use.quota.seconds / 60:.0f}", "used": f"{use.used:,}", "most": f"{most:,}"}
    facts["percent"] = f"{100 * use.used / most:.0f}"
    level = Level.bad if use.used >= most else Level.mind
    return Seen("interface_often", level, f"{use.subject[:50]}/{use.quota.seconds:.0f}", facts)


async def vain(ground: Ground) -> Found | None:
    """What is due and breaks each time that it is tried."""
    async with ground.deps.read() as session:
        stumbles = await standing(session, ground.at)
    if not stumbles:
        return Found()
    first = stumbles[0]
    facts = {"count": str(len(stumbles)), "sweep": first.sweep, "error": first.error}
    return Found((Seen("vain", facts=facts, patience=PASSING),))
