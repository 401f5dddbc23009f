"""What the Watch wants to know of the callbacks: whether our door opens from outside, whether the platform has come,
and whether it has fallen silent or speaks of switching us off."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.journal import stuck
from bot.probes.asking import NoAnswer, ask
from bot.probes.echo import question
from bot.wechat.ears import LIVE, OA, WECOM, ears
from broadcasts.dispatch.states import Road
from broadcasts.watch.contract import Found, Ground, Level, Seen
from broadcasts.watch.looks.platforms import PASSING
from handlers.chat.idle import BACK, CLOSED, KNOWN
from handlers.wechat.keeping.store import beside
from handlers.wechat.models import CallbackAsked, Inbound, Platform

PATHS: Mapping[str, str] = {WECOM: "/callbacks/wecom", OA: "/callbacks/official-account"}
QUIET = timedelta(days=10)  # without a word: a hint, not a claim
A_DAY = timedelta(days=1)
DOUBTS = ("contradiction", "impossible", "unknown_call")  # why a gateway's word was not believed
NEWS = 1000  # of the newest words of a platform, where its own events are looked for


@dataclass(frozen=True)
class Callback:
    """A look at one platform's callback."""

    platform: str

    async def __call__(self, ground: Ground) -> Found | None:
        deps = ground.deps
        ear = ears(deps.settings, deps.vault).get((LIVE, self.platform))
        if ear is None or not deps.settings.base_url:
            return None
        url, expected = question(ear, deps.settings.base_url, PATHS[self.platform], ground.at)
        try:
            heard = await ask(ground.http, url)
            reason = "" if (heard.status, heard.body) == (200, expected.encode()) else "other"
        except NoAnswer as error:
            reason = error.reason
        if reason:
            async with deps.read() as session:
                last = await _last_heard(session, Platform(self.platform))
            reached = last is not None and ground.at - last < PASSING  # our own router may not lead us back in
            facts = {"platform": self.platform, "path": PATHS[self.platform], "reason": reason}
            return Found(
                (Seen("callback_closed", Level.note if reached else Level.bad, self.platform, facts, PASSING),)
            )
        async with deps.read() as session:
            asked = await session.get(CallbackAsked, (Road.live, Platform(self.platform)))
            last = await _last_heard(session, Platform(self.platform))
        return _heard(self.platform, asked.at if asked else None, last, ground.at)


def _heard(platform: str, asked: datetime | None, last: datetime | None, at: datetime) -> Found:
    """A word from there proves more than the verification does."""
    if asked is None and last is None:
        return Found((Seen("callback_unheard", Level.note, platform, {"platform": platform}),))
    newest = max(one for one in (asked, last) if one is not None)
    facts = {"platform": platform, "days": str((at - newest).days)}
    return Found((Seen("callback_quiet", Level.note, platform, facts),) if at - newest > QUIET else (), facts)


async def idle(ground: Ground) -> Found | None:
    """Whether WeCom's last word about our application was that it switches it off; the callback rings by itself."""
    if not ground.deps.settings.hears_wecom:
        return None
    wanted = (
        sa.select(col(Inbound.event))
        .where(
            col(Inbound.road) == Road.live,
            col(Inbound.platform) == Platform.wecom,
            col(Inbound.kind) == "event",
            col(Inbound.sender) == "sys",
        )
        .order_by(col(Inbound.id).desc())
        .limit(NEWS)
    )
    async with ground.deps.read() as session:
        events = [event.lower() for event in (await session.execute(wanted)).scalars()]
    last = next((event for event in events if event in KNOWN), "")
    if not last or last in BACK:
        return Found()
    return Found((Seen("application_idle", facts={"closed": "1" if last in CLOSED else ""}, elsewhere=True),))


async def gateways(ground: Ground) -> Found | None:
    """What the county's own gateways signed, and what cannot be true: an officer may believe one of them too much."""
    if not (ground.deps.settings.sms_webhook or ground.deps.settings.voice_webhook):
        return None
    why = col(Inbound.intent)
    wanted = (
        sa.select(col(Inbound.platform), why, sa.func.count())
        .where(
            col(Inbound.road) == Road.live, col(Inbound.platform).in_((Platform.sms, Platform.voice)),
            col(Inbound.kind) == "event", why.in_(DOUBTS), col(Inbound.received_at) > ground.at - A_DAY,
        )
        .group_by(col(Inbound.platform), why)
    )  # fmt: skip
    counts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    async with ground.deps.read() as session:
        for platform, reason, number in await session.execute(wanted):
            counts[platform.value][reason] = str(number)
    return Found(tuple(_doubted(name, found) for name, found in counts.items()))


def _doubted(gateway: str, found: Mapping[str, str]) -> Seen:
    facts = {"gateway": gateway, "count": str(sum(map(int, found.values()))), **found}
    return Seen("gateway_doubted", Level.mind, gateway, facts, grows="count")


async def keeping(ground: Ground) -> Found | None:
    """Whether the database takes what came in; the disk and the file's state are the first to ask."""
    settings = ground.deps.settings
    if not settings.is_sqlite:
        return None
    waits = stuck(beside(settings))
    if waits is None:
        return Found()
    return Found((Seen("callbacks_wait", facts={"lines": str(waits.lines), "reason": waits.reason}),))


async def _last_heard(session: AsyncSession, platform: Platform) -> datetime | None:
    wanted = sa.select(col(Inbound.received_at)).where(
        col(Inbound.road) == Road.live, col(Inbound.platform) == platform
    )
    return (await session.execute(wanted.order_by(col(Inbound.id).desc()).limit(1))).scalar_one_or_none()


async def last_heard(session: AsyncSession) -> datetime | None:
    """When a platform last came in by our own address."""
    found = [await _last_heard(session, platform) for platform in (Platform.wecom, Platform.oa)]
    return max((one for one in found if one is not None), default=None)


wecom, account = Callback(WECOM), Callback(OA)
