"""Telling whoever answers for a village: what, where to, until when, and how to say what was done; or that the task is
over. 返回 is not ordered by us. Each message is one person's own."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.models import Person
from bot.directory.shelters.models import Shelter
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose, State
from broadcasts.dispatch.supersede import let_go
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.figures import declined
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder
from broadcasts.tasks.evacuation.queries import words_of
from broadcasts.tasks.evacuation.states import Why
from broadcasts.tasks.evacuation.words import phrase, table
from broadcasts.tasks.knocks.told import PICTURED, first_line
from broadcasts.tasks.readers import heard, platform, reader, target

WORTH = timedelta(hours=1)  # at least, so long a message is tried
LOST = (State.skipped, State.failed)


async def send(
    session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, person_id: int, at: datetime
) -> Broadcast | None:
    """The order, once more where it has left for this person before; who stands in reads why. None where no road leads
    there."""
    to = await _target(session, settings, one, person_id)
    if to is None:
        return None
    areas, order = await tree(session), await session.get_one(EvacuationOrder, one.order_id)
    first = await session.get(Person, one.person_id) if person_id == one.second_id else None
    ways, number = await _ways(session, settings, one, to, at), 1 + await times(session, one, person_id)
    facts: dict[str, Any] = {
        "head": first_line(areas, alert),
        "shelter": await session.get(Shelter, one.shelter_id) if one.shelter_id else None,
        "expected": one.expected,
        "basis": order.basis,
        "number": number,
        "first": f"{first.ab} 角 {first.name}" if first and first.ab else first.name if first else "",
        "why": await _why_another(session, one),
        **ways,
    }

    def text(language: str) -> str:
        until, ordered, now = (spoken(when, at, settings.zone, language) for when in (order.until, order.at, at))
        return phrase("go", language=language, until=until, ordered=ordered, now=now, **facts)

    return await tell(
        session, settings, [to], text, purpose=Purpose.task,
        subject=f"evacuation:{one.uid}", at=at, worth=max(order.until - at, WORTH), road=one.road,
        alert_id=one.alert_id, ordinal=number, drill=one.drill, link=ways["link"],
    )  # fmt: skip


async def ask(session: AsyncSession, settings: Settings, one: Evacuation, person_id: int, at: datetime) -> bool:
    """By now it should be finished, and nobody has said that it is: how many were moved?"""
    to = await _target(session, settings, one, person_id)
    if to is None:
        return False
    ways = await _ways(session, settings, one, to, at)
    await tell(
        session, settings, [to], lambda language: phrase("ask", language=language, **ways), purpose=Purpose.task,
        subject=f"evacuation-ask:{one.uid}", at=at, worth=WORTH, road=one.road, drill=one.drill, link=ways["link"],
    )  # fmt: skip
    return True


async def call_off(session: AsyncSession, settings: Settings, one: Evacuation, at: datetime) -> bool:
    """What is queued never leaves, and everybody one of whose copies has hears that it is over, once. False where that
    is nobody."""
    await let_go(session, _sendings(one), at=at, by="system", reason="cancelled")
    if one.drill and one.reason == Why.ended:
        return False  # the drill itself says that it is over
    told = [person for person in (one.person_id, one.second_id) if person and await times(session, one, person)]
    readers = [who for person in told if (who := await reader(session, person)) is not None]
    where = spelled(await tree(session), one.area_id)
    if not readers:
        return False

    def said(language: str) -> str:
        return phrase("off", language=language, why=table("WHY", language)[one.reason], where=where)

    await tell(
        session, settings, [target(who, drill=one.drill) for who in readers], said, purpose=Purpose.task,
        subject=f"evacuation-off:{one.uid}", at=at, worth=WORTH, road=one.road, drill=one.drill,
    )  # fmt: skip
    return True


async def times(session: AsyncSession, one: Evacuation, person_id: int) -> int:
    """How often the order has left for this person, or will."""
    wanted = (
        sa.select(sa.func.count(sa.distinct(col(Delivery.broadcast_id))))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Delivery.broadcast_id).in_(_sendings(one)),
            col(Delivery.target_kind) == "person",
            col(Delivery.target_id) == person_id,
            sa.func.coalesce(col(Delivery.state), col(Batch.state)).not_in(LOST),
        )
    )
    return await session.scalar(wanted) or 0


def _sendings(one: Evacuation) -> sa.Select[str]:
    """Every order for this village, whichever warning of its thread it named."""
    alerts = sa.select(col(Alert.id)).where(col(Alert.thread) == one.thread)
    mine = col(Broadcast.subject) == f"evacuation:{one.uid}"
    return sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts), mine)


async def _why_another(session: AsyncSession, one: Evacuation) -> str:
    """Why not the first alone."""
    if declined((await words_of(session, [one.id]))[one.id], one.person_id):
        return "cannot"
    return "silent" if await times(session, one, one.person_id) else "unreached"


async def _target(session: AsyncSession, settings: Settings, one: Evacuation, person_id: int) -> Target | None:
    """None where no road leads there."""
    who = await reader(session, person_id)
    to = target(who, drill=one.drill) if who else None
    return to if to and to.roads.keys() & open_roads(settings).of(Purpose.task) else None


async def _ways(
    session: AsyncSession, settings: Settings, one: Evacuation, to: Target, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """How this person can say what was done."""
    areas, digits = await tree(session), heard(open_roads(settings), to)
    return {
        "where": spelled(areas, one.area_id),
        "digits": digits,
        "pictures": digits and bool(to.roads.keys() & PICTURED),
        "link": f"{settings.base_url}/h5/evacuation/{one.uid}?by={platform(to)}" if settings.base_url else "",
        "phone": (await lines(session, areas, at)).of(one.area_id),
    }
