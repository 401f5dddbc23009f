"""What waits for a person, each hold with what it is about, the most pressing first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.alerts.models import Alert
from broadcasts.alerts.order import said
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.texts.render import wording
from broadcasts.intake.models import Feed
from broadcasts.release.holds import open_holds
from broadcasts.release.models import Hold, Unread
from broadcasts.release.verdict import Reason
from handlers.console.people.callers import Speaks, speaks
from handlers.console.scope import Scope
from handlers.reports.models import Report
from handlers.reports.queries import of_uid

CALLS = {Reason.plea, Reason.help}  # somebody needs a person on the telephone
REPORTED = {Reason.report, Reason.grave}
ABOUT_SOMEBODY = {*CALLS, Reason.cannot, Reason.knock}
SEEN_ONLY = {  # nothing to send: 已知晓
    *(Reason.unread, Reason.contradiction, Reason.feed_silent, Reason.asked, Reason.silent, Reason.binding),
    *REPORTED,
    *ABOUT_SOMEBODY,
    *(Reason.idle, Reason.twin, Reason.not_sent, Reason.broken, Reason.mass, Reason.evacuation),
}
TITLED = {  # by its own line
    *(Reason.silent, Reason.idle, Reason.broken, Reason.twin, Reason.not_sent),
    *(Reason.mass, Reason.evacuation, Reason.binding),
    *ABOUT_SOMEBODY,
    *REPORTED,
}
BY_HAND = (Reason.evacuation, Reason.knock, Reason.cannot, Reason.silent, Reason.mass)
TOLD, OTHER, LAST = 20, 30, 40


@dataclass(frozen=True)
class Waiting:
    """A hold with what it is about."""

    hold: Hold
    alert: Alert | None = None
    unread: Unread | None = None
    feed: Feed | None = None
    asks: tuple[str, ...] = ()
    caller: Speaks | None = None
    report: Report | None = None

    @property
    def calls(self) -> bool:
        """Whether somebody cries for help, or needs support: nothing comes before it."""
        return self.hold.reason in CALLS

    @property
    def grave(self) -> bool:
        """Whether it goes to the province and the ministry at once."""
        return self.hold.reason == Reason.grave

    @property
    def asked(self) -> bool:
        """Whether it went out, and the officer is asked something afterwards."""
        return self.hold.reason in {Reason.asked, Reason.twin}

    @property
    def here(self) -> int | None:
        """The place whose desk deals with it, whatever else the warning hits."""
        if self.report is not None:
            return self.report.area_id
        return self.hold.area_id if self.hold.reason == Reason.evacuation else None

    @property
    def mass(self) -> str:
        """The page of the mass send that waits for a second person's word; empty where it is something else."""
        of = self.hold.about.partition(":")[2]
        return f"/console/broadcasts/{of}/mass" if self.hold.reason == Reason.mass else ""

    @property
    def why(self) -> str:
        return wording("reasons.txt", "WHY").get(self.hold.reason, self.hold.reason)

    @property
    def sends(self) -> bool:
        """Whether the decision is about sending."""
        return self.hold.reason not in SEEN_ONLY

    @property
    def title(self) -> str:
        if self.hold.reason in TITLED:
            return self.hold.said or self.why
        if self.alert is not None:
            return f"{self.alert.grade.zh if self.alert.grade else ''}{self.alert.event}"
        return self.feed.name if self.feed else "未能读取的内容"


def pressing(waiting: Iterable[Waiting]) -> list[Waiting]:
    """What is 特别重大, who needs help, an alert to decide, a village that is not moved, a door to send somebody to,
    the silent to telephone, a mass send to agree to, then what may be an alert; questions can wait a moment. The oldest
    of each first, as they are given; of one thread the newest, which takes the place of the others."""
    given = list(waiting)
    place: dict[str, int] = {}
    for number, one in enumerate(given):
        place.setdefault(_matter(one), number)
    newest = sorted(given, key=_said, reverse=True)
    return sorted(newest, key=lambda one: (_rank(one), place[_matter(one)]))


def newer(item: Waiting, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Of what waits to be sent, what was said after `item` in its thread, the newest first: letting it out lets `item`
    go."""
    after = [one for one in waiting if one.sends and _matter(one) == _matter(item) and _said(one) > _said(item)]
    return sorted(after, key=_said, reverse=True)


def _matter(one: Waiting) -> str:
    return one.alert.thread if one.sends and one.alert is not None else one.hold.uid


def _said(one: Waiting) -> tuple[datetime, int]:
    return said(one.alert) if one.alert is not None else (one.hold.opened_at, 0)


def _rank(one: Waiting) -> int:
    if one.grave or one.calls:
        return 0 if one.grave else 1
    if one.sends:
        return 2
    if one.hold.reason in BY_HAND:
        return 3 + BY_HAND.index(Reason(one.hold.reason))
    if one.report is not None:
        return TOLD
    return LAST if one.asked else OTHER


async def all_waiting(session: AsyncSession, mine: Scope) -> list[Waiting]:
    """What waits and concerns the caller, oldest first."""
    return await visible(session, mine, await open_holds(session))


async def visible(session: AsyncSession, mine: Scope, holds: list[Hold]) -> list[Waiting]:
    items = [await about_of(session, hold) for hold in holds]
    return [item for item in items if await sees(session, mine, item)]


async def sees(session: AsyncSession, mine: Scope, item: Waiting) -> bool:
    if item.caller is not None:
        return item.caller.within(mine)
    if item.here is not None:
        return mine.holds(item.here)
    return await mine.sees(session, item.alert) if item.alert is not None else mine.whole


async def about_of(session: AsyncSession, hold: Hold) -> Waiting:
    return Waiting(
        hold,
        await session.get(Alert, hold.alert_id) if hold.alert_id else None,
        await session.get(Unread, hold.unread_id) if hold.unread_id else None,
        await session.get(Feed, hold.feed_id) if hold.feed_id else None,
        await _asks(session, hold) if hold.reason == Reason.asked else (),
        await speaks(session, hold) if hold.reason in ABOUT_SOMEBODY else None,
        await of_uid(session, hold.about.partition(":")[2]) if hold.reason in REPORTED else None,
    )


async def _asks(session: AsyncSession, hold: Hold) -> tuple[str, ...]:
    sent = await of_alert(session, hold.alert_id) if hold.alert_id else ()
    return tuple(dict.fromkeys(ask for b in sent for ask in b.asks.split(",") if ask))
