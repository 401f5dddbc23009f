"""大喇叭、显示屏: where each stands, who keeps it, and which screens have gone dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.access.guards import require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.outlets.models import OutletKind
from bot.directory.outlets.queries import Standing, outlets
from broadcasts.dispatch.byhand.keepers import looks
from handlers.console.page import page
from handlers.console.scope import scope

MAY = (Role.officer, Role.leader, Role.admin)
DARK = timedelta(hours=1)  # a screen that was seen once and has not asked for so long

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Shown:
    """One with how it is now: of a screen whether its browser asks, of all whether somebody keeps it."""

    outlet: Standing
    alive: bool
    dark: bool

    @property
    def lacks(self) -> bool:
        """Nobody would play it."""
        return not self.alive and not self.outlet.keeper_id


@routes.get("/console/outlets")
async def every(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        found = shown(await outlets(session, inside=mine.area_id), now)
    kinds = [(kind, [one for one in found if one.outlet.kind is kind]) for kind in OutletKind]
    return await page(
        request, "outlets/outlets.html", caller, kinds=kinds, total=len(found), dark=[one for one in found if one.dark],
        lacking=[one for one in found if one.lacks], whole=mine.whole,
    )  # fmt: skip


def shown(found: Sequence[Standing], at: datetime) -> list[Shown]:
    return [Shown(one, looks(one, at), _dark(one, at)) for one in found]


def _dark(one: Standing, at: datetime) -> bool:
    return one.kind is OutletKind.screen and one.seen_at is not None and at - one.seen_at > DARK
