"""Telling some of a broadcast's people once more, within the same broadcast: more copies then, not more people."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.record.entries import record
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan
from broadcasts.dispatch.planning.write import Sending, add
from broadcasts.dispatch.recompute import texts_digest


async def again(
    session: AsyncSession, broadcast: Broadcast, plan: Plan, sending: Sending, *, by: str, at: datetime
) -> int:
    """Add the plan's copies under `sending`'s purpose and ordinal. How many; who can be reached by no road has been
    counted by the first sending already, and gets no second row."""
    plan.unreachable.clear()
    copies = len(plan.copies)
    if not copies:
        return 0
    texts = await add(session, broadcast, plan, sending)
    broadcast.targets += copies
    broadcast.calls += plan.calls
    broadcast.plan = {**broadcast.plan, "texts": [*broadcast.plan.get("texts", []), *plan.sums()]}
    broadcast.finished_at = None
    session.add(broadcast)
    record(
        session,
        by,
        "broadcast.again",
        broadcast.id,
        at,
        purpose=sending.purpose.value,
        ordinal=sending.ordinal,
        copies=copies,
        calls=plan.calls,
        texts=[text.id for text in texts],
        sha256=texts_digest([text.sha256 for text in texts]),
    )
    return copies
