"""Which tags the account has, for the page of a mass send: asked of the platform before any transaction is open."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import SendError
from bot.deps import DEPS
from bot.wechat.opened import WECHAT
from bot.wechat.tags import Tag, openids, tags
from broadcasts.dispatch.masses.plan import NoMass
from broadcasts.dispatch.masses.tagged import Tagged, tagged
from broadcasts.dispatch.states import Road

log = logging.getLogger(__name__)
GONE = "这个标签在公众号后台找不到了。请换一个，或换一种发法。"
UNREAD = "读不到公众号的标签。请在“上线向导”里检查公众号这条路，或换一种发法。"


@dataclass(frozen=True)
class Tags:
    """`all` are the account's; `chosen` is one of them, with who stands under it. `error` is why there are none."""

    all: Sequence[Tag] = ()
    chosen: Tag | None = None
    openids: Collection[str] = field(default_factory=tuple)
    error: str = ""

    async def tagged(self, session: AsyncSession) -> Tagged | None:
        """None where none was chosen."""
        one = self.chosen
        return await tagged(session, one.id, one.name, one.size, self.openids) if one else None

    async def must(self, session: AsyncSession) -> Tagged:
        """Raises NoMass."""
        found = await self.tagged(session)
        if found is None:
            raise NoMass(self.error or GONE)
        return found


async def tags_of(request: web.Request, chosen: int | None) -> Tags:
    """What the platform says now."""
    wechat, settings = request.app[WECHAT], request.app[DEPS].settings
    tokens = wechat.account.get(Road.live.value)
    if tokens is None or not settings.oa_mass:
        return Tags(error=UNREAD)
    try:
        found = await tags(wechat.calls, tokens, settings.oa_api_base)
        one = next((tag for tag in found if tag.id == chosen), None)
        there = await openids(wechat.calls, tokens, settings.oa_api_base, one.id) if one else ()
    except SendError as error:
        log.warning("the account's tags: %s", error.reason)
        return Tags(error=UNREAD)
    return Tags(found, one, there, "" if one or chosen is None else GONE)
