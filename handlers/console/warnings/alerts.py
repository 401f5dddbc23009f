"""预警: all alerts, and each with its verbatim text, its sources, its thread, and how far its sendings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role, signed_in
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.alerts.listed import Standing, Wanted, listed, standing
from broadcasts.alerts.models import Alert, AlertSource, Kind
from broadcasts.coverage.queries import covered, targets
from broadcasts.customers.board import waiting
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import moving, of_alert
from broadcasts.dispatch.sending.roads import MASS, open_roads
from broadcasts.dispatch.texts.alert_text import main_info
from broadcasts.hazards.grades import Grade
from broadcasts.outlets.figures import outlet_figures
from broadcasts.release.holds import open_holds
from broadcasts.release.typed import RELEASES, typists
from drills.drills.models import Drill
from drills.drills.queries import of_alert as drill_of
from handlers.console.evacuations.board import moving as evacuating
from handlers.console.notices.thread import life
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.console.warnings.board import Board, board
from handlers.console.warnings.seen import seen
from handlers.console.warnings.sendings import Sending, sending

PAGE = 30
LOOKED_THROUGH = 600  # alerts that are looked through for one page of a town's people

routes = web.RouteTableDef()


@routes.get("/console/alerts")
async def all_alerts(request: web.Request) -> web.Response:
    """The list. `?standing=`, `?grade=`, `?text=`, `?before=`; what is none of the words means any."""
    deps, caller = request.app[DEPS], await signed_in(request)
    now, asked = deps.clock.now(), request.query
    wanted = Wanted(
        Standing(asked["standing"]) if asked.get("standing") in set(Standing) else None,
        Grade(asked["grade"]) if asked.get("grade") in set(Grade) else None,
        asked.get("text", "").strip()[:64],
    )
    before = int(asked["before"]) if asked.get("before", "").isdecimal() and len(asked["before"]) < 16 else None
    async with deps.read() as session:
        rows, more = await _page(session, await scope(session, caller), wanted, now, before)
    words = {"standing": wanted.standing or "", "grade": wanted.grade or "", "text": wanted.text}
    onward = str(request.rel_url.with_query({**words, "before": more})) if more else ""
    facts: dict[str, Any] = {
        "rows": [(alert, standing(alert, now)) for alert in rows],
        "wanted": wanted, "grades": list(Grade), "standings": list(Standing), "onward": onward,
    }  # fmt: skip
    return await page(request, "warnings/alerts.html", caller, live="/console/live", **facts)


@routes.get("/console/alerts/{uid}")
async def one_alert(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        if drill := await _drilled(session, alert):
            raise web.HTTPSeeOther(f"/console/drills/{drill.uid}")
        facts = await _facts(session, deps.settings, mine, alert, caller, deps.clock.now())
        facts["mass_open"] = MASS in open_roads(deps.settings).channels
        facts["life"] = await life(session, deps.settings, mine, caller, alert, deps.clock.now())
    return await page(request, "warnings/alert.html", caller, live="/console/live", **facts)


@routes.post("/console/alerts/{uid}/checked")
async def checked(request: web.Request) -> web.Response:
    """A second person has compared what was typed in with its source."""
    deps, caller = request.app[DEPS], await require_role(request, *RELEASES)
    await posted(request, caller)
    now = deps.clock.now()
    async with deps.begin() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        if not mine.decides(alert) or caller.actor in await typists(session, alert):
            raise web.HTTPForbidden
        if alert.typed_in:
            alert.typed_in = False
            session.add(alert)
            record(session, caller.actor, "alert.checked", alert.uid, now)
    raise web.HTTPSeeOther(f"/console/alerts/{alert.uid}")


async def _drilled(session: AsyncSession, alert: Alert) -> Drill | None:
    """A drill's message has no room of its own."""
    return await drill_of(session, alert.id) if alert.kind is Kind.drill else None


@dataclass(frozen=True)
class Verbatim:
    """What the station wrote, as it wrote it."""

    headline: str
    description: str
    instruction: str


def verbatim(alert: Alert) -> Verbatim:
    info = main_info(alert)
    return Verbatim(alert.headline, str(info.get("description") or ""), str(info.get("instruction") or ""))


async def _facts(
    session: AsyncSession, settings: Settings, mine: Scope, alert: Alert, caller: Caller, now: datetime
) -> dict[str, Any]:
    sources = await _sources(session, alert)
    sendings: list[Sending] = [await sending(session, mine, b, now) for b in await of_alert(session, alert.id)]
    may = caller.may(*RELEASES) and mine.decides(alert)
    last = sendings[-1].broadcast.id if sendings else ""
    sends = caller.may(Role.officer, Role.leader) and standing(alert, now) is Standing.force
    return {
        "covered": await covered(session, mine.areas, last, inside=mine.area_id),
        "target": (await targets(session)).get("coverage"),
        "alert": alert,
        "standing": standing(alert, now),
        "words": verbatim(alert),
        "sources": sources,
        "sendings": sendings[::-1],
        "outlets": await outlet_figures(session, last, inside=mine.area_id) if last else {},
        "confirming": await waiting(session, [s.broadcast.id for s in sendings], inside=mine.area_id),
        "board": await _board(session, settings if sends else None, mine, [s.broadcast for s in reversed(sendings)]),
        "evacuation": await evacuating(session, mine, alert, now),
        "orders": sends,
        "open_holds": await open_holds(session, [alert.id]),
        "moving": await moving(session, [s.broadcast.id for s in sendings if s.whole.open], now),
        "may": may,
        "may_recall": caller.may(Role.officer, Role.leader) and mine.decides(alert),
        "may_mass": caller.may(Role.officer, Role.leader, Role.approver) and mine.decides(alert),
        "typed_by_me": caller.actor in await typists(session, alert),
    }


async def _board(
    session: AsyncSession, settings: Settings | None, mine: Scope, newest: Sequence[Broadcast]
) -> Board | None:
    """Of the newest sending that asked somebody."""
    for sent in newest:
        if made := await board(session, mine, sent, settings):
            return made
    return None


async def _sources(session: AsyncSession, alert: Alert) -> Sequence[AlertSource]:
    wanted = select(AlertSource).where(col(AlertSource.alert_id) == alert.id).order_by(col(AlertSource.id))
    return (await session.execute(wanted)).scalars().all()


async def _page(
    session: AsyncSession, mine: Scope, wanted: Wanted, now: datetime, before: int | None
) -> tuple[list[Alert], int | None]:
    """A page of what the caller may see, and the id before which the next one begins."""
    found: list[Alert] = []
    for _ in range(1 if mine.whole else LOOKED_THROUGH // PAGE):
        rows = await listed(session, wanted, now, most=PAGE + 1, before=before)
        for row in rows[:PAGE]:
            before = row.id
            if await mine.sees(session, row):
                found.append(row)
            if len(found) == PAGE:
                return found, before if row is not rows[-1] else None
        if len(rows) <= PAGE:
            return found, None
    return found, before
