"""Keeping the list of customers' groups: the platform is asked which there are, and of those that are new or were not
looked at for a day who owns them; a small piece at a time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import Deps
from bot.directory.customers.models import CustomerGroup
from bot.record.entries import record
from bot.wechat.customer_contact import Contact, Listed

FRESH = timedelta(days=1)
PIECE = 50  # groups that one round asks about
LONGEST = 64  # of a name that we keep


async def refresh(deps: Deps, contact: Contact, *, by: str, piece: int = PIECE) -> int:
    """One round. How many groups are known now. Raises SendError; what was learnt before is kept."""
    there = await contact.chats()
    async with deps.begin() as session:
        asked = await _to_ask(session, there, deps.clock.now())
    learnt = [await contact.chat(one) for one in asked[:piece]]
    async with deps.begin() as session:
        return await _keep(session, there, learnt, by=by, at=deps.clock.now())


async def _to_ask(session: AsyncSession, there: Collection[str], at: datetime) -> list[str]:
    """New ones first, then the longest not looked at."""
    known = {one.chat_id: one.seen_at for one in await _known(session)}
    stale = [one for one in there if one in known and at - known[one] >= FRESH]
    return [one for one in there if one not in known] + sorted(stale, key=lambda one: known[one])


async def _keep(
    session: AsyncSession, there: Collection[str], learnt: Collection[Listed], *, by: str, at: datetime
) -> int:
    known = {one.chat_id: one for one in await _known(session)}
    added = 0
    for one in learnt:
        if one.owner and len(one.chat_id) <= LONGEST and len(one.owner) + len(one.chat_id) < 2 * LONGEST:
            row = known.get(one.chat_id)
            added += row is None
            row = row or CustomerGroup(chat_id=one.chat_id, owner=one.owner, seen_at=at)
            row.owner, row.name, row.seen_at, row.gone_at = one.owner, one.name[:LONGEST], at, None
            known[one.chat_id] = row
            session.add(row)
    left = [row for row in known.values() if row.gone_at is None and row.chat_id not in set(there)]
    for row in left:
        row.gone_at = at
        session.add(row)
    if added or left:
        record(session, by, "customer_groups.learnt", "customer_group", at, added=added, gone=len(left))
    return sum(row.gone_at is None for row in known.values())


async def _known(session: AsyncSession) -> list[CustomerGroup]:
    return [*(await session.execute(select(CustomerGroup).order_by(col(CustomerGroup.chat_id)))).scalars()]
