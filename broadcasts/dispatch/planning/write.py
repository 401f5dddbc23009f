"""From a plan to rows: Broadcast, Texts, Batches, Deliveries and Tallies, in the caller's transaction."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.bites import give_way
from bot.db.moments import sqlite_text
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.audience.select import Target
from broadcasts.dispatch import tallies
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch
from broadcasts.dispatch.planning.rows import insert_many, reserve
from broadcasts.dispatch.recompute import texts_digest
from broadcasts.dispatch.states import Mode, Purpose, Road, State
from broadcasts.dispatch.texts.drill_forms import ensure
from broadcasts.dispatch.texts.pages import page_code

AFTER_LIVE = 3  # what belongs to a drill never leaves before this, whatever it is
BATCH = (
    "id",
    "broadcast_id",
    "road",
    "channel",
    "rank",
    "state",
    "reason",
    "wake",
    "text_id",
    "tail",
    "robot_id",
    "members",
    "size",
    "towns",
    "due_at",
    "expires_at",
    "owner",
    "epoch",
    "attempts",
    "parts_done",
)
DELIVERY = (
    "broadcast_id",
    "batch_id",
    "target_kind",
    "target_id",
    "town_id",
    "channel",
    "purpose",
    "ordinal",
    "address",
    "asked",
    "state",
    "reason",
)


@dataclass(frozen=True)
class Sending:
    """What is common to all copies of one broadcast. `due` maps a mode to the moment from which it may leave."""

    purpose: Purpose
    rank: int
    due: dict[Mode, datetime]
    expires_at: datetime | None = None
    alert_id: int | None = None
    subject: str = ""
    road: Road = Road.live
    ordinal: int = 1
    asks: str = ""
    code: str = ""
    drill: bool = False

    def asked(self, target: Target) -> bool:
        return bool(self.alert_id) and not self.subject and asks_of(self.purpose, target)


FEW = 100  # copies that are made in a moment: whoever answers one person gives way to nobody for it


def asks_of(purpose: Purpose, target: Target) -> bool:
    """Whether an alert's copy asks its target to answer: people who are woken, unless it is over. Those to whom no road
    leads are asked too: somebody must telephone."""
    return target.kind == "person" and target.mode is Mode.wake and purpose is not Purpose.all_clear


async def write(session: AsyncSession, plan: Plan, sending: Sending, *, by: str, at: datetime) -> Broadcast:
    """Everything or nothing. `plan` is what will be done; each later difference has a reason."""
    targets = plan.copies + [t for t, _ in plan.unreachable]
    broadcast = Broadcast(
        id=uuid7(at),
        alert_id=sending.alert_id,
        subject=sending.subject,
        road=sending.road,
        purpose=sending.purpose,
        drill=sending.drill,
        mode=min((t.mode for t in targets), key=lambda m: m.rank, default=Mode.quiet),
        targets=len(targets),
        people=sum(t.kind == "person" for t in targets),
        calls=plan.calls,
        plan={"texts": plan.sums()},
        asks=sending.asks,
        code=sending.code or await page_code(session),
        started_at=at,
        finished_at=None if plan.copies else at,
    )
    session.add(broadcast)
    await session.flush()
    texts = await add(session, broadcast, plan, sending)
    record(
        session,
        by,
        "broadcast.issued",
        broadcast.id,
        at,
        alert=sending.alert_id,
        purpose=sending.purpose.value,
        targets=broadcast.targets,
        people=broadcast.people,
        calls=broadcast.calls,
        texts=[text.id for text in texts],
        sha256=texts_digest([text.sha256 for text in texts]),
    )
    return broadcast


async def add(session: AsyncSession, broadcast: Broadcast, plan: Plan, sending: Sending) -> list[Text]:
    """The plan's texts, batches, copies and counters, as rows of this broadcast. Raises Mismarked."""
    ensure(plan, drill=broadcast.drill)
    texts = [
        Text(
            broadcast_id=broadcast.id,
            channel=t.channel,
            form=t.form,
            label="、".join(t.labels)[:96],
            parts=t.parts,
            sha256=t.sha256,
        )
        for t in plan.texts
    ]
    session.add_all(texts)
    await session.flush()
    await _rows(session, broadcast, [t.id for t in texts], plan, sending)
    return texts


async def _rows(session: AsyncSession, broadcast: Broadcast, texts: list[int], plan: Plan, sending: Sending) -> None:
    ids = await reserve(session, Batch, len(plan.batches)) if plan.batches else ()
    rank = max(sending.rank, AFTER_LIVE) if broadcast.drill else sending.rank
    ends = sqlite_text(sending.expires_at) if sending.expires_at else None
    due = {mode: sqlite_text(at) for mode, at in sending.due.items()}
    road, queued, failed = broadcast.road.value, State.queued.value, State.failed.value
    batches: list[tuple[Any, ...]] = []
    copies: list[tuple[Any, ...]] = []
    tally: Counter[tuple[str, int, str]] = Counter()
    for number, b in zip(ids, plan.batches, strict=True):
        towns = Counter(t.town_id or 0 for t in b.targets)
        for town, count in towns.items():
            tally[b.channel, town, queued] += count
        share = json.dumps({str(k): v for k, v in towns.items()})
        whom = (texts[b.text], b.tail, _robot(b), _members(b), len(b.targets), share)
        what = (number, broadcast.id, road, b.channel, rank, queued, "", b.mode is Mode.wake)
        batches.append((*what, *whom, due[b.mode], ends, "", 0, 0, 0))
        copies += _copies(broadcast.id, number, b.channel, sending, b.targets, None, "")
    for relay in plan.relays:
        for target in relay.targets:
            tally[relay.channel, target.town_id or 0, queued] += 1
        copies += _copies(broadcast.id, None, relay.channel, sending, relay.targets, queued, "")
    for target, reason in plan.unreachable:
        tally["", target.town_id or 0, failed] += 1
        copies += _copies(broadcast.id, None, "", sending, [target], failed, reason)
    if len(copies) > FEW:
        await give_way()
    await insert_many(session, Batch, BATCH, batches)
    await insert_many(session, Delivery, DELIVERY, copies)
    await tallies.add(session, {(broadcast.id, *key): n for key, n in tally.items()})


def _copies(
    broadcast: str, batch: int | None, channel: str, sending: Sending, targets: Sequence[Target], state: str | None,
    reason: str,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Thousands in one transaction: what is common is asked for once."""
    purpose, ordinal, asks = sending.purpose.value, sending.ordinal, bool(sending.alert_id) and not sending.subject
    addressed = channel != "wecom_robot"
    return [
        (
            *(broadcast, batch, t.kind, t.id, t.town_id, channel, purpose, ordinal),
            t.roads.get(channel, "") if addressed else "",
            asks and asks_of(sending.purpose, t),
            *(state, reason),
        )
        for t in targets
    ]


def _robot(batch: PlannedBatch) -> int | None:
    return int(batch.targets[0].roads[batch.channel]) if batch.channel == "wecom_robot" else None


def _members(batch: PlannedBatch) -> str | None:
    if batch.channel == "wecom_robot":
        return None
    return "|".join(t.roads[batch.channel] for t in batch.targets)
