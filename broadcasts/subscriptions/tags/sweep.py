"""Bringing followers under tags: what is due goes fifty a call, who is to be taken out first; whoever does not fit is
left out, and the others get there."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.contract import SendError
from bot.deps import Deps
from bot.record.entries import record
from bot.wechat.tag_changes import FOLLOWERS, TagChanges, tag_changes
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.tags.bring import GONE, Came, Row, bring, of_all
from broadcasts.subscriptions.tags.models import Put, TagPut
from broadcasts.subscriptions.tags.out import stopped

log = logging.getLogger(__name__)
CALLS = 20  # in one round, where nothing is in the way
MOST_TRIES = 6
LEAST, LONGEST = timedelta(seconds=10), timedelta(hours=1)
BY = "system"


class Fate(NamedTuple):
    """What a row becomes."""

    state: Put
    reason: str
    tries: int
    due_at: datetime


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many rows were settled. The first answer that speaks of the whole account ends the round."""
    async with deps.glance() as session:
        rows = [Row(*row) for row in await session.execute(_due(at))]
    if not rows:
        return 0
    settled = 0
    async with tag_changes(deps.settings, deps.clock) as account:
        for some in _together(rows):
            came = Came()
            error = await _brought(account, some, came)
            await _settle(deps, some, came, error)
            settled += len(came.done) + len(came.failed)
            if error and of_all(error):
                break
    return settled


async def stop_due(deps: Deps, at: datetime) -> None:
    async with deps.begin() as session:
        await stopped(session, at)


def _due(at: datetime) -> sa.Select[int, int, bool, int, str]:
    """Of whoever was erased the openid stands in the row."""
    openid = sa.case((col(TagPut.openid) != "", col(TagPut.openid)), else_=col(Follower.openid))
    return (
        sa.select(col(TagPut.id), col(TagPut.tag_id), col(TagPut.wanted), col(TagPut.tries), openid)
        .join(Follower, col(Follower.id) == col(TagPut.follower_id))
        .where(sa.text("tag_put.state = 'due'"), col(TagPut.due_at) <= at)
        .order_by(col(TagPut.wanted), col(TagPut.due_at), col(TagPut.id))
        .limit(CALLS * FOLLOWERS)
    )


def _together(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    alike: defaultdict[tuple[bool, int], list[Row]] = defaultdict(list)
    for row in rows:
        alike[row.wanted, row.tag_id].append(row)
    for mine in alike.values():
        yield from (mine[n : n + FOLLOWERS] for n in range(0, len(mine), FOLLOWERS))


async def _brought(account: TagChanges | None, rows: Sequence[Row], came: Came) -> SendError | None:
    """What stood in the way of those of whom nothing is known."""
    try:
        if account is None:
            raise SendError("no_road", permanent=True, alarm=True)
        await bring(account, rows, came)
    except SendError as error:
        return error
    return None


async def _settle(deps: Deps, rows: Sequence[Row], came: Came, error: SendError | None) -> None:
    at = deps.clock.now()
    fates: defaultdict[tuple[int, Fate], list[int]] = defaultdict(list)
    for row in rows:
        fates[row.tries, _fate(row, came, error, at)].append(row.id)
    async with deps.begin() as session:
        for (tries, fate), ids in fates.items():
            await _move(session, ids, fate, wanted=rows[0].wanted, tries=tries)
        facts: Mapping[str, object] = {"done": len(came.done), "failed": len(came.failed), "wanted": rows[0].wanted}
        record(session, BY, "tag.members", f"tag:{rows[0].tag_id}", at, **facts)
    why = error or next(iter(came.refused.values()), None)
    if why:
        wait = len(rows) - len(came.done) - len(came.failed)
        log.warning("tag %d: %s, %d followers wait", rows[0].tag_id, why.reason, wait)


async def _move(session: AsyncSession, ids: Sequence[int], to: Fate, *, wanted: bool, tries: int) -> None:
    """What was asked otherwise meanwhile stays due as it was asked."""
    emptied = {"openid": ""} if to.state is Put.done else {}
    await session.execute(
        sa.update(TagPut)
        .where(
            col(TagPut.id).in_(ids), col(TagPut.wanted).is_(wanted), col(TagPut.state) == Put.due,
            col(TagPut.tries) == tries,
        )
        .values(**to._asdict(), **emptied)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _fate(row: Row, came: Came, error: SendError | None, at: datetime) -> Fate:
    """Putting in ends after a few tries where it will not pass; a quota or a busy platform is waited for, however long,
    and nobody who is to be taken out is given up."""
    if row.id in came.done:
        return Fate(Put.done, "", row.tries, at)
    if row.id in came.failed:
        return Fate(Put.failed, came.failed[row.id], row.tries, at)
    why = came.refused.get(row.id) or error
    if why is None:
        raise LookupError(row.id)
    final = row.wanted and (why.permanent or why.reason == GONE) and row.tries + 1 >= MOST_TRIES
    pause = min(max(timedelta(seconds=why.wait), LEAST * 2 ** min(row.tries, 10)), LONGEST)
    return Fate(Put.failed if final else Put.due, why.reason[:24], row.tries + 1, at + pause)
