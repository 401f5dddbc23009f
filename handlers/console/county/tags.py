"""公众号标签: which tags the account has, making, naming and ending one, and putting a village's followers under it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory.tree import Node, Tree, tree
from bot.errors import SignalTreeError
from bot.record.entries import record
from bot.wechat.opened import WECHAT
from bot.wechat.tag_changes import MOST_TAGS, NAME_BYTES, PLATFORMS_OWN, TO_DELETE, TagChanges
from bot.wechat.tags import Tag
from broadcasts.subscriptions.tags.counts import Ours, ours
from broadcasts.subscriptions.tags.put import forget, put
from handlers.console.page import page, word
from handlers.console.scope_guard import whole_county

log = logging.getLogger(__name__)
LIVE = "live"

routes = web.RouteTableDef()


class NoAccount(SignalTreeError):
    """还没有接公众号。请先在“上线向导”里接上。"""


class Unnamed(SignalTreeError):
    """请给标签起个名字，最多 10 个汉字。"""


class NotSure(SignalTreeError):
    """没有删。要删，请把标签的名字一字不差地填进去。"""


class NoPlace(SignalTreeError):
    """请选一个地方。"""


class NotOurs(SignalTreeError):
    """公众号里没有这个标签，或者它是公众号自带的：不能往里放人。"""


class Refused(SignalTreeError):
    """没有办成，公众号说："""


@dataclass(frozen=True)
class Row:
    """A tag: the platform's count beside ours. `own`: it is the platform's, and stays as it is."""

    tag: Tag
    ours: Ours
    places: Sequence[str]

    @property
    def own(self) -> bool:
        return self.tag.id in PLATFORMS_OWN

    @property
    def too_big(self) -> bool:
        return self.tag.size > TO_DELETE


@routes.get("/console/tags")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, Role.admin))


@routes.post("/console/tags")
async def create(request: web.Request) -> web.Response:
    async def do(account: TagChanges, caller: Caller, name: str) -> None:
        number = await account.create(_named(name))
        await _recorded(request, caller, "tag.created", number, name=_named(name))

    return await _changed(request, "name", do)


@routes.post(r"/console/tags/{id:\d{1,9}}/name")
async def rename(request: web.Request) -> web.Response:
    number = int(request.match_info["id"])

    async def do(account: TagChanges, caller: Caller, name: str) -> None:
        await account.rename(number, _named(name))
        await _recorded(request, caller, "tag.renamed", number, name=_named(name))

    return await _changed(request, "name", do)


@routes.post(r"/console/tags/{id:\d{1,9}}/delete")
async def delete(request: web.Request) -> web.Response:
    """Its name is typed: whoever sends to it will not find it any more."""
    number, deps = int(request.match_info["id"]), request.app[DEPS]

    async def do(account: TagChanges, caller: Caller, name: str) -> None:
        if not any(tag.id == number and tag.name == name for tag in await account.all()):
            raise NotSure
        await account.delete(number)
        async with deps.begin() as session:
            await forget(session, number)
            record(session, caller.actor, "tag.deleted", f"tag:{number}", deps.clock.now(), name=name)

    return await _changed(request, "name", do)


@routes.post(r"/console/tags/{id:\d{1,9}}/people")
async def people(request: web.Request) -> web.Response:
    """Those who follow for a place, in rows that the next rounds bring to the platform."""
    number, deps = int(request.match_info["id"]), request.app[DEPS]

    async def do(account: TagChanges, caller: Caller, area: str) -> None:
        if number in PLATFORMS_OWN or all(tag.id != number for tag in await account.all()):
            raise NotOurs
        async with deps.begin() as session:
            areas = await tree(session)
            node = areas.nodes.get(int(area)) if area.isdecimal() else None
            if node is None:
                raise NoPlace
            await put(session, areas, number, node, by=caller.actor, at=deps.clock.now())

    return await _changed(request, "area", do)


async def _changed(
    request: web.Request, field: str, do: Callable[[TagChanges, Caller, str], Awaitable[None]]
) -> web.Response:
    """One act with one word, by an administrator of the whole county; then the list, or what is wrong above it."""
    caller = await whole_county(request, Role.admin)
    said = " ".join(str((await posted(request, caller)).get(field) or "").split())
    try:
        await do(_account(request), caller, said)
    except SignalTreeError as error:
        return await _page(request, caller, error=str(error), status=422)
    except SendError as error:
        log.warning("the account's tags: %s", error.reason)
        why = str(Refused(word("REASONS", error.reason) or error.reason))
        return await _page(request, caller, error=why, status=409)
    raise web.HTTPSeeOther("/console/tags")


def _account(request: web.Request) -> TagChanges:
    wechat, settings = request.app[WECHAT], request.app[DEPS].settings
    tokens = wechat.account.get(LIVE)
    if tokens is None:
        raise NoAccount
    return TagChanges(wechat.calls, tokens, settings.oa_api_base)


def _named(name: str) -> str:
    if not name or len(name.encode()) > NAME_BYTES:
        raise Unnamed
    return name


async def _recorded(request: web.Request, caller: Caller, action: str, number: int, *, name: str) -> None:
    deps = request.app[DEPS]
    async with deps.begin() as session:
        record(session, caller.actor, action, f"tag:{number}", deps.clock.now(), name=name)


async def _page(request: web.Request, caller: Caller, *, error: str = "", status: int = 200) -> web.Response:
    unread, found = "", list[Tag]()
    try:
        found = await _account(request).all()
    except SignalTreeError as wrong:
        unread = str(wrong)
    except SendError as wrong:
        unread = f"读不到公众号的标签：{word('REASONS', wrong.reason) or wrong.reason}。"
    async with request.app[DEPS].read() as session:
        areas, counted = await tree(session), await ours(session)
    return await page(
        request,
        "county/tags.html",
        caller,
        status=status,
        error=error,
        unread=unread,
        rows=[Row(tag, mine := counted.get(tag.id, Ours()), _places(areas, mine)) for tag in found],
        places=_villages(areas),
        most=MOST_TAGS,
    )


def _places(areas: Tree, mine: Ours) -> list[str]:
    return [areas.nodes[one].name for one in sorted(mine.areas) if one in areas.nodes]


def _villages(areas: Tree) -> list[tuple[Node, str]]:
    """Towns and what is below them, each under its town's name."""
    return [(n, areas.nodes[n.town_id].name) for n in areas.nodes.values() if n.town_id in areas.nodes]
