"""Bringing followers under tags: what is due goes fifty a call; whoever does not fit is found by halving and left out,
and the others get there."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from bot.channels.contract import SendError
from bot.deps import Deps
from bot.directory.sets import update_all
from bot.record.entries import record
from bot.wechat.tag_changes import FOLLOWERS, TagChanges, tag_changes
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.tags.models import Put, TagPut
from broadcasts.subscriptions.tags.put import stopped

log = logging.getLogger(__name__)
CALLS = 20  # in one round, where nothing is in the way
OF_ONE = frozenset({"member_invalid", "tags_of_one_full"})  # what one of the fifty is refused for
GONE = "tag_gone"  # also said, now and then, of a tag that is there: then it is tried again
MOST_TRIES = 6
LEAST, LONGEST = timedelta(seconds=10), timedelta(hours=1)
BY = "system"


class Row(NamedTuple):
    id: int
    tag_id: int
    wanted: bool
    tries: int
    openid: str


@dataclass
class Came:
    """What became of rows, by id."""

    done: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


async def sweep_due(deps: Deps, at: datetime) -> int:
    """How many rows were settled. The first answer that speaks of the platform ends the round."""
    async with deps.glance() as session:
        rows = [Row(*row) for row in await session.execute(_due(at))]
    if not rows:
        return 0
    settled = 0
    async with tag_changes(deps.settings, deps.clock) as account:
        for some in _together(rows):
            came = Came()
            try:
                if account is None:
                    raise SendError("no_road", permanent=True)
                await _bring(account, some, came)
            except SendError as error:
                await _settle(deps, some, came, error)
                return settled + len(came.done)
            await _settle(deps, some, came, None)
            settled += len(some)
    return settled


async def stop_due(deps: Deps, at: datetime) -> None:
    async with deps.begin() as session:
        await stopped(session, at)


def _due(at: datetime) -> sa.Select[int, int, bool, int, str]:
    return (
        sa.select(col(TagPut.id), col(TagPut.tag_id), col(TagPut.wanted), col(TagPut.tries), col(Follower.openid))
        .join(Follower, col(Follower.id) == col(TagPut.follower_id))
        .where(sa.text("tag_put.state = 'due'"), col(TagPut.due_at) <= at)
        .order_by(col(TagPut.tag_id), col(TagPut.wanted), col(TagPut.id))
        .limit(CALLS * FOLLOWERS)
    )


def _together(rows: Iterable[Row]) -> Iterable[Sequence[Row]]:
    for _, alike in groupby(rows, key=lambda row: (row.tag_id, row.wanted)):
        mine = list(alike)
        yield from (mine[n : n + FOLLOWERS] for n in range(0, len(mine), FOLLOWERS))


async def _bring(account: TagChanges, rows: Sequence[Row], came: Came) -> None:
    """Raises SendError where it is not one of them who is in the way."""
    erased = [row.id for row in rows if not row.openid]
    came.done += erased
    left = [row for row in rows if row.openid]
    if not left:
        return
    tag, ask = left[0].tag_id, account.put if left[0].wanted else account.take_out
    try:
        await ask(tag, [row.openid for row in left])
    except SendError as error:
        if error.reason == GONE and all(one.id != tag for one in await account.all()):
            came.failed |= {row.id: GONE for row in left}
            return
        if error.reason not in OF_ONE:
            raise
        await _halve(account, left, came, error.reason)
        return
    came.done += [row.id for row in left]


async def _halve(account: TagChanges, rows: Sequence[Row], came: Came, reason: str) -> None:
    """Whoever is to be taken out and is not there is out already."""
    if len(rows) == 1:
        came.failed |= {rows[0].id: reason} if rows[0].wanted else {}
        came.done += [] if rows[0].wanted else [rows[0].id]
        return
    middle = len(rows) // 2
    await _bring(account, rows[:middle], came)
    await _bring(account, rows[middle:], came)


async def _settle(deps: Deps, rows: Sequence[Row], came: Came, error: SendError | None) -> None:
    at, open_ = deps.clock.now(), [r for r in rows if r.id not in came.failed and r.id not in set(came.done)]
    values = [{"id": one, "state": Put.done, "reason": "", "due_at": at} for one in came.done]
    values += [{"id": one, "state": Put.failed, "reason": why, "due_at": at} for one, why in came.failed.items()]
    async with deps.begin() as session:
        await update_all(session, TagPut, values)
        await update_all(session, TagPut, [_later(row, error, at) for row in open_] if error else [])
        facts: Mapping[str, object] = {"done": len(came.done), "failed": len(came.failed), "wanted": rows[0].wanted}
        record(session, BY, "tag.members", f"tag:{rows[0].tag_id}", at, **facts)
    if error:
        log.warning("tag %d: %s, %d followers wait", rows[0].tag_id, error.reason, len(open_))


def _later(row: Row, error: SendError, at: datetime) -> dict[str, object]:
    """What will not pass ends after a few tries; a quota or a busy platform is waited for, however long."""
    final = (error.permanent or error.reason == GONE) and row.tries + 1 >= MOST_TRIES
    pause = min(max(timedelta(seconds=error.wait), LEAST * 2 ** min(row.tries, 10)), LONGEST)
    state = Put.failed if final else Put.due
    return {"id": row.id, "state": state, "reason": error.reason[:24], "tries": row.tries + 1, "due_at": at + pause}
