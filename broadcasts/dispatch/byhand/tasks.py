"""Copies that are a person's task: a text to forward, to read out, to type in. Such a copy is sent when the text was
put before whoever does it; what they say they did is an answer, and no copy becomes delivered by it."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Broadcast, Delivery, Text
from broadcasts.dispatch.planning.plan import BY_HAND
from broadcasts.dispatch.states import State

OPEN = (State.queued, State.sent)


def due(person_id: int, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a Delivery joined with its Broadcast and Alert: this person has it to do, and it is in force."""
    return (
        col(Delivery.address).contains(f"|{int(person_id)}|"),
        col(Delivery.state).in_(OPEN),
        col(Alert.status) == Status.issued,
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
    )


async def shown(session: AsyncSession, delivery_id: int, at: datetime) -> bool:
    """The text was put before whoever does it. False where it was before, or is no longer needed."""
    return bool(await settle(session, [delivery_id], State.sent, at, before=(State.queued,)))


async def settle(
    session: AsyncSession, ids: Collection[int], state: State, at: datetime, *, before: Collection[State] = OPEN,
    reason: str = "",
) -> list[int]:  # fmt: skip
    """Move those of these copies that are in one of the states `before`. Which ones."""
    rows = await session.execute(
        sa.select(col(Delivery.id), *_key())
        .where(col(Delivery.id).in_(ids), col(Delivery.channel).in_(BY_HAND), col(Delivery.state).in_(before))
        .with_for_update()
    )
    found = rows.all()
    if not found:
        return []
    moved = [row[0] for row in found]
    await session.execute(sa.update(Delivery).where(col(Delivery.id).in_(moved)).values(state=state, reason=reason))
    changes: Counter[tuple[str, str, int, str]] = Counter()
    for _, broadcast, channel, town, old in found:
        changes[broadcast, channel, town, State(old).value] -= 1
        changes[broadcast, channel, town, state.value] += 1
    await tallies.add(session, changes)
    await tallies.finish(session, {row[1] for row in found}, at)
    return moved


async def drop(session: AsyncSession, alerts: Collection[int], *, reason: str, at: datetime) -> int:
    """These alerts are over or replaced: what nobody has seen is not done any more. How many tasks."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_(alerts))
    return await drop_of(session, mine, reason=reason, at=at)


async def drop_of(session: AsyncSession, mine: sa.Select[str], *, reason: str, at: datetime) -> int:
    """The same of these broadcasts."""
    waiting = sa.select(col(Delivery.id)).where(
        col(Delivery.broadcast_id).in_(mine), col(Delivery.channel).in_(BY_HAND), col(Delivery.state) == State.queued
    )
    ids = [*(await session.execute(waiting)).scalars()]
    return len(await settle(session, ids, State.skipped, at, before=(State.queued,), reason=reason)) if ids else 0


async def texts(session: AsyncSession, broadcasts: Collection[str], channel: str) -> dict[tuple[str, str], str]:
    """By broadcast and label: a kind of group, or of place."""
    wanted = sa.select(col(Text.broadcast_id), col(Text.label), col(Text.parts))
    rows = await session.execute(wanted.where(col(Text.broadcast_id).in_(broadcasts), col(Text.channel) == channel))
    return {(broadcast, kind): "\n".join(parts) for broadcast, label, parts in rows for kind in label.split("、")}


def _key() -> tuple[Any, ...]:
    town = sa.func.coalesce(col(Delivery.town_id), 0)
    return col(Delivery.broadcast_id), col(Delivery.channel), town, col(Delivery.state)
