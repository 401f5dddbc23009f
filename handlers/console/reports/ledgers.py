"""台账: the names behind a report's figures, for the county's officers and leaders; each look is on the record."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.tree import tree
from broadcasts.subscriptions.places import spelled
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.reports.ledgers.forms import FIELDS, NUMBERS, OUTCOMES, TITLES, BadRow
from handlers.reports.ledgers.rows import add, counts, differences, looked, strike
from handlers.reports.ledgers.sheet import workbook
from handlers.reports.models import Report, State
from handlers.reports.queries import newest_in, of_uid

MAY = (Role.officer, Role.leader)
ADDRESS = r"/console/reports/{uid}/ledgers/{ledger:lives|houses}"

routes = web.RouteTableDef()


@routes.get(ADDRESS)
async def every(request: web.Request) -> web.Response:
    return await _shown(request, await whole_county(request, *MAY))


@routes.get(ADDRESS + ".xlsx")
async def exported(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await whole_county(request, *MAY)
    ledger, now = request.match_info["ledger"], deps.clock.now()
    async with deps.begin() as session:
        report, areas = await _report(request, session), await tree(session)
        rows = await looked(session, deps.vault, report.thread, ledger, by=caller.actor, at=now, as_="exported")
    body = workbook(report, ledger, rows, areas, deps.settings.zone)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f'attachment; filename="ledger-{ledger}-{report.number}.xlsx"'
    return web.Response(body=body, content_type=sheet, headers={"Content-Disposition": name})


@routes.post(ADDRESS)
async def change(request: web.Request) -> web.Response:
    """`do` is add or strike."""
    deps, caller = request.app[DEPS], await whole_county(request, *MAY)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    now, do, ledger = deps.clock.now(), form.get("do", ""), request.match_info["ledger"]
    try:
        async with deps.begin() as session:
            report = await _report(request, session)
            if do == "add":
                await add(session, deps.vault, report, ledger, form, by=caller.actor, at=now)
            elif do == "strike":
                await strike(session, report, form.get("row", ""), form.get("why", ""), by=caller.actor, at=now)
            else:
                raise web.HTTPBadRequest
    except BadRow as error:
        return await _shown(request, caller, error=str(error), given=form, status=422)
    raise web.HTTPSeeOther(request.path)


async def _report(request: web.Request, session: AsyncSession) -> Report:
    report = await of_uid(session, request.match_info["uid"])
    if report is None or report.state is State.draft:
        raise web.HTTPNotFound
    return report


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", given: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    deps, ledger = request.app[DEPS], request.match_info["ledger"]
    async with deps.begin() as session:
        report, areas = await _report(request, session), await tree(session)
        rows = await looked(session, deps.vault, report.thread, ledger, by=caller.actor, at=deps.clock.now())
        newest = await newest_in(session, report.thread) or report
        asks = differences(newest, await counts(session, report.thread))
    return await page(
        request, "reports/ledger.html", caller, status=status, r=report, rows=rows, asks=asks, error=error,
        given=given or {}, ledger=ledger, title=TITLES[ledger], asked=FIELDS[ledger], outcomes=OUTCOMES[ledger],
        numbers=NUMBERS, titles=TITLES, place=spelled(areas, report.area_id),
    )  # fmt: skip
