"""Keeping the counters: which broadcasts have changed since they were counted, and their rows written anew."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.values import content_digest
from broadcasts.answers.models import Answer
from broadcasts.coverage.count import Counted
from broadcasts.coverage.models import Coverage, CoverageMark
from broadcasts.dispatch.models import Broadcast, Tally
from broadcasts.dispatch.planning.rows import insert_many

LIVELY = timedelta(days=7)  # how long after its sending a broadcast is looked at again
LOOKED_AT = 1000  # broadcasts at a time
MOST = 20  # broadcasts that one run counts; the rest wait for the next
RESTS = timedelta(seconds=9)  # while copies leave all changes all the time, and to count takes a tenth of a second
COUNTERS = tuple(name for name in Coverage.model_fields if name.startswith(("people", "groups")))
COLUMNS = ("broadcast_id", "area_id", "inside", *COUNTERS, "asked", "answered", "seconds", "roads")


async def changed(session: AsyncSession, at: datetime) -> dict[str, str]:
    """Broadcasts of alerts whose copies or answers are not what was counted, the newest first, each with its mark. What
    is being sent RESTS when it was counted."""
    sent = col(Broadcast.finished_at).is_not(None)
    wanted = (
        sa.select(col(Broadcast.id), col(CoverageMark.mark))
        .join(CoverageMark, col(CoverageMark.broadcast_id) == col(Broadcast.id), isouter=True)
        .where(col(Broadcast.alert_id).is_not(None), col(Broadcast.subject) == "")
        .where(
            sa.or_(
                col(CoverageMark.mark).is_(None),
                sa.and_(
                    col(Broadcast.started_at) > at - LIVELY, sa.or_(sent, col(CoverageMark.counted_at) <= at - RESTS)
                ),
            )
        )
        .order_by(col(Broadcast.id).desc())
        .limit(LOOKED_AT)
    )
    known = {broadcast_id: mark for broadcast_id, mark in await session.execute(wanted)}
    marks = await _marks(session, [*known])
    return dict([(one, mark) for one, mark in marks.items() if mark != known[one]][:MOST])


async def keep(
    session: AsyncSession, broadcast_id: str, mark: str, counted: Mapping[int, Counted], at: datetime
) -> None:
    """Write the places of one broadcast in the stead of what was counted before: two statements, however many."""
    await session.execute(sa.delete(Coverage).where(col(Coverage.broadcast_id) == broadcast_id))
    rows = [
        [
            broadcast_id, area, one.inside, *(one.counts[name] for name in COUNTERS), one.counts["asked"],
            one.counts["answered"], sorted(one.seconds), dict(one.roads),
        ]
        for area, one in sorted(counted.items())
    ]  # fmt: skip
    await insert_many(session, Coverage, COLUMNS, rows)
    await session.merge(CoverageMark(broadcast_id=broadcast_id, mark=mark, counted_at=at))


async def _marks(session: AsyncSession, broadcasts: list[str]) -> dict[str, str]:
    """By broadcast, in the order given: a digest of its counters and of how many answers it has."""
    seen: defaultdict[str, list[object]] = defaultdict(list)
    tallies = (
        sa.select(col(Tally.broadcast_id), col(Tally.channel), col(Tally.state), sa.func.sum(col(Tally.copies)))
        .where(col(Tally.broadcast_id).in_(broadcasts))
        .group_by(col(Tally.broadcast_id), col(Tally.channel), col(Tally.state))
        .order_by(col(Tally.broadcast_id), col(Tally.channel), col(Tally.state))
    )
    for broadcast_id, channel, state, copies in await session.execute(tallies):
        seen[broadcast_id].append([channel, state, int(copies)])
    answers = (
        sa.select(
            col(Answer.broadcast_id), sa.func.max(col(Answer.id)), sa.func.count(), sa.func.count(col(Answer.undone_at))
        )
        .where(col(Answer.broadcast_id).in_(broadcasts))
        .group_by(col(Answer.broadcast_id))
    )
    for broadcast_id, *figures in await session.execute(answers):
        seen[broadcast_id].append(figures)
    return {one: content_digest(orjson.dumps(seen[one])) for one in broadcasts}
