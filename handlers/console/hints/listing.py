"""隐患: what was seen before it happened, the late ones first and red; the ledger as a sheet."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.access.guards import require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.subscriptions.places import spelled
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.hints.export import workbook
from handlers.hints.figures import figures
from handlers.hints.models import Domain, State
from handlers.hints.queries import listed, picture_counts, waiting

PAGE = 50
EXPORTED = 5000
MAY = (Role.officer, Role.leader, Role.admin)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

routes = web.RouteTableDef()


@routes.get("/console/hints")
async def every(request: web.Request) -> web.Response:
    """`?state=`, `?domain=`, `?town=` and `?late=1` narrow, `?before=` goes on."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now, before = deps.clock.now(), _number(request, "before")
    async with deps.read() as session:
        mine = await scope(session, caller)
        asked = _asked(request, mine)
        inside = asked.pop("inside")
        only_late = request.query.get("late", "") == "1"
        late = await listed(session, inside, late_at=now, most=200) if before is None and not asked["states"] else []
        rows = [] if only_late else await listed(session, inside, **asked, before=before, most=PAGE + 1)
        first, open_, overdue = await waiting(session, mine.area_id, now)
        facts: dict[str, Any] = {
            "late": [row for row in late if asked["domain"] in {"", row.hint.domain}],
            "rows": rows[:PAGE],
            "onward": rows[PAGE - 1].hint.id if len(rows) > PAGE else None,
            "first": first,
            "open": open_,
            "overdue": overdue,
            "only_late": only_late,
            "counts": await picture_counts(session, [row.hint for row in (*late, *rows[:PAGE])]),
            "year": await figures(session, inside, _year(now, deps.settings.zone), now),
        }
    facts |= {f"{name}_asked": request.query.get(name, "") for name in ("state", "domain", "town")}
    facts["towns"] = (
        [] if mine.area_id is not None else [t for r in mine.areas.roots for t in mine.areas.children(r.id)]
    )
    facts["may"] = caller.may(Role.officer, Role.leader)
    facts["spelled"] = lambda area: spelled(mine.areas, area)
    return await page(request, "hints/hints.html", caller, live="/console/live", **facts)


@routes.get("/console/hints.xlsx")
async def exported(request: web.Request) -> web.Response:
    """Those of the caller's part, narrowed as the page is; a look at many is on the record."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now = deps.clock.now()
    async with deps.begin() as session:
        mine = await scope(session, caller)
        asked = _asked(request, mine)
        late_at = now if request.query.get("late", "") == "1" else None
        rows = await listed(session, asked.pop("inside"), **asked, late_at=late_at, most=EXPORTED + 1)
        rows, cut = rows[:EXPORTED], len(rows) > EXPORTED
        more: dict[str, Any] = {"cut": True} if cut else {}
        record(session, caller.actor, "hints.exported", "xlsx", now, count=len(rows), **more)
    headers = {"Content-Disposition": 'attachment; filename="hints.xlsx"'}
    body = workbook(rows, mine.areas, deps.settings.zone, now, cut=cut)
    return web.Response(body=body, content_type=SHEET, headers=headers)


def _asked(request: web.Request, mine: Scope) -> dict[str, Any]:
    """What the query narrows to. A town that is none of the caller's narrows to their own part."""
    state, domain, town = (request.query.get(name, "") for name in ("state", "domain", "town"))
    node = next((n for n in mine.areas.nodes.values() if n.code == town), None) if town else None
    return {
        "inside": node.id if node is not None and mine.holds(node.id) else mine.area_id,
        "states": [State(state)] if state in set(State) else [],
        "domain": domain if domain in set(Domain) else "",
    }


def _number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _year(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
