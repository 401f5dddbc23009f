"""群机器人: which groups can be reached, a test code for those who wait, and the field that turns a group green."""

from collections.abc import Sequence

from aiohttp import web

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import Group
from bot.directory.robots import GroupState, RobotState, group_states, verify
from broadcasts.dispatch import robot_codes
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
MAY = (Role.officer, Role.admin)
ORDER = (RobotState.dead, RobotState.missing, RobotState.unverified, RobotState.verified)
WHY = {
    "robot_gone": "机器人已被移出群或地址失效（93000）。请群主重新添加，把新地址发给县值班室，再导入群表。",
    "": "机器人已失效。请群主重新添加，把新地址发给县值班室，再导入群表。",
}
MISSING = "还没有机器人。请群主添加，把地址发给县值班室，再导入群表。"


@routes.get("/console/robots")
async def show(request: web.Request) -> web.Response:
    caller = await require_role(request, *MAY)
    sent = request.query.get("sent", "")
    return await _page(request, caller, sent=int(sent) if sent.isdecimal() and len(sent) < 7 else None)


@routes.post("/console/robots/test")
async def test(request: web.Request) -> web.Response:
    """Send every robot that waits its code."""
    caller = await whole_county(request, *MAY)
    await posted(request, caller)
    deps = request.app[DEPS]
    try:
        async with deps.begin() as session:
            made = await robot_codes.send_codes(session, deps.settings, by=caller.actor, at=deps.clock.now())
            sent = made.targets
    except robot_codes.NobodyWaits as error:
        return await _page(request, caller, status=409, error=str(error))
    raise web.HTTPSeeOther(f"/console/robots?sent={sent}")


@routes.post("/console/robots/verify")
async def typed(request: web.Request) -> web.Response:
    """A code was read out by a group's owner."""
    caller = await whole_county(request, *MAY)
    form = await posted(request, caller)
    deps, code = request.app[DEPS], str(form.get("code", "")).strip()
    async with deps.begin() as session:
        group = await verify(session, code, by=caller.actor, at=deps.clock.now()) if code else None
    if group is None:
        error = "没有群在等这个校验码。请再看一眼群里的数字，或重新发测试码。"
        return await _page(request, caller, status=422, error=error)
    return await _page(request, caller, green=group)


async def _page(
    request: web.Request,
    caller: Caller,
    *,
    status: int = 200,
    error: str = "",
    green: Group | None = None,
    sent: int | None = None,
) -> web.Response:
    async with request.app[DEPS].read() as session:
        mine = await scope(session, caller)
        states = await group_states(session, inside=mine.area_id)
    return await page(
        request,
        "county/robots.html",
        caller,
        status=status,
        error=error,
        green=green,
        sent=sent,
        whole=mine.whole,
        groups=[(state, _of(states, state)) for state in ORDER],
        total=len(states),
        verified=len(_of(states, RobotState.verified)),
        waiting=len(_of(states, RobotState.unverified)),
        mend=_mend,
        makes_chats=mine.whole and request.app[DEPS].settings.has_application,
    )


async def refused(request: web.Request, caller: Caller, error: str) -> web.Response:
    """The room again, with what went wrong."""
    return await _page(request, caller, status=422, error=error)


def _of(states: Sequence[GroupState], state: RobotState) -> list[GroupState]:
    return [one for one in states if one.state is state]


def _mend(group: GroupState) -> str:
    """What is to be done about it."""
    if group.state is RobotState.dead:
        return WHY.get(group.reason, WHY[""])
    if group.state is RobotState.missing:
        return MISSING
    if group.state is RobotState.unverified:
        return "已发校验码，等群主报来" if group.code else "还没有发测试码"
    return ""
