"""One ring for all villages of a town and an order that the desk has to do something about: it says which and why, is
renewed with every word, and ends with the last of them. Each town's is its own. A drill rings no desk."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.directory.models import Area
from broadcasts.alerts.models import Alert
from broadcasts.ladder.over import over_because
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.evacuation.figures import declined
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder, State, Tell
from broadcasts.tasks.evacuation.queries import Seen, of_order
from broadcasts.tasks.evacuation.states import Why
from broadcasts.tasks.evacuation.words import phrase

NAMED = 5


async def ring(session: AsyncSession, task: Evacuation, *, by: str, at: datetime) -> Hold | None:
    """For the town of this village. None where nothing is left there that the desk need do."""
    rows = await _of_town(session, task)
    ran_out = over_because(await session.get(Alert, task.alert_id), at) == Why.expired
    found = [(one, why) for one in rows if (why := trouble(one, ran_out=ran_out))]
    if not found:
        return None
    lines = [_line(one, why) for one, why in found]
    said = phrase("alarm", lines=lines[:NAMED], more=max(0, len(lines) - NAMED))
    hold = await open_hold(
        session, Reason.evacuation, about=_about(rows), said=said, by=by, at=at, alert_id=task.alert_id
    )
    hold.area_id = rows[0].town_id if len(found) > 1 else found[0][0].task.area_id
    return hold


async def renew(session: AsyncSession, task: Evacuation, decision: str, *, by: str, at: datetime) -> None:
    """Something was heard: where the town's desk is rung it hears of those that are left, or no more."""
    rows = await _of_town(session, task)
    wanted = select(Hold).where(
        col(Hold.about) == _about(rows), col(Hold.reason) == Reason.evacuation, col(Hold.closed_at).is_(None)
    )
    waiting = (await session.execute(wanted)).scalars().first()
    if waiting is not None and await ring(session, task, by=by, at=at) is None:
        await close(session, waiting, decision, by=by, at=at)


async def _of_town(session: AsyncSession, task: Evacuation) -> list[Seen]:
    """The order's villages in the town of this one. Whoever changes a village holds its row before this turn."""
    order = await session.get_one(EvacuationOrder, task.order_id)
    await turn(session, f"evacuation:{order.uid}")
    await session.flush()
    rows = await of_order(session, order.id)
    town = next(one.town_id for one in rows if one.task.id == task.id)
    return [one for one in rows if one.town_id == town]


def _about(rows: Sequence[Seen]) -> str:
    return f"evacuations:{rows[0].order.uid}:{rows[0].town_id}"


def about_its_town() -> sa.ColumnElement[str]:
    """The same of an Evacuation beside its EvacuationOrder and its Area."""
    town = sa.cast(sa.func.coalesce(col(Area.town_id), col(Area.id)), sa.String)
    return sa.literal("evacuations:").concat(col(EvacuationOrder.uid)).concat(":").concat(town)


def trouble(one: Seen, *, ran_out: bool) -> str:
    """Why the desk should look at this village; empty where it need not. `ran_out`: its warning did, by the clock."""
    if one.task.drill or one.task.closed_at is not None:
        return ""
    return next(_troubles(one, ran_out), "")


def _troubles(one: Seen, ran_out: bool) -> Iterator[str]:
    rung, first_cannot = one.task.alarm_at is not None, declined(one.words, one.task.person_id)
    if one.said.refuses:
        yield "refuses"
    if one.said.cannot and first_cannot and _nobody_instead(one):
        yield "cannot"
    if one.said.cannot and (rung or not first_cannot):
        yield "waits"
    if rung and one.task.state is State.asked:
        yield "silent"
    if rung and one.task.state is State.heard and not one.said.cannot:
        yield "late"
    if ran_out and one.open:
        yield "ran_out"


def _nobody_instead(one: Seen) -> bool:
    """Whether nobody stands in, or whoever does cannot go either, or could not be told."""
    told = one.task.second_at is not None or one.task.tell is Tell.second
    return one.second is None or not told or declined(one.words, one.second.id)


def _line(one: Seen, why: str) -> str:
    refusing = one.said.refusing
    count = refusing.value if why == "refuses" and refusing else 0
    return phrase("trouble", village=one.village, why=why, count=count)
