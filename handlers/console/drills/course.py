"""A drill's course by buttons. Those that reach people say how many; on the real road one types the county's first
character as well."""

from aiohttp import web

from bot.access.guards import posted, require_role
from bot.deps import DEPS
from bot.errors import Conflict, SignalTreeError
from broadcasts.dispatch.states import Road
from drills.drills import run
from drills.drills.approvals import decide
from drills.drills.models import Drill
from handlers.console.drills.found import MAY, found
from handlers.console.drills.one import shown
from handlers.console.page import county_name
from handlers.console.scope import scope

STEPS = {
    "hand_in": decide.hand_in, "withdraw": decide.withdraw, "cancel": run.cancel, "start": run.start,
    "pause": run.pause, "resume": run.resume, "end": run.end,
}  # fmt: skip
CAREFUL = {"hand_in", "start"}  # steps with cautions
REASONED = {"cancel", "pause"}

routes = web.RouteTableDef()


class AskOnce(SignalTreeError):
    """没有开始：走真实通道，会发到真人手里。请填本县名字的第一个字再开始。"""


@routes.post("/console/drills/{uid}")
async def step(request: web.Request) -> web.Response:
    """`do` names the step; `sure`: 我知道; `why` of a pause or an end of the plan."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, at = await posted(request, caller), deps.clock.now()
    do = str(form.get("do", ""))
    if do not in STEPS:
        raise web.HTTPBadRequest
    try:
        async with deps.begin() as session:
            drill = await found(session, await scope(session, caller), caller, request.match_info["uid"], change=True)
            if do == "start" and not _agreed(drill, str(form.get("first", "")), await county_name(session)):
                raise AskOnce
            how: dict[str, object] = {"by": caller.actor, "at": at}
            how |= {"sure": form.get("sure") == "1"} if do in CAREFUL else {}
            how |= {"why": str(form.get("why", "")).strip()} if do in REASONED else {}
            ground = (session, drill) if do == "withdraw" else (session, deps.settings, drill)
            await STEPS[do](*ground, **how)  # type: ignore[operator]
    except SignalTreeError as error:
        return await shown(request, caller, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    raise web.HTTPSeeOther(f"/console/drills/{drill.uid}")


def _agreed(drill: Drill, first: str, county: str) -> bool:
    return drill.road is Road.training or first.strip() == county[:1]
