"""One ring for all villages of an order that the desk has to do something about: it says which and why, is renewed with
every word, and ends with the last of them. A drill rings no desk."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation.models import EvacuationOrder, State
from broadcasts.tasks.evacuation.queries import Seen, of_order
from broadcasts.tasks.evacuation.words import phrase

NAMED = 5


def about(order: EvacuationOrder) -> str:
    return f"evacuations:{order.uid}"


async def ring(session: AsyncSession, order_id: int, *, by: str, at: datetime) -> Hold | None:
    """None where nothing is left that the desk need do."""
    await session.flush()
    rows = await of_order(session, order_id)
    found = [(one, why) for one in rows if (why := trouble(one))]
    if not found:
        return None
    lines = [_line(one, why) for one, why in found]
    said = phrase("alarm", lines=lines[:NAMED], more=max(0, len(lines) - NAMED))
    one_town = len({one.town for one, _ in found}) == 1
    hold = await open_hold(
        session, Reason.evacuation, about=about(rows[0].order), said=said, by=by, at=at, alert_id=rows[0].task.alert_id
    )
    hold.area_id = found[0][0].task.area_id if one_town else None
    return hold


async def renew(session: AsyncSession, order_id: int, decision: str, *, by: str, at: datetime) -> None:
    """Something was heard: where the desk is rung it hears of those that are left, or no more."""
    order = await session.get_one(EvacuationOrder, order_id)
    wanted = select(Hold).where(
        col(Hold.about) == about(order), col(Hold.reason) == Reason.evacuation, col(Hold.closed_at).is_(None)
    )
    waiting = (await session.execute(wanted)).scalars().first()
    if waiting is not None and await ring(session, order_id, by=by, at=at) is None:
        await close(session, waiting, decision, by=by, at=at)


def trouble(one: Seen) -> str:
    """Why the desk should look at this village; empty where it need not."""
    if one.task.drill or one.task.closed_at is not None:
        return ""
    return next(_troubles(one), "")


def _troubles(one: Seen) -> Iterator[str]:
    if one.said.refuses:
        yield "refuses"
    if one.said.cannot and (one.second is None or one.task.second_at is not None):
        yield "cannot"
    if one.task.alarm_at is not None and one.task.state is State.asked:
        yield "silent"
    if one.task.alarm_at is not None and one.task.state is State.heard:
        yield "late"


def _line(one: Seen, why: str) -> str:
    refusing = one.said.refusing
    count = refusing.value if why == "refuses" and refusing else 0
    return phrase("trouble", village=one.village, why=why, count=count)
