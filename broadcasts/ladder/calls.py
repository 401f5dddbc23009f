"""Telephoning the silent: what became of each call, and what was said. Looking at the numbers is on the record."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.turns import in_turn
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.models import PhoneCall, Reached, Rung, RungState, Whom

KEY = 36  # letters of a form's own key


async def called(
    session: AsyncSession,
    broadcast: Broadcast,
    person_id: int,
    reached: Reached,
    *,
    key: str,
    said: Said | None = None,
    note: str = "",
    by: str,
    at: datetime,
) -> bool:
    """Keep how a call ended. 接通 is not 收到: what was said is an answer of that person, by this officer's ear. `key`
    is the form's own: pressed twice it has one effect. False where it was kept already."""
    uid = key[:KEY] or uuid7(at)
    await in_turn(session, person_id)
    if (await session.execute(select(PhoneCall.id).where(col(PhoneCall.uid) == uid))).first() is not None:
        return False
    session.add(
        PhoneCall(
            uid=uid, broadcast_id=broadcast.id, person_id=person_id, reached=reached, note=note[:255], by=by, at=at
        )
    )
    await session.flush()
    record(session, by, "call.made", uid, at, broadcast=broadcast.id, person=person_id, reached=reached.value)
    if said is not None and reached is Reached.connected:
        await acknowledge(
            session,
            person_id=person_id,
            broadcasts=[broadcast.id],
            said=said,
            how=How.call,
            by=by,
            source=f"call:{uid}",
            road=broadcast.road,
            at=at,
        )
    return True


async def has_come(session: AsyncSession, broadcast_id: str) -> tuple[bool, datetime | None]:
    """Whether it is time to telephone: a rung has been climbed, or there are none; and when the next one is due. While
    gateways call, officers need not."""
    mine = (col(Rung.broadcast_id) == broadcast_id, col(Rung.whom) != Whom.instead, col(Rung.channel) == "")
    wanted = select(Rung).where(*mine)
    rows = (await session.execute(wanted)).scalars().all()
    waiting = [rung.due_at for rung in rows if rung.state is RungState.due]
    return len(waiting) < len(rows) or not rows, min(waiting, default=None)
