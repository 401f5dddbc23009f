"""One notice: what it says, what changed, who approves it, to how many it goes; and the buttons of each step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form, posted, require_role
from bot.config import Settings
from bot.deps import DEPS
from bot.errors import Conflict, SignalTreeError
from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.draft import Draft
from broadcasts.hazards.grades import Grade
from broadcasts.notices.approve import approve, send_back
from broadcasts.notices.approvers import NotApprover, OwnWords
from broadcasts.notices.models import State
from broadcasts.notices.send import preview, send, send_alone
from broadcasts.notices.tell import title
from broadcasts.notices.writing.items import items
from broadcasts.notices.writing.write import NothingToEnd, submit, versions, withdraw
from handlers.console.notices.desk import LOOK, WRITE, Before, before
from handlers.console.notices.words import said_changes, said_content
from handlers.console.page import county_name, page
from handlers.console.paste.preview import Words, texts, whom

routes = web.RouteTableDef()
ASK = "红色要再确认一次：请填本县名字的第一个字“{}”。"
ALONE = "先发"
ASK_ALONE = "一个人先发要再确认：请在第二格里写“先发”两个字。"
VERBS = {"Alert": "发布", "Update": "更新", "Cancel": "解除"}


@dataclass(frozen=True)
class Reach:
    """To how many it would go now, and in which words."""

    button: str
    texts: list[Words]
    unreachable: int


@routes.get("/console/notices/{uid}")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await require_role(request, *LOOK))


@routes.post("/console/notices/{uid}/{do:submit|approve|return|withdraw|issue|alone}")
async def act(request: web.Request) -> web.Response:
    """One step. What cannot be done is said above the page, and nothing was done of it."""
    deps, caller = request.app[DEPS], await require_role(request, *LOOK)
    form, at = await posted(request, caller), deps.clock.now()
    try:
        async with deps.begin() as session:
            one = await before(session, caller, request.match_info["uid"])
            await _do(session, deps.settings, one, request.match_info["do"], form, at)
            sent = await session.get(Alert, one.notice.alert_id) if one.notice.alert_id else None
            where = f"/console/alerts/{sent.uid}" if sent else f"/console/notices/{one.notice.uid}"
    except (OwnWords, NotApprover) as error:
        return await _page(request, caller, error=str(error), status=403)
    except SignalTreeError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return await _page(request, caller, error=str(error), status=status)
    raise web.HTTPSeeOther(where)


class Unconfirmed(SignalTreeError):
    """没有发出："""


async def _do(session: AsyncSession, settings: Settings, one: Before, do: str, form: Form, at: datetime) -> None:
    """Raises 403, and what the domain raises."""
    by, version, word = one.caller.actor, _number(form), str(form.get("word", "")).strip()
    if do in {"submit", "withdraw", "alone"} and not one.writes:
        raise web.HTTPForbidden
    match do:
        case "submit":
            asked = str(form.get("approver", "")).strip()
            await submit(session, settings, one.notice, one.ground, by=by, at=at, asked=asked)
        case "withdraw":
            await withdraw(session, one.notice, by=by, word=word, at=at)
        case "approve":
            then = form.get("then") == "issue"
            if then:
                await _sure(session, one, form)
            await approve(session, settings, one.notice, one.ground, by=by, version=version, at=at)
            if then:
                await send(session, settings, one.notice, one.ground, by=by, at=at)
        case "return":
            await send_back(session, one.notice, one.ground, by=by, word=word, version=version, at=at)
        case "issue":
            if not one.sends and one.notice.state is State.approved:
                raise web.HTTPForbidden
            await _sure(session, one, form)
            await send(session, settings, one.notice, one.ground, by=by, at=at)
        case _:
            await _sure(session, one, form)
            if str(form.get("again", "")).strip() != ALONE:
                raise Unconfirmed(ASK_ALONE)
            await send_alone(session, settings, one.notice, one.ground, by=by, at=at)


async def _sure(session: AsyncSession, one: Before, form: Form) -> None:
    """Red asks once more. Raises Unconfirmed."""
    first = (await county_name(session))[:1]
    if asks_again(one) and str(form.get("first", "")).strip() != first:
        raise Unconfirmed(ASK.format(first))


def asks_again(one: Before) -> bool:
    return one.notice.kind is Kind.local and one.content.grade is Grade.red


def _number(form: Form) -> int:
    text = str(form.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


async def _page(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    now, zone = deps.clock.now(), deps.settings.zone
    async with deps.read() as session:
        one = await before(session, caller, request.match_info["uid"])
        rows = await versions(session, one.notice)
        facts: dict[str, Any] = {
            "one": one,
            "title": title(one.notice, one.content),
            "said_items": items(one.content, now) if one.notice.kind is Kind.local else {},
            "rows": said_content(one.notice, one.content, one.mine.areas, now, zone),
            "versions": said_changes(rows, one.mine.areas, now, zone),
            "reach": await _reach(session, deps.settings, one, now),
            "first": (await county_name(session))[:1] if asks_again(one) else "",
            "alert": await session.get(Alert, one.notice.alert_id) if one.notice.alert_id else None,
            "alone": one.writes and asks_again(one) and one.notice.msg_type == "Alert",
            "writes": caller.may(*WRITE),
        }
    return await page(request, "notices/notice.html", caller, status=status, error=error, **facts)


async def _reach(session: AsyncSession, settings: Settings, one: Before, now: datetime) -> Reach | None:
    """None where it goes nowhere yet, or what it would end is over."""
    if one.notice.state in {State.issued, State.withdrawn} or not one.content.areas:
        return None
    try:
        made: Draft = await preview(session, settings, one.notice, one.ground, now)
    except NothingToEnd:
        return None
    what = f"{VERBS[one.notice.msg_type]}{title(one.notice, one.content)}"
    return Reach(f"{whom(made.plan)}{what}", texts(made.plan), len(made.plan.unreachable))
