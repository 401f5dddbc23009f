"""The machine's door for official warnings, and what became of them."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from sqlmodel import col, select

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.queries import of_alert
from broadcasts.intake.receive import Received, receive
from broadcasts.intake.take import Way
from handlers.api import views
from handlers.api.describe import Answer, described
from handlers.api.paging import CURSOR, chosen, cursor, paged
from handlers.api.problems import MEDIA_TYPE, answer, problem
from handlers.api.shapes import AlertPage, Contradicted, EnvelopeShape, OneAlertShape, TakenShape, Unread
from handlers.chat.ebb import EBB

routes = web.RouteTableDef()

INTAKE_LIMIT = 1536 * 1024  # bytes
TYPES = frozenset(
    {
        "application/xml",
        "text/xml",
        "application/cap+xml",
        "application/atom+xml",
        "application/rss+xml",
        "application/json",
    }
)
PAGE = 50


@routes.post("/api/v1/warnings")
@described(
    "收下一份官方预警",
    {
        200: Answer("已知的内容，或它的另一种形式", TakenShape | EnvelopeShape),
        201: Answer("新的", TakenShape | EnvelopeShape),
        409: Answer("与已收到的同一条预警不一致", Contradicted, MEDIA_TYPE),
        422: Answer("读不懂，原文已保存", Unread, MEDIA_TYPE),
    },
    scope="intake",
    takes=dict.fromkeys(sorted(TYPES)),
)
async def take_in(request: web.Request) -> web.Response:
    """Take an official warning in any format that intake reads. 201 new, 200 known, 409 contradicts, 422 unreadable."""
    deps, caller = request.app[DEPS], await require_scope(request, Scope.intake)
    if request.content_type not in TYPES:
        return problem(415, "不收这种格式", f"Content-Type 应是其中之一：{'、'.join(sorted(TYPES))}")
    raw = await read_body(request)
    if raw is None:
        return problem(413, "太大了", f"一次最多 {INTAKE_LIMIT} 字节")
    way, now = Way(caller.actor), deps.clock.now()
    got = await deps.begin_late(
        lambda session: receive(session, deps.settings, raw, request.content_type, way, at=now),
        hopeful=not request.app[EBB].pouring,
    )
    return said(got)


def said(got: Received) -> web.Response:
    """The answer to what was received; the command `issue` prints its body."""
    if got.envelope and not got.contradictions:
        body: dict[str, Any] = {"alerts": [views.taken(one) for one in got.taken]}
        if got.unread:
            body["errors"] = errors(got)
        return answer(body, 201 if any(one.new for one in got.taken) or not got.taken else 200)
    if got.unread:
        return problem(422, "读不懂", "这份内容没有发出，原文已保存在“未能读取”。", errors=errors(got))
    if got.contradictions:
        clash = got.contradictions[0]
        return problem(
            409,
            "与已收到的同一条预警不一致",
            f"不一致的是：{'、'.join(clash.fields)}。已请值班员核对。",
            id=clash.alert.uid,
            identifier=clash.alert.identifier,
            fields=list(clash.fields),
        )
    return answer(views.taken(got.taken[0]), 201 if got.taken[0].new else 200)


def errors(got: Received) -> list[dict[str, Any]]:
    found = got.unread.errors if got.unread else ()
    return [{"path": e.path, "line": e.line, "message": e.message} for e in found]


async def read_body(request: web.Request) -> bytes | None:
    """The body, or None where it is longer than intake takes."""
    if (request.content_length or 0) > INTAKE_LIMIT:
        return None
    raw = await request.content.read(INTAKE_LIMIT + 1)
    while len(raw) <= INTAKE_LIMIT and not request.content.at_eof():
        raw += await request.content.read(INTAKE_LIMIT + 1 - len(raw))
    return raw if len(raw) <= INTAKE_LIMIT else None


@routes.get("/api/v1/warnings/{id}")
@described("一条预警，连同它的前后更新和每次发送", {200: Answer("这条预警", OneAlertShape)}, scope="read")
async def show(request: web.Request) -> web.Response:
    """One alert with its thread and its broadcasts, newest last."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        alert = await queries.by_uid(session, request.match_info["id"])
        if alert is None or alert.id is None or alert.kind is Kind.drill:
            return problem(404, "没有这条预警")
        thread = await session.execute(select(Alert).where(col(Alert.thread) == alert.thread).order_by(col(Alert.id)))
        sent = await of_alert(session, alert.id)
        body = views.alert(alert, deps.settings.zone)
        body["broadcasts"] = [{"id": b.id, "purpose": b.purpose.value} for b in sent]
        body["alerts_of_thread"] = [
            {"id": a.uid, "status": a.status.value, "msg_type": a.msg_type} for a in thread.scalars()
        ]
    return answer(body)


@routes.get("/api/v1/warnings")
@described(
    "预警的一页，新的在前",
    {200: Answer("一页", AlertPage)},
    scope="read",
    query={"status": "只要这种状态：held、issued、ended 或 stored", "cursor": CURSOR},
)
async def listed(request: web.Request) -> web.Response:
    """A page of alerts, newest first; `?status=`, `?cursor=`."""
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    status, before = chosen(request, "status", Status), cursor(request)
    wanted = select(Alert).where(col(Alert.kind) != Kind.drill).order_by(col(Alert.id).desc()).limit(PAGE + 1)
    if status is not None:
        wanted = wanted.where(col(Alert.status) == status)
    if before is not None:
        wanted = wanted.where(col(Alert.id) < before)
    async with deps.read() as session:
        rows: Sequence[Alert] = (await session.execute(wanted)).scalars().all()
    return paged([views.alert(a, deps.settings.zone) for a in rows], [a.id for a in rows], PAGE)
