"""One rung's messages: the silent once more, and the B role of a silent A, in words that differ from the last ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.models import ABRole
from bot.directory.queries import Hearer, people
from bot.directory.tree import Tree, tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Kind
from broadcasts.answers.counted import CALLS, Silent
from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer, Said
from broadcasts.audience.places import hit
from broadcasts.audience.select import Target, first_role, roads_of
from broadcasts.dispatch.again import again
from broadcasts.dispatch.alert import NO_END, alert_text, place, rank
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.states import Mode, Purpose, State
from broadcasts.dispatch.texts.alert_forms import forms_of
from broadcasts.dispatch.texts.alert_text import Again, AlertText
from broadcasts.ladder.times import times

BY = "system"


async def remind(
    session: AsyncSession,
    settings: Settings,
    broadcast: Broadcast,
    alert: Alert,
    quiet: Sequence[Silent],
    number: int,
    at: datetime,
) -> int:
    """Tell the silent, and the B of each silent A. A silent B gets the one message that names her A. Whose last copy
    has not left yet is not told by another. How many copies."""
    areas, text = await wording_of(session, settings, broadcast, alert, at)
    text = replace(text, again=Again(await times(session, broadcast.id, number)))
    silent_as: defaultdict[int, list[Silent]] = defaultdict(list)
    for one in quiet:
        if one.ab == ABRole.A:
            silent_as[one.area_id].append(one)
    here = await people(session, areas={one.area_id for one in quiet})
    if broadcast.drill:  # nobody hears of a drill who was not named for it
        asked = await _asked(session, broadcast.id)
        here = [p for p in here if p.id in asked]
    waits = await _on_its_way(session, broadcast.id) | await _cannot(session, broadcast.id)
    seconds = [p for p in here if p.ab == ABRole.B and p.area_id in silent_as and p.id not in waits]
    firsts = {one.person_id for one in quiet} - {p.id for p in seconds} - waits
    first = told([p for p in here if p.id in firsts], text)
    named = merged([told([p], _named(text, areas, p, silent_as[p.area_id])) for p in seconds])
    copies = 0
    for purpose, made in ((Purpose.reminder, first), (Purpose.b_role, named)):
        copies += await again(session, broadcast, made, sending_of(purpose, broadcast, alert, number, at), by=BY, at=at)
    return copies


async def wording_of(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert, at: datetime
) -> tuple[Tree, AlertText]:
    """The areas, and what is said to people who are told once more and must answer."""
    areas = await tree(session)
    where = place(areas, hit(message(alert.content), areas))
    text = await alert_text(session, settings, alert, areas, where, at=at, code=broadcast.code)
    return areas, replace(text, asked=True)


def sending_of(purpose: Purpose, broadcast: Broadcast, alert: Alert, number: int, at: datetime) -> Sending:
    """The `number`-th time within the same broadcast, at once, until the alert is over."""
    return Sending(
        purpose,
        rank(alert),
        dict.fromkeys(Mode, at),
        alert.expires or broadcast.started_at + NO_END,
        alert.id,
        road=broadcast.road,
        ordinal=number,
        drill=broadcast.drill,
    )


def told(here: Iterable[Hearer], text: AlertText) -> Plan:
    roads = text.roads.of(Purpose.reminder)
    drill = text.alert.kind is Kind.drill
    return plan([_target(p, drill=drill) for p in here], text.write, lambda _: "", roads, forms_of(text))


def _target(p: Hearer, *, drill: bool) -> Target:
    """A drill is not worth a text message."""
    phone = "" if drill else p.phone
    return Target(
        "person", p.id, p.area_id, p.town_id, first_role(p.roles), p.language, Mode.wake, roads_of(p.addresses, phone)
    )


def _named(text: AlertText, areas: Tree, p: Hearer, silent_as: Sequence[Silent]) -> AlertText:
    names = "、".join(one.name for one in silent_as)
    number = text.again.number if text.again else 0
    return replace(text, again=Again(number, names, areas.nodes[p.area_id].name))


async def _on_its_way(session: AsyncSession, broadcast_id: str) -> set[int]:
    """People for whom a message has not left: the platform is down, or slow, or their window is full. A call that waits
    for a line is none."""
    wanted = (
        sa.select(col(Delivery.target_id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.target_kind) == "person",
            col(Delivery.channel).not_in(CALLS),
            col(Delivery.state).is_(None),
            col(Batch.state).in_([State.queued, State.sending]),
        )
    )
    return set((await session.execute(wanted)).scalars())


async def _asked(session: AsyncSession, broadcast_id: str) -> set[int]:
    wanted = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person", col(Delivery.asked)
    )
    return set((await session.execute(wanted)).scalars())


async def _cannot(session: AsyncSession, broadcast_id: str) -> set[int]:
    """Who has said that they cannot go: it is of no use to send them in another's place."""
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = sa.select(last.c.person_id).join(Answer, col(Answer.id) == last.c.id)
    return set((await session.execute(wanted.where(col(Answer.said) == Said.cannot))).scalars())
