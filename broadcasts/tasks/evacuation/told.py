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
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.supersede import let_go
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.models import Evacuation, EvacuationOrder
from broadcasts.tasks.evacuation.states import Why
from broadcasts.tasks.evacuation.words import phrase, table
from broadcasts.tasks.knocks.told import first_line
from broadcasts.tasks.readers import heard, platform, reader, target

WORTH = timedelta(hours=1)  # at least, so long a message is tried


async def send(
    session: AsyncSession, settings: Settings, one: Evacuation, alert: Alert, person_id: int, at: datetime, *,
    number: int = 1, instead_of: int | None = None, cannot: bool = False,
) -> Broadcast | None:  # fmt: skip
    """The order, for the `number`-th time. `instead_of` is the first, who is silent or cannot go, where another is
    told. None where no road leads to this person."""
    who = await reader(session, person_id)
    to = target(who, drill=one.drill) if who else None
    if to is None or not to.roads.keys() & open_roads(settings).of(Purpose.task):
        return None
    areas, order = await tree(session), await session.get_one(EvacuationOrder, one.order_id)
    first = await session.get(Person, instead_of) if instead_of else None
    link = f"{settings.base_url}/h5/evacuation/{one.uid}?by={platform(to)}" if settings.base_url else ""
    facts: dict[str, Any] = {
        "where": spelled(areas, one.area_id),
        "head": first_line(areas, alert),
        "shelter": await session.get(Shelter, one.shelter_id) if one.shelter_id else None,
        "expected": one.expected,
        "basis": order.basis,
        "digits": heard(open_roads(settings), to),
        "link": link,
        "phone": (await lines(session, areas, at)).of(one.area_id),
        "number": number,
        "first": f"{first.ab} 角 {first.name}" if first and first.ab else first.name if first else "",
        "cannot": cannot,
    }

    def text(language: str) -> str:
        until, ordered, now = (spoken(when, at, settings.zone, language) for when in (order.until, order.at, at))
        return phrase("go", language=language, until=until, ordered=ordered, now=now, **facts)

    return await tell(
        session, settings, [to], text, purpose=Purpose.task,
        subject=f"evacuation:{one.uid}", at=at, worth=max(order.until - at, WORTH), road=one.road,
        alert_id=one.alert_id, ordinal=number, drill=one.drill, link=link,
    )  # fmt: skip


async def ask(session: AsyncSession, settings: Settings, one: Evacuation, person_id: int, at: datetime) -> bool:
    """By now it should be finished, and nobody has said that it is: how many were moved?"""
    who, areas = await reader(session, person_id), await tree(session)
    if who is None:
        return False
    where = spelled(areas, one.area_id)
    await tell(
        session, settings, [target(who, drill=one.drill)],
        lambda language: phrase("ask", language=language, where=where),
        purpose=Purpose.task, subject=f"evacuation-ask:{one.uid}", at=at, worth=WORTH, road=one.road, drill=one.drill,
    )  # fmt: skip
    return True


async def call_off(session: AsyncSession, settings: Settings, one: Evacuation, at: datetime) -> bool:
    """Whoever was told of it hears that it is over, once. False where the first word had not left, and never does."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.id) == one.told_id)
    if one.told_id and await let_go(session, mine, at=at, by="system", reason="cancelled"):
        return False
    if one.drill and one.reason == Why.ended:
        return False  # the drill itself says that it is over
    told = [person for person in (one.person_id, one.second_id if one.second_at else None) if person]
    readers = [who for person in told if (who := await reader(session, person)) is not None]
    where = spelled(await tree(session), one.area_id)
    if not one.told_id or not readers:
        return False

    def said(language: str) -> str:
        return phrase("off", language=language, why=table("WHY", language)[one.reason], where=where)

    await tell(
        session, settings, [target(who, drill=one.drill) for who in readers], said, purpose=Purpose.task,
        subject=f"evacuation-off:{one.uid}", at=at, worth=WORTH, road=one.road, drill=one.drill,
    )  # fmt: skip
    return True
