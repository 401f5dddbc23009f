"""目标: what the county wants to reach, each with the document that it stands in."""

from aiohttp import web

from bot.access.guards import posted
from bot.access.models import Role
from bot.deps import DEPS
from broadcasts.coverage.queries import targets
from broadcasts.coverage.targets import FIGURES, BadTarget, set_target
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

MAY = (Role.leader, Role.admin)

routes = web.RouteTableDef()


@routes.get("/console/figures/targets")
async def every(request: web.Request) -> web.Response:
    return await _shown(request)


@routes.post("/console/figures/targets")
async def change(request: web.Request) -> web.Response:
    """`figure`, `percent` (empty: no target any more) and `basis`."""
    deps, caller = request.app[DEPS], await whole_county(request, *MAY)
    form = {name: str(value) for name, value in (await posted(request, caller)).items()}
    try:
        async with deps.begin() as session:
            await set_target(
                session, form.get("figure", ""), form.get("percent", ""), form.get("basis", ""),
                by=caller.actor, at=deps.clock.now(),
            )  # fmt: skip
    except BadTarget as error:
        return await _shown(request, error=str(error), given=form, status=422)
    raise web.HTTPSeeOther("/console/figures/targets")


async def _shown(
    request: web.Request, *, error: str = "", given: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    caller = await whole_county(request, *MAY)
    async with request.app[DEPS].read() as session:
        known = await targets(session)
    return await page(
        request, "figures/targets.html", caller, status=status, figures=FIGURES, known=known, error=error,
        given=given or {},
    )  # fmt: skip
