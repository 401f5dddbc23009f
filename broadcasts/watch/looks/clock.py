"""Our clock against the platform's: signatures, windows and the times on warnings all hang on it."""

from yarl import URL

from bot.directory.robot_counts import robot_counts
from bot.probes.asking import NoAnswer, ask
from broadcasts.watch.contract import Found, Ground, Seen

MOST = 60  # seconds that the two may differ


async def clock(ground: Ground) -> Found | None:
    """By the Date of an answer that needs no token; it counts to the second, and the way there takes some."""
    deps = ground.deps
    async with deps.read() as session:
        if not ground.tokens and not (await robot_counts(session)).living:
            return None  # no platform is spoken to yet
    before = deps.clock.now()
    try:
        heard = await ask(ground.http, URL(f"{deps.settings.wecom_api_base}/cgi-bin/getcallbackip"))
    except NoAnswer:
        return Found()  # who does not answer says nothing about time; other looks tell of it
    if heard.date is None:
        return Found()
    ahead = (before - heard.date).total_seconds() + (deps.clock.now() - before).total_seconds() / 2
    facts = {"seconds": f"{abs(ahead):.0f}", "ahead": "快" if ahead > 0 else "慢"}
    return Found((Seen("clock_drift", facts=facts),), facts) if abs(ahead) > MOST else Found((), facts)
