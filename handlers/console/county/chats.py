"""应用群聊: for a group without a robot the application makes a group of the people of its place."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import posted
from bot.access.models import Role
from bot.channels.appchat.limits import LEAST, MOST
from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.directory import queries as directory
from bot.directory.models import Group
from bot.errors import SignalTreeError
from bot.record.entries import record
from bot.wechat.appchat import make_group
from bot.wechat.opened import WECHAT
from handlers.console.county.robots import refused
from handlers.console.page import word
from handlers.console.scope_guard import whole_county

LIVE, CHANNEL = "live", "wecom_app"

routes = web.RouteTableDef()


class NoApplication(SignalTreeError):
    """没有建：还没有设置企业微信应用（WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID）。"""


class TooFew(SignalTreeError):
    """没有建：那里能用企业微信的人不到 2 个。请先导入他们的企业微信账号："""


class NotMade(SignalTreeError):
    """没有建，企业微信说："""


@routes.post("/console/groups/{uid}/chat")
async def make(request: web.Request) -> web.Response:
    """Its id is the group's own: pressed twice, or after a lost answer, it is still one group."""
    caller = await whole_county(request, Role.officer, Role.admin)
    await posted(request, caller)
    deps, wechat, uid = request.app[DEPS], request.app[WECHAT], request.match_info["uid"]
    try:
        async with deps.read() as session:
            group = await _group(session, uid)
            members = await _members(session, group)
        if (tokens := wechat.wecom.get(LIVE)) is None:
            raise NoApplication
        if len(members) < LEAST:
            raise TooFew(group.name)
        chat_id = uid.replace("-", "")
        base = deps.settings.wecom_api_base
        await make_group(wechat.calls, tokens, base, chat_id=chat_id, name=group.name, members=members)
    except SignalTreeError as error:
        return await refused(request, caller, str(error))
    except SendError as error:
        return await refused(request, caller, str(NotMade(word("REASONS", error.reason) or error.reason)))
    async with deps.begin() as session:
        kept = await _group(session, uid)
        kept.chat_id, kept.people = chat_id, len(members)
        session.add(kept)
        record(session, caller.actor, "group.chat_made", f"group:{uid}", deps.clock.now(), members=len(members))
    raise web.HTTPSeeOther("/console/robots")


async def _group(session: AsyncSession, uid: str) -> Group:
    found = (await session.execute(select(Group).where(col(Group.uid) == uid))).scalar_one_or_none()
    if found is None:
        raise web.HTTPNotFound
    return found


async def _members(session: AsyncSession, group: Group) -> Sequence[str]:
    """The userids of those who stand in the group's place and below."""
    people = await directory.people(session, inside=group.area_id)
    return [person.addresses[CHANNEL] for person in people if CHANNEL in person.addresses][:MOST]
