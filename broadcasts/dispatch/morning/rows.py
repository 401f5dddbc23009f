"""The rows behind 早间汇总: copies that wait for the moment, and letting go of those that a digest took in."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.directory.sets import parts, update_all
from bot.record.entries import record
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.states import Purpose, Road, State
from broadcasts.dispatch.texts.forms import plain
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.subscriptions.models import Follower

RANKS = (0, 1, 2, 3)  # named one by one, so that the index of what is queued answers
PURPOSES = (Purpose.first, Purpose.update, Purpose.all_clear)  # what a rung adds to a broadcast goes by itself
MERGED = "merged"
WHAT = (
    *(col(Batch.text_id), col(Batch.robot_id), col(Batch.tail), col(Batch.road)),
    *(col(Alert.grade), col(Alert.expires)),
)
READERS: dict[str, type[Person] | type[Follower]] = {"person": Person, "follower": Follower}


Aim = tuple[Road, str, int]  # a target on its road


@dataclass(slots=True)
class Together:
    """The targets for whom the same broadcasts wait, and the batches that hold their copies."""

    road: Road
    broadcasts: frozenset[str]
    targets: set[Aim] = field(default_factory=set)
    batches: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Waiting:
    """One copy that waits. `line` is the first of its text, `address` where the channel delivers it."""

    id: int
    batch_id: int
    broadcast_id: str
    road: Road
    kind: str
    target_id: int
    town_id: int | None
    channel: str
    address: str
    tail: str
    line: str
    severity: int
    expires: datetime | None


async def together(session: AsyncSession, moment: datetime, *, over_by: datetime) -> list[Together]:
    """Which broadcasts wait for one target together, where several do."""
    held: defaultdict[Aim, set[tuple[str, int]]] = defaultdict(set)
    roads = {batch: road for batch, road in await session.execute(_batches(moment, over_by, col(Batch.road)))}
    for part in parts(roads):
        for _, batch, broadcast, kind, target, *_rest in await session.execute(_copies(part)):
            held[roads[batch], kind, target].add((broadcast, batch))
    lists: dict[tuple[Road, frozenset[str]], Together] = {}
    for aim, copies in held.items():
        broadcasts = frozenset(broadcast for broadcast, _ in copies)
        if len(broadcasts) > 1:
            mine = lists.setdefault((aim[0], broadcasts), Together(aim[0], broadcasts))
            mine.targets.add(aim)
            mine.batches.update(batch for _, batch in copies)
    return [*lists.values()]


async def waiting(
    session: AsyncSession, moment: datetime, *, over_by: datetime, batches: Collection[int]
) -> list[Waiting]:
    """Copies of alerts in these batches that wait for this moment and were never tried, without those whose alert is
    over by then. The batches are locked: no worker claims them until the transaction ends."""
    found: dict[int, Any] = {}
    for part in parts(batches):
        here = _batches(moment, over_by, *WHAT).where(col(Batch.id).in_(part))
        rows = await session.execute(here.with_for_update(of=Batch, skip_locked=True))
        found |= {row[0]: row for row in rows}
    lines = await _first_lines(session, {row[1] for row in found.values()})
    copies: list[Waiting] = []
    for part in parts(found):
        rows = await session.execute(_copies(part))
        copies.extend(_waiting(row, found[row[1]], lines) for row in rows)
    return copies


def _batches(moment: datetime, over_by: datetime, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(col(Batch.id), *columns)
        .select_from(Batch)
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            sa.text("batch.state = 'queued'"),  # as text: a bound parameter would keep SQLite from its partial index
            col(Batch.rank).in_(RANKS),
            col(Batch.due_at) == moment,
            col(Batch.attempts) == 0,
            col(Batch.wake).is_(False),
            col(Broadcast.subject) == "",
            col(Broadcast.started_at) < moment,  # what was issued at that very moment goes by itself
            col(Alert.status) == Status.issued,
            sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > over_by),
        )
    )


def _copies(batches: Collection[int]) -> sa.Select[Any]:
    return (
        sa.select(col(Delivery.id), col(Delivery.batch_id), col(Delivery.broadcast_id))
        .add_columns(col(Delivery.target_kind), col(Delivery.target_id), col(Delivery.town_id))
        .add_columns(col(Delivery.channel), col(Delivery.address))
        .where(col(Delivery.batch_id).in_(batches), col(Delivery.state).is_(None), col(Delivery.purpose).in_(PURPOSES))
    )


def _waiting(row: Any, batch: Any, lines: dict[int, str]) -> Waiting:
    copy_id, batch_id, broadcast_id, kind, target_id, town_id, channel, address = row
    _, text_id, robot_id, tail, road, grade, expires = batch
    where, severity = (str(robot_id), tail) if robot_id is not None else (address, tail), grade.rank if grade else 9
    return Waiting(
        *(copy_id, batch_id, broadcast_id, road, kind, target_id, town_id, channel),
        *(*where, lines[text_id], severity, expires),
    )


async def _first_lines(session: AsyncSession, texts: set[int]) -> dict[int, str]:
    """The first line of each text; where it is cut into parts, without the part's number."""
    found = {}
    for part in parts(texts):
        rows = await session.execute(
            sa.select(col(Text.id), col(Text.form), col(Text.parts)).where(col(Text.id).in_(part))
        )
        for text_id, form, pieces in rows:
            first = plain(form, pieces[0])
            whole = first if len(pieces) == 1 else first.partition("）")[2]
            found[text_id] = whole.partition("\n")[0]
    return found


