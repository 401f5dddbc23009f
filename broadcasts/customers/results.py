"""What the platform says of each group's copy: there, or never to come."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.customer_group.limits import NAME, split
from bot.wechat.customer_contact import ANOTHER, NOT_FRIEND, SENT
from broadcasts.customers.models import GroupTask
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import State

OUTCOMES = {
    SENT: (State.delivered, ""),
    NOT_FRIEND: (State.failed, "not_friend"),
    ANOTHER: (State.failed, "got_another"),
}


async def keep(session: AsyncSession, task: GroupTask, results: Mapping[str, int]) -> int:
    """Settle the copies of these groups. How many stay open."""
    waiting = await _waiting(session, task)
    said = {copy: OUTCOMES[results[chat]] for copy, _, chat in waiting if results.get(chat) in OUTCOMES}
    for outcome in set(said.values()):
        await _move(session, task, [one for one in waiting if said.get(one[0]) == outcome], *outcome)
    return len(waiting) - len(said)


async def give_up(session: AsyncSession, task: GroupTask, reason: str) -> int:
    """Nobody will confirm it any more: what is open has failed for `reason`. How many copies."""
    waiting = await _waiting(session, task)
    await _move(session, task, waiting, State.failed, reason)
    return len(waiting)


async def _waiting(session: AsyncSession, task: GroupTask) -> list[tuple[int, int, str]]:
    """(copy, town, chat_id) of those that the platform took and of which nothing more is known."""
    rows = await session.execute(
        sa.select(col(Delivery.id), sa.func.coalesce(col(Delivery.town_id), 0), col(Delivery.address))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(col(Delivery.batch_id) == task.batch_id, col(Delivery.state).is_(None), col(Batch.state) == State.sent)
        .order_by(col(Delivery.id))
    )
    return [(copy, town, split(address)[1]) for copy, town, address in rows]


async def _move(
    session: AsyncSession, task: GroupTask, copies: list[tuple[int, int, str]], state: State, reason: str
) -> None:
    if not copies:
        return
    ids = [copy for copy, _, _ in copies]
    await session.execute(sa.update(Delivery).where(col(Delivery.id).in_(ids)).values(state=state, reason=reason))
    changes: Counter[tuple[str, str, int, str]] = Counter()
    for _, town, _ in copies:
        changes[task.broadcast_id, NAME, town, State.sent.value] -= 1
        changes[task.broadcast_id, NAME, town, state.value] += 1
    await tallies.add(session, changes)
