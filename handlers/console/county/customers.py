"""客户群: which customers' groups the platform lists, whose they are, what each may still get, and where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory.customers.models import CustomerGroup
from bot.directory.customers.sync import refresh
from bot.directory.imports.cells import GROUP_KINDS
from bot.directory.models import Address, Area, Group, Person
from bot.directory.queries import area_of_code
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from bot.wechat.customer_contact import Contact
from bot.wechat.opened import WECHAT
from broadcasts.customers.allowance import allowed, used
from handlers.console.page import page, word
from handlers.console.scope_guard import whole_county

MAY = (Role.officer, Role.admin)
LIVE = "live"
PIECE = 200  # groups that one press asks about

routes = web.RouteTableDef()


class NotRefreshed(SignalTreeError):
    """没有取到客户群，企业微信说："""


class NotThere(SignalTreeError):
    """没有归好：没有这个区划代码，或没有这种群。请核对后再填。"""


@dataclass(frozen=True)
class Line:
    """`group` is ours, None until somebody says where it belongs; `spent` is of the span that is counted now."""

    chat: CustomerGroup
    owner: str
    group: Group | None
    place: str
    spent: int


@routes.get("/console/customers")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/customers/refresh")
async def learn(request: web.Request) -> web.Response:
    """Ask the platform now."""
    caller = await whole_county(request, *MAY)
    await posted(request, caller)
    deps, wechat = request.app[DEPS], request.app[WECHAT]
    tokens = wechat.wecom.get(LIVE)
    if tokens is None or not deps.settings.wecom_customer_groups:
        raise web.HTTPNotFound
    try:
        contact = Contact(wechat.calls, tokens, deps.settings.wecom_api_base)
        await refresh(deps, contact, by=caller.actor, piece=PIECE)
    except SendError as error:
        return await _page(request, caller, status=422, error=str(NotRefreshed(word("REASONS", error.reason))))
    raise web.HTTPSeeOther("/console/customers")


@routes.post("/console/customers/{chat_id}")
async def belongs(request: web.Request) -> web.Response:
    """It is a group of that place: from now on it hears what groups there hear."""
    caller = await whole_county(request, *MAY)
    form, deps, chat_id = await posted(request, caller), request.app[DEPS], request.match_info["chat_id"]
    at, kind = deps.clock.now(), str(form.get("kind", ""))
    try:
        async with deps.begin() as session:
            chat = await session.get(CustomerGroup, chat_id)
            if chat is None or await _ours(session, chat_id):
                raise web.HTTPNotFound
            area = await area_of_code(session, str(form.get("area", "")).strip())
            if area is None or kind not in GROUP_KINDS:
                raise NotThere
            name = chat.name or chat_id[:16]
            group = Group(uid=uuid7(at), key=f"chat:{chat_id}", name=name, kind=kind, area_id=area.id, chat_id=chat_id)
            session.add(group)
            record(session, caller.actor, "customer_group.placed", f"group:{group.uid}", at, area=area.id)
    except NotThere as error:
        return await _page(request, caller, status=422, error=str(error))
    raise web.HTTPSeeOther("/console/customers")


async def _ours(session: AsyncSession, chat_id: str) -> bool:
    return (await session.execute(sa.select(col(Group.id)).where(col(Group.chat_id) == chat_id))).first() is not None


async def _page(request: web.Request, caller: Caller, *, status: int = 200, error: str = "") -> web.Response:
    deps, now = request.app[DEPS], request.app[DEPS].clock.now()
    async with deps.read() as session:
        spent = await used(session, deps.settings, now)
        lines = [_line(row, spent) for row in await _rows(session)]
    facts: dict[str, Any] = {
        "lines": lines, "most": allowed(deps.settings, now), "span": deps.settings.customer_group_limit,
        "open": deps.settings.wecom_customer_groups, "kinds": GROUP_KINDS,
        "unplaced": [one for one in lines if one.group is None and one.chat.gone_at is None],
    }  # fmt: skip
    return await page(request, "county/customers.html", caller, status=status, error=error, **facts)


async def _rows(session: AsyncSession) -> Sequence[Any]:
    member = (col(Address.channel) == "wecom_app") & (col(Address.folded) == sa.func.lower(col(CustomerGroup.owner)))
    wanted = (
        select(CustomerGroup, Group, col(Area.name), col(Person.name))
        .join(Group, col(Group.chat_id) == col(CustomerGroup.chat_id), isouter=True)
        .join(Area, col(Area.id) == col(Group.area_id), isouter=True)
        .join(Address, member, isouter=True)
        .join(Person, col(Person.id) == col(Address.person_id), isouter=True)
        .order_by(col(Group.id).is_not(None), col(CustomerGroup.name), col(CustomerGroup.chat_id))
    )
    return (await session.execute(wanted)).all()


def _line(row: Any, spent: dict[int, int]) -> Line:
    chat, group, place, owner = row
    return Line(chat, owner or chat.owner, group, place or "", spent.get(group.id, 0) if group else 0)
