"""Moving the counters that pages read, in the transaction of what they count."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.models import Broadcast, Tally
from broadcasts.dispatch.states import State

Key = tuple[str, str, int, str]  # broadcast, channel, town, state
SETTLED = timedelta(minutes=1)  # after which a broadcast without anything queued has surely been written whole

ADD = """
INSERT INTO tally (broadcast_id, channel, town_id, state, copies)
SELECT {columns} FROM {rows} WHERE true
ON CONFLICT (broadcast_id, channel, town_id, state) DO UPDATE SET copies = tally.copies + excluded.copies
"""
SQLITE = ADD.format(columns=", ".join(f"json_extract(value, '$[{n}]')" for n in range(5)), rows="json_each(:rows)")
POSTGRES = ADD.format(
    columns="value ->> 0, value ->> 1, CAST(value ->> 2 AS integer), value ->> 3, CAST(value ->> 4 AS integer)",
    rows="json_array_elements(CAST(:rows AS json)) AS r(value)",
)


async def add(session: AsyncSession, changes: Mapping[Key, int]) -> None:
    """Add to the counters; one that is not there yet begins at nothing. One order for all: nobody waits in a ring."""
    rows = sorted([*key, n] for key, n in changes.items() if n)
    if rows:
        sqlite = session.get_bind().dialect.name == "sqlite"
        await session.execute(sa.text(SQLITE if sqlite else POSTGRES), {"rows": json.dumps(rows)})


async def skip(session: AsyncSession, copies: Mapping[tuple[str, str, int], int], at: datetime) -> None:
    """What was queued (by broadcast, channel and town) is no longer needed; a broadcast may be finished by that."""
    changes: Counter[Key] = Counter()
    for key, n in copies.items():
        changes[*key, State.queued.value] -= n
        changes[*key, State.skipped.value] += n
    await add(session, changes)
    await finish(session, {key[0] for key in copies}, at)


async def finish(session: AsyncSession, broadcasts: Iterable[str], at: datetime) -> None:
    """Of these broadcasts, end those that have nothing queued any more."""
    waiting = sa.select(col(Tally.broadcast_id)).where(col(Tally.state) == State.queued, col(Tally.copies) > 0)
    await session.execute(
        sa.update(Broadcast)
        .where(
            col(Broadcast.id).in_(sorted(broadcasts)),
            col(Broadcast.finished_at).is_(None),
            col(Broadcast.id).not_in(waiting),
        )
        .values(finished_at=at)
    )


async def finish_late(session: AsyncSession, at: datetime) -> None:
    """End what two processes emptied at the same moment, each of which still saw the other's copies waiting."""
    waiting = sa.exists().where(
        col(Tally.broadcast_id) == col(Broadcast.id), col(Tally.state) == State.queued, col(Tally.copies) > 0
    )
    await session.execute(
        sa.update(Broadcast)
        .where(col(Broadcast.finished_at).is_(None), col(Broadcast.started_at) < at - SETTLED, ~waiting)
        .values(finished_at=at)
    )
