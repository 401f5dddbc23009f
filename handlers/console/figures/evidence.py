"""证据包: one touch makes the whole story of an alert, to print or as sheets. That it was made is on the record, with
its digest, before anybody holds it."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.press import printed
from bot.record.entries import record
from bot.record.models import Entry
from broadcasts.alerts.models import Alert
from broadcasts.evidence.gather import gather
from broadcasts.evidence.pack import Remark
from broadcasts.evidence.plain import facts
from broadcasts.evidence.sheets import workbook
from handlers.console.figures.files import PDF, XLSX, attached
from handlers.console.figures.spoken import KeptWords
from handlers.console.page import page, word
from handlers.console.warnings.seen import seen

MAY = (Role.officer, Role.leader)
MADE = "evidence.made"
KINDS = {"pdf": PDF, "xlsx": XLSX}
MARK = re.compile("[0-9]{1,16}")  # of one press
SHOWN = 30  # packs that were made before
REMARKS: web.AppKey[Sequence[Remark]] = web.AppKey("evidence_remarks", Sequence[Remark])
ONE_AT_A_TIME = web.AppKey("one_pack_at_a_time", asyncio.Lock)

routes = web.RouteTableDef()


@routes.get("/console/alerts/{uid}/evidence")
async def ready(request: web.Request) -> web.Response:
    """What a pack holds, the buttons, and the packs that were made, each with its digest."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    async with deps.read() as session:
        mine, alert = await seen(session, caller, request.match_info["uid"])
        made = await _made(session, alert)
    part = "" if mine.area_id is None else mine.areas.nodes[mine.area_id].name
    return await page(request, "figures/evidence.html", caller, alert=alert, made=made, part=part)


@routes.post("/console/alerts/{uid}/evidence")
async def make(request: web.Request) -> web.Response:
    """`kind` is pdf or xlsx: the file itself comes back. A large one takes seconds, in which the loop is free, and the
    page says so until it finds its mark, `made`, in a cookie."""
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form = await posted(request, caller)
    kind, pressed = str(form.get("kind", "")), str(form.get("made", ""))
    if kind not in KINDS:
        raise web.HTTPBadRequest
    async with request.app[ONE_AT_A_TIME]:
        at = deps.clock.now()
        async with deps.read() as session:
            mine, alert = await seen(session, caller, request.match_info["uid"])
            remarks = request.app.get(REMARKS, ())
            pack = await gather(
                session, deps.settings, deps.vault, mine.areas, alert, remarks, KeptWords(),
                inside=mine.area_id, by=caller.actor, at=at,
            )  # fmt: skip
        said = await asyncio.to_thread(facts, pack, word, deps.settings.zone)
        body = await printed("evidence", said) if kind == "pdf" else await asyncio.to_thread(workbook, said)
    about: dict[str, Any] = {"digest": said["digest"], "file": hashlib.sha256(body).hexdigest(), "kind": kind}
    async with deps.begin() as session:
        record(
            session, caller.actor, MADE, alert.uid, at,
            people=len(pack.people), seal=pack.sealed.number if pack.sealed else 0, part=mine.area_id, **about,
        )  # fmt: skip
    mark = "drill-" if pack.drill else ""
    answer = attached(body, KINDS[kind], f"{mark}evidence-{alert.uid[:8]}-{said['digest'][:8]}.{kind}")
    if MARK.fullmatch(pressed):
        answer.set_cookie("made", pressed, path=request.path, max_age=60, samesite="Strict")
    return answer


async def _made(session: AsyncSession, alert: Alert) -> list[Entry]:
    wanted = select(Entry).where(col(Entry.subject) == alert.uid, col(Entry.action) == MADE)
    return list((await session.execute(wanted.order_by(col(Entry.id).desc()).limit(SHOWN))).scalars())
