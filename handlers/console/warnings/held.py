"""待放行: what waits for a person, to how many it would go, and the two buttons; and what could not be read."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, Form, posted, require_role, signed_in
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from broadcasts.alerts.models import AlertSource, Status
from broadcasts.dispatch.planning.preview import preview
from broadcasts.hazards.grades import Grade
from broadcasts.release.decide import acknowledge, refuse, release
from broadcasts.release.models import Hold, Unread
from broadcasts.release.typed import RELEASES, OwnText, typed, typists
from broadcasts.release.verdict import Reason
from handlers.console.looks import phone_looked
from handlers.console.page import county_name, page
from handlers.console.scope import Scope, scope
from handlers.console.warnings.alerts import verbatim
from handlers.console.warnings.waiting import Waiting, about_of, all_waiting, newer, pressing, sees, visible

SHOWN = 20_000  # characters of an unreadable text
LAST = 50

routes = web.RouteTableDef()


@routes.get("/console/held")
async def all_held(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine = await scope(session, caller)
        waiting = await all_waiting(session, mine)
        closed = select(Hold).where(col(Hold.closed_at).is_not(None)).order_by(col(Hold.id).desc()).limit(LAST)
        done = await visible(session, mine, list((await session.execute(closed)).scalars()))
    return await page(request, "warnings/held.html", caller, live="/console/live", waiting=pressing(waiting), done=done)


@routes.get("/console/held/{uid}")
async def one_held(request: web.Request) -> web.Response:
    return await _shown(request, await signed_in(request))


@routes.post("/console/held/{uid}")
async def decide(request: web.Request) -> web.Response:
    """`do` is release, refuse or seen. Whoever comes second is shown what the first decided."""
    deps, caller = request.app[DEPS], await require_role(request, *RELEASES)
    form = await posted(request, caller)
    try:
        async with deps.begin() as session:
            mine, item = await one_waiting(session, caller, request.match_info["uid"])
            if not may_decide(caller, mine, item):
                raise web.HTTPForbidden
            error = await _unsaid(session, item, form)
            done = not error and await _do(session, deps.settings, item, form, caller, request)
    except OwnText as own:
        return await _shown(request, caller, error=own.title, status=403)
    if error:
        return await _shown(request, caller, error=error, word=str(form.get("word", "")), status=422)
    if not done:
        return await _shown(request, caller, error="没有执行：已经有人先办了。", status=409)
    sent = item.alert is not None and item.sends
    raise web.HTTPSeeOther(f"/console/alerts/{item.alert.uid}" if sent and item.alert else "/console/")


@routes.get("/console/unread")
async def all_unread(request: web.Request) -> web.Response:
    """未能读取, newest first. They belong to no area, and so to the whole county."""
    deps, caller = request.app[DEPS], await signed_in(request)
    async with deps.read() as session:
        mine = await scope(session, caller)
        if not mine.whole:
            raise web.HTTPForbidden
        rows = (await session.execute(select(Unread).order_by(col(Unread.id).desc()).limit(LAST))).scalars().all()
    return await page(request, "warnings/unread.html", caller, rows=[(row, plain(row.raw)) for row in rows])


def may_decide(caller: Caller, mine: Scope, item: Waiting) -> bool:
    """Whether what waits is the caller's to decide; an approver decides about sending alone."""
    if not caller.may(*RELEASES) or (not item.sends and not caller.may(Role.officer, Role.leader)):
        return False
    if item.caller is not None and item.caller.within(mine):
        return True
    if item.here is not None:
        return mine.holds(item.here)
    return mine.decides(item.alert) if item.alert is not None else mine.whole


def plain(raw: bytes) -> str:
    """Bytes as text that can be looked at, whatever they are."""
    text = raw[: SHOWN * 2].decode("utf-8", "replace")[:SHOWN]
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


async def one_waiting(session: AsyncSession, caller: Caller, uid: str) -> tuple[Scope, Waiting]:
    """The caller's scope, and what waits. Raises 404 for what is unknown or none of theirs."""
    mine = await scope(session, caller)
    hold = (await session.execute(select(Hold).where(col(Hold.uid) == uid))).scalar_one_or_none()
    if hold is None or not await sees(session, mine, item := await about_of(session, hold)):
        raise web.HTTPNotFound
    return mine, item


async def _unsaid(session: AsyncSession, item: Waiting, form: Form) -> str:
    """What the form still lacks."""
    if form.get("do") == "refuse" and not str(form.get("word", "")).strip():
        return "请写一句为什么不发，会留在记录里。"
    red = form.get("do") == "release" and item.alert is not None and item.alert.grade is Grade.red
    first = (await county_name(session))[:1]
    if red and str(form.get("first", "")).strip() != first:
        return f"红色要再确认一次：请填本县名字的第一个字“{first}”。"
    return ""


async def _do(
    session: AsyncSession, settings: Settings, item: Waiting, form: Form, caller: Caller, request: web.Request
) -> bool:
    at, by = request.app[DEPS].clock.now(), caller.actor
    word, do = str(form.get("word", "")).strip(), form.get("do")
    if do == "seen" and not item.sends:
        return await acknowledge(session, item.hold, by=by, word=word, at=at)
    if do == "refuse" and item.sends:
        return await refuse(session, item.hold, by=by, word=word, at=at)
    if do == "release" and item.sends:
        return await release(session, settings, item.hold, by=by, word=word, at=at)
    raise web.HTTPBadRequest


async def _shown(
    request: web.Request, caller: Caller, *, error: str = "", word: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.read() as session:
        mine, item = await one_waiting(session, caller, request.match_info["uid"])
        facts: dict[str, Any] = {
            "item": item,
            "error": error,
            "word_given": word,
            "county_first": (await county_name(session))[:1],
        }
        sealed = item.caller.sealed if item.caller else None
        facts["phone"] = deps.vault.open(sealed) if sealed else ""
        facts["may"] = may_decide(caller, mine, item)
        facts["decides"] = facts["may"] and item.alert is not None and mine.decides(item.alert)
        facts["typed"] = await typed(session, item.alert)
        facts["own"] = item.alert is not None and caller.actor in await typists(session, item.alert)
        facts["raw"] = plain(item.unread.raw) if item.unread else ""
        facts["others"], facts["newer"], facts["reach"], facts["words"] = [], [], None, None
        if item.alert is not None:
            facts["words"] = verbatim(item.alert)
            if item.hold.reason == Reason.contradiction:
                sources = select(AlertSource).where(col(AlertSource.alert_id) == item.alert.id)
                rows = (await session.execute(sources.order_by(col(AlertSource.id)))).scalars()
                facts["others"] = [(source, plain(source.raw)) for source in rows]
            if item.sends and item.hold.closed_at is None and item.alert.status is Status.held:
                facts["newer"] = newer(item, await all_waiting(session, mine))
                facts["reach"] = await preview(session, deps.settings, item.alert, mine.hit(item.alert), now)
    if facts["phone"]:
        await phone_looked(request, caller, item.hold.uid)
    return await page(request, "warnings/held_one.html", caller, status=status, live="/console/live", **facts)
