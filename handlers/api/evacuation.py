"""The machine's view of an evacuation: by village, what was last said, with its moment."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from bot.directory.models import Area
from broadcasts.alerts import queries
from broadcasts.alerts.models import Kind
from broadcasts.tasks.evacuation.figures import FIGURES, Figure
from broadcasts.tasks.evacuation.queries import Seen, of_thread
from handlers.api.describe import Answer, described
from handlers.api.problems import answer, problem
from handlers.api.shapes import Shape
from handlers.api.views import moment

routes = web.RouteTableDef()


class FigureShape(Shape):
    """最后说的数，和说的时间。"""

    value: int
    at: datetime


class EvacuationShape(Shape):
    """expected 是应转人数，null 是没有数。homes、people 已转，left_* 没转，refusing 不肯走的人数，没人说过就是 null。
    refuses 是有人不肯走，不管说没说几个；everybody 是说了“都转完了”，不折成数。
    state：asked 没有回话，heard 在转，done 说都转完了，needless 说不用转，off 到此为止（reason）。"""

    id: str
    area_code: str
    area: str
    state: str
    reason: str
    ordered_at: datetime
    until: datetime
    basis: str
    shelter: str
    expected: int | None
    homes: FigureShape | None
    people: FigureShape | None
    left_homes: FigureShape | None
    left_people: FigureShape | None
    refusing: FigureShape | None
    refuses: bool
    everybody: bool
    heard_at: datetime | None


class EvacuationPage(Shape):
    """下过令的村都在这一页里，next 总是 null。"""

    items: list[EvacuationShape]
    next: str | None


@routes.get("/api/v1/warnings/{id}/evacuation")
@described("这条预警下的转移，按村，数是各村最后说的", {200: Answer("各村", EvacuationPage)}, scope="read")
async def show(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        alert = await queries.by_uid(session, request.match_info["id"])
        if alert is None or alert.kind is Kind.drill:
            return problem(404, "没有这条预警")
        rows = await of_thread(session, alert.thread)
        codes = await _codes(session, [one.task.area_id for one in rows])
    return answer({"items": [_shown(one, codes, deps.settings.zone) for one in rows], "next": None})


def _shown(one: Seen, codes: dict[int, str], zone: ZoneInfo) -> dict[str, Any]:
    task, said = one.task, one.said

    def figure(found: Figure | None) -> dict[str, Any] | None:
        return {"value": found.value, "at": moment(found.at, zone)} if found else None

    return {
        "id": task.uid,
        "area_code": codes[task.area_id],
        "area": one.village,
        "state": task.state.value,
        "reason": task.reason,
        "ordered_at": moment(one.order.at, zone),
        "until": moment(one.order.until, zone),
        "basis": one.order.basis,
        "shelter": one.shelter.name if one.shelter else "",
        "expected": task.expected,
        **{name: figure(getattr(said, name)) for name in FIGURES},
        "refuses": said.refuses,
        "everybody": said.everybody,
        "heard_at": moment(said.last.at if said.last else None, zone),
    }


async def _codes(session: AsyncSession, areas: list[int]) -> dict[int, str]:
    rows = await session.execute(select(Area.id, Area.code).where(col(Area.id).in_(areas)))
    return {number: code for number, code in rows}
