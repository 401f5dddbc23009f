"""待放行: what waits for a person, to how many it would go, and the two buttons; and what could not be read."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, Form, posted, require_role, signed_in
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.alerts.models import Alert, AlertSource, Status
from broadcasts.dispatch.planning.preview import preview
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.texts.render import wording
from broadcasts.hazards.grades import Grade
from broadcasts.intake.models import Feed
from broadcasts.release.decide import acknowledge, refuse, release
from broadcasts.release.holds import open_holds
from broadcasts.release.models import Hold, Unread
from broadcasts.release.typed import RELEASES, OwnText, typed, typists
from broadcasts.release.verdict import Reason
from handlers.console.page import county_name, page
from handlers.console.people.callers import Speaks, speaks
from handlers.console.scope import Scope, scope
from handlers.console.warnings.alerts import verbatim
from handlers.reports.models import Report
from handlers.reports.queries import of_uid

CALLS = {Reason.plea, Reason.help}  # somebody needs a person on the telephone
REPORTED = {Reason.report, Reason.grave}
ABOUT_SOMEBODY = {*CALLS, Reason.cannot, Reason.knock}
SEEN_ONLY = {  # nothing to send: 已知晓
    *(Reason.unread, Reason.contradiction, Reason.feed_silent, Reason.asked, Reason.silent, Reason.binding),
    *REPORTED,
    *ABOUT_SOMEBODY,
    *(Reason.idle, Reason.twin, Reason.broken, Reason.mass),
}
TITLED = {  # by its own line
    *(Reason.silent, Reason.idle, Reason.broken, Reason.twin, Reason.mass),
    *ABOUT_SOMEBODY,
    *REPORTED,
}
SHOWN = 20_000  # characters of an unreadable text
LAST = 50

routes = web.RouteTableDef()


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


@routes.get("/console/held")
async def all_held(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine = await scope(session, caller)
        waiting = await all_waiting(session, mine)
        closed = select(Hold).where(col(Hold.closed_at).is_not(None)).order_by(col(Hold.id).desc()).limit(LAST)
        done = await _visible(session, mine, list((await session.execute(closed)).scalars()))
    return await page(request, "warnings/held.html", caller, live="/console/live", waiting=waiting, done=done)


@routes.get("/console/held/{uid}")
async def one_held(request: web.Request) -> web.Response:
    return await _shown(request, await signed_in(request))


@routes.post("/console/held/{uid}")
async def decide(request: web.Request) -> web.Response:
    """`do` is release, refuse or seen. Whoever comes second is shown what the first decided."""
    deps, caller = request.app[DEPS], await require_role(request, *RELEASES)
    form = await posted(request, caller)
    async with deps.begin() as session:
        mine = await scope(session, caller)
        item = await _waiting(session, mine, request.match_info["uid"])
        if not may_decide(caller, mine, item):
            raise web.HTTPForbidden
        error = await _unsaid(session, item, form)
        try:
            done = not error and await _do(session, deps.settings, item, form, caller, request)
        except OwnText as own:
            return await _shown(request, caller, error=own.title, status=403)
    if error:
        return await _shown(request, caller, error=error, word=str(form.get("word", "")), status=422)
    if not done:
        return await _shown(request, caller, error="没有执行：已经有人先办了。", status=409)
    sent = item.alert is not None and item.sends
    raise web.HTTPSeeOther(f"/console/alerts/{item.alert.uid}" if sent and item.alert else "/console/")


@routes.get("/console/unread")
async def all_unread(request: web.Request) -> web.Response:
    """未能读取, newest first. They belong to no area, and so to the whole county."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine = await scope(session, caller)
        if not mine.whole:
            raise web.HTTPForbidden
        rows = (await session.execute(select(Unread).order_by(col(Unread.id).desc()).limit(LAST))).scalars().all()
    return await page(request, "warnings/unread.html", caller, rows=[(row, plain(row.raw)) for row in rows])


def may_decide(caller: Caller, mine: Scope, item: Waiting) -> bool:
    """Whether what waits is the caller's to decide; an approver decides about sending alone."""
    if not caller.may(*RELEASES) or (not item.sends and not caller.may(Role.officer, Role.leader)):
        return False
    if item.caller is not None and item.caller.within(mine):
        return True
    if item.report is not None:
        return mine.holds(item.report.area_id)
    return mine.decides(item.alert) if item.alert is not None else mine.whole


