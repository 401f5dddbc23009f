"""What is in force now, for the reader's places or the whole county, and whom to telephone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.alerts.content import message
from broadcasts.alerts.listed import Standing, Wanted, listed
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.subscriptions.follow import places
from handlers.h5.identity import Reader, reader
from handlers.h5.page import page

MOST = 50

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Line:
    """An alert in force; `near` where it hits one of the reader's places, `notice` where it is no warning."""

    alert: Alert
    first: str
    code: str
    near: bool
    notice: bool


@routes.get("/h5/now")
async def in_force(request: web.Request) -> web.StreamResponse:
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    async with deps.read() as session:
        areas = await tree(session)
        who = await reader(request, session)
        mine = await own_places(session, who)
        rows = await _lines(session, areas, mine, now)
    return await page(request, "now.html", areas=areas, rows=rows, who=who, mine=[areas.nodes[a].name for a in mine])


async def own_places(session: AsyncSession, who: Reader | None) -> list[int]:
    """Where the reader lives or works, or what they chose to hear of."""
    if who is None:
        return []
    own = [who.person.area_id] if who.person else []
    return own + ([s.area_id for s in await places(session, who.follower)] if who.follower else [])


async def _lines(session: AsyncSession, areas: Tree, mine: Collection[int], now: datetime) -> Sequence[Line]:
    found = []
    for alert in await listed(session, Wanted(Standing.force), now, most=MOST):
        if alert.content.get("scope") != "Public":
            continue  # said to staff alone
        where = hit(message(alert.content), areas)
        reach = {node.id for area in where.areas for node in (*areas.below(area), *areas.up(area))}
        first = headline(alert, Purpose.first, None, place(areas, where))
        code, near = await _code(session, alert.id), bool(reach & set(mine))
        found.append(Line(alert, first, code, near, alert.kind is Kind.notice))
    return sorted(found, key=lambda row: (not row.near, row.alert.grade.rank if row.alert.grade else 9, -row.alert.id))


async def _code(session: AsyncSession, alert_id: int) -> str:
    wanted = select(Broadcast.code).where(col(Broadcast.alert_id) == alert_id, col(Broadcast.subject) == "")
    return (await session.execute(wanted.order_by(col(Broadcast.id).desc()).limit(1))).scalar_one_or_none() or ""
