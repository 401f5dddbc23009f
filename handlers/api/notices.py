"""The machine's door for own notices and local warnings: kept as a draft or handed in. People alone approve."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.db.turns import turn
from bot.deps import DEPS
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Fault
from broadcasts.notices.models import Notice, State
from broadcasts.notices.queries import listed, of_key, of_uid
from broadcasts.notices.writing.checks import Ground, Unfit
from broadcasts.notices.writing.content import Content
from broadcasts.notices.writing.hearers import hearers
from broadcasts.notices.writing.items import missing
from broadcasts.notices.writing.write import begin, current, submit
from handlers.api.bodies import body_of, own_key
from handlers.api.describe import Answer, described
from handlers.api.notice_shapes import NoticeBody, NoticePage, NoticeShape, UnfitNotice
from handlers.api.paging import CURSOR, chosen, cursor, paged
from handlers.api.problems import MEDIA_TYPE, answer, problem
from handlers.api.views import moment
from handlers.console.county.rule_forms import hazard_code
from handlers.console.paste.places import ground as places
from handlers.console.scope import Scope as Whole

PAGE = 50

routes = web.RouteTableDef()


@routes.post("/api/v1/notices")
@described(
    "写一份提示、通知、响应令或本级预警，存为草稿或提交审批",
    {
        200: Answer("已经有的这一份", NoticeShape),
        201: Answer("已存下", NoticeShape),
        422: Answer("有几项要改，什么也没有存", UnfitNotice, MEDIA_TYPE),
    },
    scope="notices",
    takes={"application/json": NoticeBody},
)
async def take(request: web.Request) -> web.Response:
    """Nothing is sent by this call: a person approves it on the console, and never whoever wrote it."""
    deps, caller = request.app[DEPS], await require_scope(request, Scope.notices)
    body = _timed(await body_of(request, NoticeBody, "各项的写法见 /docs。"))
    if isinstance(body, web.Response):
        return body
    now = deps.clock.now()
    async with deps.begin() as session:
        key = own_key(caller, body.id) if body.id else None
        if key is not None:
            await turn(session, f"notice:{key}")
            if (known := await of_key(session, key)) is not None:
                return answer(await shown(session, known, deps.settings.zone))
        areas = await tree(session)
        ground = Ground(areas, None, await hearers(session))
        content = _content(body, ground)
        kind = Kind(body.kind)
        made = await begin(
            session, kind, content, ground, by=caller.actor, at=now, msg_type=body.type, refers=body.refers, key=key
        )
        if body.submit:
            await submit(session, deps.settings, made, ground, by=caller.actor, at=now, asked=body.approver)
        said = await shown(session, made, deps.settings.zone)
    return answer(said, 201)


@routes.get("/api/v1/notices")
@described(
    "通知和本级预警的一页，新的在前",
    {200: Answer("一页", NoticePage)},
    scope="read",
    query={"state": f"只要这种状态：{'、'.join(State)}", "cursor": CURSOR},
)
async def page(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    state, before = chosen(request, "state", State), cursor(request)
    async with deps.read() as session:
        rows = await listed(session, states=[state] if state else [], before=before, most=PAGE + 1)
        items = [await shown(session, row, deps.settings.zone) for row in rows]
    return paged(items, [row.id for row in rows], PAGE)


@routes.get("/api/v1/notices/{id}")
@described("一份通知或本级预警", {200: Answer("这一份", NoticeShape)}, scope="read")
async def one(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    await require_scope(request, Scope.read)
    async with deps.read() as session:
        found = await of_uid(session, request.match_info["id"])
        if found is None:
            return problem(404, "没有这一份")
        return answer(await shown(session, found, deps.settings.zone))


async def shown(session: AsyncSession, notice: Notice, zone: ZoneInfo) -> dict[str, Any]:
    """What the machine API says of a notice; the field names are public. Its approver is not named."""
    content = await current(session, notice)
    alert = await session.get(Alert, notice.alert_id) if notice.alert_id else None
    return {
        "id": notice.uid,
        "kind": notice.kind.value,
        "type": notice.msg_type,
        "refers": notice.refers or None,
        "state": notice.state.value,
        "version": notice.version,
        "author": notice.author,
        "word": notice.word,
        "form": content.form.value,
        "body": content.body,
        "hazard": content.hazard or None,
        "grade": content.grade.value if content.grade else None,
        "title": content.title,
        "order": content.order,
        "text": content.text,
        "measures": content.steps,
        "starts": moment(content.starts, zone),
        "ends": moment(content.ends, zone),
        "areas": list(content.areas),
        "roles": list(content.roles),
        "loud": content.loud,
        "missing": missing(content, notice.changed_at) if notice.kind is Kind.local else [],
        "approved_at": moment(notice.approved_at, zone),
        "alert_id": alert.uid if alert else None,
        "created_at": moment(notice.created_at, zone),
        "changed_at": moment(notice.changed_at, zone),
    }


def _timed(body: NoticeBody | web.Response) -> NoticeBody | web.Response:
    """With its zone at every time, or what is wrong with it, named."""
    if isinstance(body, web.Response):
        return body
    naive = [name for name in ("starts", "ends") if (at := getattr(body, name)) is not None and at.tzinfo is None]
    if naive:
        errors = [{"path": name, "line": None, "message": "时间要带时区，例如 +08:00。"} for name in naive]
        return problem(422, "内容有误", "时间要带时区。", errors=errors)
    return body


def _content(body: NoticeBody, ground: Ground) -> Content:
    """Raises Unfit for a place or a hazard that nobody knows; the rest is checked where it is kept."""
    codes, wrong = places(Whole(ground.areas, None)).find("、".join(body.areas))
    faults = [Fault("areas", None, words) for words in wrong]
    code = hazard_code(body.hazard)
    if body.hazard.strip() and not code:
        faults.append(Fault("hazard", None, f"没有“{body.hazard[:16]}”这个灾种。请写名称（山洪）或国家代码（11A51）。"))
    if faults:
        raise Unfit(faults)
    steps = body.measures if isinstance(body.measures, str) else "\n".join(body.measures)
    return Content(
        body.form, body.body.strip(), code, Grade(body.grade) if body.grade else None, body.title.strip(),
        body.order.strip(), body.text.strip(), steps.strip(), body.starts, body.ends, tuple(codes),
        tuple(dict.fromkeys(body.roles)), body.loud,
    )  # fmt: skip
