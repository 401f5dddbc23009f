"""应急广播消息表: the fields of an alert for a broadcast platform, to look at, to print, as a sheet and for machines;
and what that platform says of each loudspeaker, typed in by hand."""

from dataclasses import dataclass
from io import BytesIO

import orjson
import sqlalchemy as sa
import xlsxwriter
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller, posted, require_role, signed_in
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.outlets.models import OutletKind
from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.models import Broadcast, Text
from broadcasts.dispatch.queries import of_alert
from broadcasts.outlets.ebm import DRILLS, EbmField, sheet
from broadcasts.outlets.figures import OutletFigures, outlet_figures
from broadcasts.outlets.told import STATES, NoState, NoSuchCopy, played_back
from handlers.console.figures.files import XLSX, attached
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.console.warnings.seen import seen

HEAD = ("字段", "名称", "填什么", "说明")
WIDTHS = (28, 18, 80, 36)

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Filled:
    """An alert's sheet, and the sending whose loudspeakers it is about."""

    alert: Alert
    fields: list[EbmField]
    drill: int
    broadcast: Broadcast | None
    speakers: OutletFigures | None


@routes.get("/console/alerts/{uid}/ebm")
async def show(request: web.Request) -> web.Response:
    caller = await signed_in(request)
    return await _page(request, caller, await _filled(request, caller))


@routes.get("/console/alerts/{uid}/ebm.xlsx")
async def workbook(request: web.Request) -> web.Response:
    found = await _filled(request, await signed_in(request))
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        wrap, made = book.add_format({"text_wrap": True, "valign": "top"}), book.add_worksheet("应急广播消息")
        for place, (title, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
            made.set_column(place, place, width)
            made.write_string(0, place, title)
        for line, one in enumerate(found.fields, 1):
            for place, cell in enumerate((one.path, one.zh, one.value, one.hint)):
                made.write_string(line, place, cell, wrap)
    return attached(out.getvalue(), XLSX, f"ebm-{found.alert.uid[:8]}.xlsx")


@routes.get("/console/alerts/{uid}/ebm.json")
async def machine(request: web.Request) -> web.Response:
    found = await _filled(request, await signed_in(request))
    fields: dict[str, object] = {one.name: one.value for one in found.fields}
    codes = str(fields["AreaCode"])
    fields["AreaCode"] = codes.split(",") if codes else []
    return attached(
        orjson.dumps(fields, option=orjson.OPT_INDENT_2), "application/json", f"ebm-{found.alert.uid[:8]}.json"
    )


@routes.post("/console/alerts/{uid}/ebm")
async def played(request: web.Request) -> web.Response:
    """The state of one loudspeaker, as the broadcast platform shows it."""
    caller = await require_role(request, Role.officer, Role.leader)
    form, deps = await posted(request, caller), request.app[DEPS]
    found = await _filled(request, caller)
    state = str(form.get("state", ""))
    if found.broadcast is None:
        raise web.HTTPNotFound
    try:
        async with deps.begin() as session:
            await played_back(
                session, found.broadcast.id, str(form.get("resource_code", "")).strip(),
                int(state) if state.isdecimal() and len(state) == 1 else -1,
                words=str(form.get("words", "")).strip(), inside=(await scope(session, caller)).area_id,
                by=caller.actor, at=deps.clock.now(),
            )  # fmt: skip
    except (NoState, NoSuchCopy) as error:
        return await _page(request, caller, found, status=422, error=str(error))
    raise web.HTTPSeeOther(f"/console/alerts/{found.alert.uid}/ebm")


async def _filled(request: web.Request, caller: Caller) -> Filled:
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    asked = request.query.get("drill", "")
    drill = int(asked) if asked in {str(one) for one in DRILLS} else min(DRILLS)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        sent = await of_alert(session, alert.id)
        text = await _text(session, sent[-1].id) if sent else ""
        figures = await outlet_figures(session, sent[-1].id, inside=mine.area_id) if sent else {}
    hit = mine.hit(alert).areas
    fields = sheet(alert, mine.areas, hit, text, now, deps.settings.zone, drill=drill)
    return Filled(alert, fields, drill, sent[-1] if sent else None, figures.get(OutletKind.speaker))


async def _text(session: AsyncSession, broadcast_id: str) -> str:
    """What loudspeakers read in that sending; empty where there were none."""
    wanted = sa.select(col(Text.parts)).where(
        col(Text.broadcast_id) == broadcast_id, col(Text.channel) == OutletKind.speaker.value
    )
    return "\n".join((await session.execute(wanted.limit(1))).scalar_one_or_none() or [])


async def _page(
    request: web.Request, caller: Caller, found: Filled, *, status: int = 200, error: str = ""
) -> web.Response:
    return await page(
        request, "outlets/ebm.html", caller, status=status, error=error, alert=found.alert, fields=found.fields,
        drills=DRILLS if found.alert.kind is Kind.drill else {}, drill=found.drill, speakers=found.speakers,
        states=STATES, may=caller.may(Role.officer, Role.leader) and found.broadcast is not None,
    )  # fmt: skip
