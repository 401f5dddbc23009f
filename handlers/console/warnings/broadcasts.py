"""One sending's loose ends: who was not reached and why, on a page and as a file."""

import csv
import io
from itertools import groupby

from aiohttp import web

from bot.access.guards import Caller, signed_in
from bot.deps import DEPS
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import Copy, unreached
from handlers.console.page import page, word
from handlers.console.warnings.seen import seen_sending

HEAD = ("类别", "名称", "地方", "通路", "结果", "原因", "试过几次")
KINDS = {"person": "人", "group": "群"}
SHOWN = 200  # names of each difference
FORMULA = ("=", "+", "-", "@", "\t", "\r")

routes = web.RouteTableDef()


@routes.get("/console/broadcasts/{id}/unreached")
async def missing(request: web.Request) -> web.Response:
    """By reason, then by name. That somebody looked is on the record: these are names of people."""
    caller = await signed_in(request)
    found, alert, rows = await _unreached(request, caller, "unreached.looked")
    ordered = sorted(rows, key=lambda c: (c.state.value, c.reason, c.area or "", c.name or ""))
    reasons = [(key, list(group)) for key, group in groupby(ordered, key=lambda c: (c.state.value, c.reason))]
    reasons.sort(key=lambda pair: -len(pair[1]))
    return await page(
        request, "warnings/unreached.html", caller, sent=found, alert=alert, reasons=reasons, count=len(rows)
    )


@routes.get("/console/broadcasts/{id}/differences")
async def differing(request: web.Request) -> web.Response:
    """Where it went otherwise than planned: by reason, with counts and names. That somebody looked is on the record."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.begin() as session:
        mine, found, alert = await seen_sending(session, caller, request.match_info["id"])
        rows = await differences(session, found, inside=mine.area_id, names=SHOWN)
        record(session, caller.actor, "differences.looked", found.id, deps.clock.now(), count=len(rows))
    return await page(request, "warnings/differences.html", caller, sent=found, alert=alert, rows=rows, shown=SHOWN)


@routes.get("/console/broadcasts/{id}/unreached.csv")
async def missing_file(request: web.Request) -> web.Response:
    """The same for a spreadsheet. A cell that a spreadsheet would calculate is made text."""
    caller = await signed_in(request)
    found, _, rows = await _unreached(request, caller, "unreached.exported")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([_plain(cell) for cell in _cells(copy)] for copy in rows)
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="unreached-{found.id[:8]}.csv"'},
    )


async def _unreached(request: web.Request, caller: Caller, action: str) -> tuple[Broadcast, Alert, list[Copy]]:
    deps = request.app[DEPS]
    async with deps.begin() as session:
        mine, found, alert = await seen_sending(session, caller, request.match_info["id"])
        rows = await unreached(session, found.id, most=100_000, inside=mine.area_id)
        record(session, caller.actor, action, found.id, deps.clock.now(), count=len(rows))
    return found, alert, rows


def _cells(copy: Copy) -> tuple[str, ...]:
    names = (KINDS.get(copy.kind, copy.kind), copy.name or "", copy.area or "", word("CHANNELS", copy.channel))
    return (*names, word("STATES", copy.state.value), word("REASONS", copy.reason), str(copy.attempts))


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
