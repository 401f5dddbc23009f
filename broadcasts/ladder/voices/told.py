"""What a gateway tells of a call. 接通 is what it says; an answer is a key that was pressed, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.voice.limits import NAME as VOICE
from bot.directory.models import Person
from bot.directory.turns import in_turn
from bot.record.entries import record
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.sending.reported import reported
from broadcasts.dispatch.states import Road, State
from broadcasts.ladder.models import ENDED, CallState, RungCall

KEYS = {"1": Said.received, "2": Said.cannot, "3": Said.help}
EARLY = timedelta(minutes=10)  # that a gateway's clock may be behind ours
LATE = timedelta(hours=24)  # for so long a gateway tries to tell us
BY = "gateway"


class Told(StrEnum):
    """What a word about a call was to us. Of the last three nothing is kept but their number."""

    new = "new"
    known = "known"  # nothing in it that we did not know
    unknown_call = "unknown_call"  # we never asked for it
    impossible = "impossible"  # it was told before it was made, or far too late
    contradiction = "contradiction"  # how it ended was told otherwise


@dataclass(frozen=True)
class Report:
    """`key` is empty where none was pressed; `said_at` is the gateway's own moment."""

    call_id: str
    state: CallState
    said_at: datetime
    heard: int = 0
    whole: int = 0
    key: str = ""
    reason: str = ""


async def told(session: AsyncSession, road: Road, channel: str, report: Report, at: datetime) -> Told:
    """Keep what is new in it. A key counts at `at`, when we heard of it, for whoever was called, unless others have
    the same number."""
    asked = await _asked(session, road, channel, report.call_id)
    if asked is None:
        return Told.unknown_call
    batch, person_id = asked
    if report.said_at < batch.attempted_at - EARLY or report.said_at < at - LATE or report.said_at > at + EARLY:
        return Told.impossible
    return await keep(session, road, channel, report, batch.broadcast_id, person_id, at)


async def keep(
    session: AsyncSession, road: Road, channel: str, report: Report, broadcast_id: str, person_id: int, at: datetime
) -> Told:
    """The same of a call that is known to be ours."""
    call = await _call(session, road, channel, report, broadcast_id, person_id)
    was, pressed = call.state, call.key
    if not _follows(call, report):
        return Told.known if call.state is report.state or report.state is CallState.ringing else Told.contradiction
    call.state, call.reason = report.state, report.reason
    call.heard, call.whole = max(call.heard, report.heard), max(call.whole, report.whole)
    call.key, call.told_at = report.key or call.key, min(report.said_at, at)
    session.add(call)
    await session.flush()
    facts: dict[str, Any] = {"person": person_id, "state": report.state.value, "heard": call.heard, "key": call.key}
    record(session, BY, "call.told", broadcast_id, at, call=call.id, **facts)
    if was is CallState.ringing:
        await _reached(session, road, channel, report, at)
    if report.key and report.key != pressed:
        await _answered(session, call, at)
    return Told.new


def _follows(call: RungCall, report: Report) -> bool:
    """Whether it says more than is known: a call rings, is picked up and listened to, or ends in silence."""
    if call.state in ENDED or report.state is CallState.ringing:
        return call.id is None
    if call.state is CallState.ringing:
        return True
    more = report.heard > call.heard or report.whole > call.whole or (report.key and report.key != call.key)
    return report.state is CallState.connected and bool(more)


async def _asked(session: AsyncSession, road: Road, channel: str, call_id: str) -> tuple[Any, int] | None:
    """The batch that asked for this call, and whom it calls. Its id stands within ours: the word may come before the
    worker has written down that the gateway took it."""
    code, _, number = call_id.rpartition("-")
    if not number.isdecimal() or len(number) > 18:
        return None
    wanted = (
        sa.select(col(Batch.id), col(Batch.broadcast_id), col(Batch.attempted_at), col(Delivery.target_id))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .join(Delivery, col(Delivery.batch_id) == col(Batch.id))
        .where(
            col(Batch.id) == int(number),
            col(Batch.road) == road,
            col(Batch.channel) == channel,
            col(Batch.attempted_at).is_not(None),
            col(Broadcast.code) == code,
            col(Delivery.target_kind) == "person",
        )
    )
    row = (await session.execute(wanted)).first()
    return (row, row.target_id) if row else None


async def _call(
    session: AsyncSession, road: Road, channel: str, report: Report, broadcast_id: str, person_id: int
) -> RungCall:
    """Its row, or a new one that is not kept yet. One word about a person after the other."""
    await in_turn(session, person_id)
    wanted = select(RungCall).where(
        col(RungCall.road) == road, col(RungCall.channel) == channel, col(RungCall.call_id) == report.call_id
    )
    known = (await session.execute(wanted)).scalar_one_or_none()
    return known or RungCall(
        road=road, channel=channel, call_id=report.call_id, broadcast_id=broadcast_id, person_id=person_id,
        state=CallState.ringing, told_at=report.said_at,
    )  # fmt: skip


async def _reached(session: AsyncSession, road: Road, channel: str, report: Report, at: datetime) -> None:
    if report.state is CallState.connected:
        await reported(session, road, channel, report.call_id, State.delivered, at=at)
    elif report.state in ENDED:
        await reported(
            session,
            road,
            channel,
            report.call_id,
            State.failed,
            at=at,
            reason=report.reason or f"call_{report.state.value}",
        )


async def _answered(session: AsyncSession, call: RungCall, at: datetime) -> None:
    """Which number was called does not say who of several took it: then nobody has answered, and an officer asks.
    Whoever needs support rings the desk all the same, under the name of her who was called."""
    person = await session.get_one(Person, call.person_id)
    alike = sa.select(sa.func.count()).select_from(Person).where(col(Person.phone_digest) == person.phone_digest)
    shared = call.channel == VOICE and await session.scalar(alike) != 1
    if call.key not in KEYS or (shared and KEYS[call.key] is not Said.help):
        return
    await acknowledge(
        session,
        person_id=person.id,
        broadcasts=[call.broadcast_id],
        said=KEYS[call.key],
        how=How.key,
        by=f"person:{person.uid}",
        source=f"key:{call.id}:{call.key}",
        road=call.road,
        at=at,
    )
