"""How many there are in the groups that the application has made, as the platform says: each copy to one counts so many
person-times. Of a group that is not ours it tells nobody."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.contract import SendError
from bot.deps import Deps
from bot.directory.customers.models import CustomerGroup
from bot.directory.models import Group
from bot.record.entries import record
from bot.wechat.appchat import size
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import application_tokens

log = logging.getLogger(__name__)

AT_ONCE = 4
OTHERS = "group_gone"  # a group that the application has not made, or that is no more


async def ask_sizes(deps: Deps) -> int:
    """Ask of every group of the application's. How many are of another size than we thought. Where the platform cannot
    be asked the rest waits for the next time."""
    settings = deps.settings
    async with Calls(timeout=settings.call_timeout, connections=AT_ONCE, by_hand=False) as calls:
        tokens = application_tokens(settings, calls, deps.clock, "live")
        if tokens is None:
            return 0
        async with deps.read() as session:
            chats = await _ours(session)
        found: dict[str, int] = {}
        for chat_id, known in chats:
            try:
                people = await size(calls, tokens, settings.wecom_api_base, chat_id)
            except SendError as error:
                if error.reason == OTHERS:
                    continue
                log.warning("groups of the application: %s", error.reason)
                break
            if people and people != known:
                found[chat_id] = people
    if found:
        async with deps.begin() as session:
            await _keep(session, found, deps.clock.now())
    return len(found)


async def _ours(session: AsyncSession) -> Sequence[tuple[str, int | None]]:
    """Groups with an id that is no customers' group's."""
    customers = sa.select(col(CustomerGroup.chat_id))
    wanted = sa.select(col(Group.chat_id), col(Group.people)).where(
        col(Group.chat_id) != "", col(Group.chat_id).not_in(customers)
    )
    return [(chat_id, people) for chat_id, people in await session.execute(wanted.order_by(col(Group.id)))]


async def _keep(session: AsyncSession, found: dict[str, int], at: datetime) -> None:
    wanted = select(Group).where(col(Group.chat_id).in_(found)).with_for_update()
    for group in (await session.execute(wanted)).scalars():
        before, group.people = group.people, found[group.chat_id]
        session.add(group)
        record(session, "system", "group.size", f"group:{group.uid}", at, before=before, people=group.people)