async def languages(session: AsyncSession, targets: Iterable[tuple[Road, str, int]]) -> dict[tuple[str, int], str]:
    """Who of these people and followers reads another language than Chinese."""
    found: dict[tuple[str, int], str] = {}
    asked = list(targets)
    for kind, model in READERS.items():
        for part in parts([target for _, one, target in asked if one == kind]):
            rows = sa.select(col(model.id), col(model.language)).where(col(model.id).in_(part))
            for target, language in await session.execute(rows.where(col(model.language) != CHINESE)):
                found[kind, target] = language
    return found


async def merge(session: AsyncSession, copies: Sequence[Waiting], *, into: str, at: datetime) -> None:
    """Skip these copies: a batch with its last, the others out of their batches."""
    leaving: defaultdict[int, list[Waiting]] = defaultdict(list)
    for copy in copies:
        leaving[copy.batch_id].append(copy)
    stay = await _stay(session, leaving)
    for part in parts([batch for batch in leaving if batch not in stay]):
        whole = sa.update(Batch).where(col(Batch.id).in_(part))
        await session.execute(whole.values(state=State.skipped, reason=MERGED, settled_at=at))
    await update_all(session, Batch, [{"id": batch, **rest} for batch, rest in stay.items()])
    for part in parts([copy.id for batch in stay for copy in leaving[batch]]):
        own = sa.update(Delivery).where(col(Delivery.id).in_(part))
        await session.execute(own.values(state=State.skipped, reason=MERGED))
    moved = Counter((copy.broadcast_id, copy.channel, copy.town_id or 0) for copy in copies)
    await tallies.skip(session, moved, at)
    counts = Counter(copy.broadcast_id for copy in copies)
    for broadcast_id, number in sorted(counts.items()):
        record(session, "system", "broadcast.merged", broadcast_id, at, copies=number, into=into)


async def _stay(session: AsyncSession, leaving: dict[int, list[Waiting]]) -> dict[int, dict[str, Any]]:
    """By batch that keeps members: what it is without those who leave."""
    found: dict[int, dict[str, Any]] = {}
    for part in parts(leaving):
        rows = await session.execute(
            sa.select(col(Batch.id), col(Batch.members), col(Batch.towns)).where(
                col(Batch.id).in_(part), col(Batch.members).is_not(None)
            )
        )
        for batch_id, members, towns in rows:
            gone = {copy.address for copy in leaving[batch_id]}
            rest = [member for member in (members or "").split("|") if member not in gone]
            counts = Counter({int(town): number for town, number in json.loads(towns).items()})
            counts.subtract(copy.town_id or 0 for copy in leaving[batch_id])
            if rest:
                kept = json.dumps({str(town): number for town, number in counts.items() if number})
                found[batch_id] = {"members": "|".join(rest), "size": len(rest), "towns": kept}
    return found