def plain(raw: bytes) -> str:
    """Bytes as text that can be looked at, whatever they are."""
    text = raw[: SHOWN * 2].decode("utf-8", "replace")[:SHOWN]
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


async def all_waiting(session: AsyncSession, mine: Scope) -> list[Waiting]:
    """What waits and concerns the caller, oldest first."""
    return await _visible(session, mine, await open_holds(session))


async def _visible(session: AsyncSession, mine: Scope, holds: list[Hold]) -> list[Waiting]:
    items = [await _about(session, hold) for hold in holds]
    return [item for item in items if await _sees(session, mine, item)]


async def _sees(session: AsyncSession, mine: Scope, item: Waiting) -> bool:
    if item.caller is not None:
        return item.caller.within(mine)
    if item.report is not None:
        return mine.holds(item.report.area_id)
    return await mine.sees(session, item.alert) if item.alert is not None else mine.whole


async def _about(session: AsyncSession, hold: Hold) -> Waiting:
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


async def _waiting(session: AsyncSession, mine: Scope, uid: str) -> Waiting:
    hold = (await session.execute(select(Hold).where(col(Hold.uid) == uid))).scalar_one_or_none()
    if hold is None or not await _sees(session, mine, item := await _about(session, hold)):
        raise web.HTTPNotFound
    return item


async def _unsaid(session: AsyncSession, item: Waiting, form: Form) -> str:
    """What the form still lacks."""
    if form.get("do") == "refuse" and not str(form.get("word", "")).strip():
        return "请写一句为什么不发，会留在记录里。"
    red = form.get("do") == "release" and item.alert is not None and item.alert.grade is Grade.red
    first = (await county_name(session))[:1]
    if red and str(form.get("first", "")).strip() != first:
        return f"红色要再确认一次：请填本县名字的第一个字“{first}”。"
    return ""


async def _do(
    session: AsyncSession, settings: Settings, item: Waiting, form: Form, caller: Caller, request: web.Request
) -> bool:
    at, by = request.app[DEPS].clock.now(), caller.actor
    word, do = str(form.get("word", "")).strip(), form.get("do")
    if do == "seen" and not item.sends:
        return await acknowledge(session, item.hold, by=by, word=word, at=at)
    if do == "refuse" and item.sends:
        return await refuse(session, item.hold, by=by, word=word, at=at)
    if do == "release" and item.sends:
        return await release(session, settings, item.hold, by=by, word=word, at=at)
    raise web.HTTPBadRequest


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", word: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        item = await _waiting(session, mine, request.match_info["uid"])
        facts: dict[str, Any] = {
            "item": item,
            "error": error,
            "word_given": word,
            "county_first": (await county_name(session))[:1],
        }
        sealed = item.caller.sealed if item.caller else None
        facts["phone"] = deps.vault.open(sealed) if sealed else ""
        facts["may"] = may_decide(caller, mine, item)
        facts["typed"] = await typed(session, item.alert)
        facts["own"] = item.alert is not None and caller.actor in await typists(session, item.alert)
        facts["raw"] = plain(item.unread.raw) if item.unread else ""
        facts["others"], facts["reach"], facts["words"] = [], None, None
        if item.alert is not None:
            facts["words"] = verbatim(item.alert)
            if item.hold.reason == Reason.contradiction:
                sources = select(AlertSource).where(col(AlertSource.alert_id) == item.alert.id)
                rows = (await session.execute(sources.order_by(col(AlertSource.id)))).scalars()
                facts["others"] = [(source, plain(source.raw)) for source in rows]
            if item.sends and item.hold.closed_at is None and item.alert.status is Status.held:
                facts["reach"] = await preview(session, deps.settings, item.alert, mine.hit(item.alert), now)
    if facts["phone"] and "X-Fragment" not in request.headers:
        async with deps.begin() as session:
            record(session, caller.actor, "phone.looked", item.hold.uid, now)
    return await page(request, "warnings/held_one.html", caller, status=status, live="/console/live", **facts)
