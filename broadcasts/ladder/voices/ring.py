"""One rung's calls: the telephones of those who are silent still ring, once each. A rung whose road is closed tells
them by message instead."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.voice.limits import NAME as VOICE
from bot.channels.voice.limits import SECONDS
from bot.channels.wecom_app.limits import NAME as APP
from bot.config import Settings
from bot.directory.queries import Hearer, people
from broadcasts.alerts.models import Alert, Kind
from broadcasts.answers.counted import Silent
from broadcasts.audience.select import Target, first_role
from broadcasts.clips.chosen import Recordings, recordings
from broadcasts.dispatch.again import again
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.states import Mode, Purpose, State
from broadcasts.dispatch.texts.alert_text import AlertText
from broadcasts.dispatch.texts.call_text import CallText
from broadcasts.dispatch.texts.drill_forms import DrillForms
from broadcasts.ladder.models import CallState, Rung, RungCall
from broadcasts.ladder.remind import sending_of, wording_of

BY = "system"
WORTH = timedelta(minutes=10)  # a call that could not be made for so long comes too late to wake anybody
TALKS = timedelta(seconds=SECONDS)


async def ring(
    session: AsyncSession,
    settings: Settings,
    broadcast: Broadcast,
    alert: Alert,
    quiet: Sequence[Silent],
    rung: Rung,
    at: datetime,
) -> int:
    """How many calls. Whose telephone is ringing now, or is about to, is not called beside it."""
    areas, text = await wording_of(session, settings, broadcast, alert, at)
    busy = await _busy(session, broadcast.id, rung.channel, at)
    silent = {one.person_id for one in quiet} - busy
    here = [p for p in await people(session, areas={one.area_id for one in quiet}) if p.id in silent]
    county = areas.roots[0].name if areas.roots else ""
    found = await recordings(session, settings, alert, at) if rung.channel == VOICE else Recordings()
    by_clip: defaultdict[str, list[Hearer]] = defaultdict(list)
    for one in here:
        by_clip[found.address(one.language, [node.id for node in areas.up(one.area_id)])].append(one)
    made = merged([_planned(each, rung.channel, CallText(text, county, clip)) for clip, each in by_clip.items()])
    sending = sending_of(Purpose.reminder, broadcast, alert, rung.number, at)
    worth = min(sending.expires_at or at + WORTH, at + WORTH)
    return await again(session, broadcast, made, replace(sending, expires_at=worth), by=BY, at=at)


def _planned(here: Sequence[Hearer], channel: str, said: CallText) -> Plan:
    forms = DrillForms(said) if _drill(said.text) else said
    targets = [_target(p, channel) for p in here]
    return plan([t for t in targets if t.roads[channel]], said.write, lambda _: "", frozenset({channel}), forms)


def _drill(text: AlertText) -> bool:
    return text.alert.kind is Kind.drill


def _target(p: Hearer, channel: str) -> Target:
    """By her telephone's number, sealed; the platform knows it by her account."""
    address = p.phone if channel == VOICE else p.addresses.get(APP, "")
    return Target("person", p.id, p.area_id, p.town_id, first_role(p.roles), p.language, Mode.wake, {channel: address})


async def _busy(session: AsyncSession, broadcast_id: str, channel: str, at: datetime) -> set[int]:
    waits = (
        sa.select(col(Delivery.target_id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.channel) == channel,
            col(Delivery.state).is_(None),
            col(Batch.state).in_([State.queued, State.sending]),
        )
    )
    talks = sa.select(col(RungCall.person_id)).where(
        col(RungCall.broadcast_id) == broadcast_id,
        col(RungCall.state).in_([CallState.ringing, CallState.connected]),
        col(RungCall.told_at) > at - TALKS,
    )
    return {*(await session.execute(waits)).scalars(), *(await session.execute(talks)).scalars()}
