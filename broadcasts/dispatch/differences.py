"""Where what was done differs from the broadcast's plan: each difference with its reason, how many copies, and who.
Read off the rows; nothing is kept beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.directory.models import Area, Group, Person
from bot.directory.outlets.models import Outlet
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.states import State

NAMES = 20  # of each difference; the rest is counted
OTHER, SPLIT, RETRY = "other_road", "split", "retry"
ENDED = (State.failed, State.unknown, State.skipped)


@dataclass(frozen=True)
class Difference:
    """`kind` is other_road (from `channel` to `to`), split, retry, or a state that was not planned: failed, unknown,
    skipped, and queued where it waits for a reason. `copies` are all of them, `names` the first."""

    kind: str
    reason: str
    channel: str
    to: str
    copies: int
    names: Sequence[str]


async def differences(
    session: AsyncSession, broadcast: Broadcast, *, inside: int | None = None, names: int = NAMES
) -> list[Difference]:
    """The most first; of targets inside an area, where one is given."""
    found = sa.union_all(
        _not_as_planned(broadcast.id),
        _by_another_road(broadcast.id),
        _tried_again(broadcast.id),
        *([_moved(extra)] if (extra := await _pieces(session, broadcast)) else []),
    ).subquery("found")
    alike = (found.c.kind, found.c.reason, found.c.channel, found.c.next)
    name = sa.func.coalesce(col(Person.name), col(Group.name), col(Outlet.name), "")
    person, group = col(Delivery.target_kind) == "person", col(Delivery.target_kind) == "group"
    outlet = col(Delivery.target_kind).in_(OUTLETS)
    named = (
        sa.select(
            *alike,
            name.label("name"),
            sa.func.count().over(partition_by=alike).label("copies"),
            sa.func.row_number().over(partition_by=alike, order_by=(name, col(Delivery.id))).label("number"),
        )
        .join(Delivery, col(Delivery.id) == found.c.id)
        .join(Person, person & (col(Person.id) == col(Delivery.target_id)), isouter=True)
        .join(Group, group & (col(Group.id) == col(Delivery.target_id)), isouter=True)
        .join(Outlet, outlet & (col(Outlet.id) == col(Delivery.target_id)), isouter=True)
    )
    if inside is not None:
        place = sa.func.coalesce(col(Person.area_id), col(Group.area_id), col(Outlet.area_id))
        named = named.join(Area, col(Area.id) == place).where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = named.subquery("named")
    wanted = sa.select(rows).where(rows.c.number <= names).order_by(rows.c.number)
    return _gathered((await session.execute(wanted)).all())


def _gathered(rows: Sequence[Any]) -> list[Difference]:
    people: dict[tuple[str, str, str, str, int], list[str]] = {}
    for kind, reason, channel, to, name, copies, _ in rows:
        people.setdefault((kind, reason, channel, to, copies), []).append(name)
    made = [Difference(*key, [name for name in names if name]) for key, names in people.items()]
    return sorted(made, key=lambda one: (-one.copies, one.kind, one.channel))


def _row(kind: Any, reason: Any, channel: Any, to: Any) -> list[Any]:
    return [
        col(Delivery.id).label("id"), kind.label("kind"), reason.label("reason"), channel.label("channel"),
        to.label("next"),
    ]  # fmt: skip


def _not_as_planned(broadcast_id: str) -> sa.Select[Any]:
    """Copies that had a road and did not go, or not yet, and why."""
    state = sa.type_coerce(sa.func.coalesce(col(Delivery.state), col(Batch.state)), sa.String())
    reason = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
    waits = (state == State.queued.value) & (reason != "")
    return (
        sa.select(*_row(state, sa.func.coalesce(reason, ""), col(Delivery.channel), sa.literal("")))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.channel) != "",
            sa.or_(state.in_([one.value for one in ENDED]), waits),
        )
    )


def _by_another_road(broadcast_id: str) -> sa.Select[Any]:
    """Copies whose target got another for the same purpose, by the road that came next."""
    later = aliased(Delivery)
    following = (
        sa.select(sa.func.min(col(later.id)))
        .where(
            col(later.broadcast_id) == broadcast_id,
            col(later.target_kind) == col(Delivery.target_kind),
            col(later.target_id) == col(Delivery.target_id),
            col(later.purpose) == col(Delivery.purpose),
            col(later.ordinal) == col(Delivery.ordinal),
            col(later.id) > col(Delivery.id),
        )
        .correlate(Delivery)
        .scalar_subquery()
    )
    other = aliased(Delivery)
    return (
        sa.select(*_row(sa.literal(OTHER), col(Delivery.reason), col(Delivery.channel), col(other.channel)))
        .join(other, col(other.id) == following)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.passed_at).is_not(None))
    )


def _tried_again(broadcast_id: str) -> sa.Select[Any]:
    """Copies whose request was made more often than their parts are many."""
    first = sa.case((col(Batch.state).in_([State.sent, State.delivered]), 0), else_=1)
    return (
        sa.select(*_row(sa.literal(RETRY), sa.literal(""), col(Delivery.channel), sa.literal("")))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Batch.attempts) > col(Batch.parts_done) + first)
    )


def _moved(batches: Sequence[int]) -> sa.Select[Any]:
    ids: sa.BindParameter[Any] = sa.bindparam(None, [*batches], expanding=True, literal_execute=True)
    return sa.select(*_row(sa.literal(SPLIT), sa.literal("limit"), col(Delivery.channel), sa.literal(""))).where(
        col(Delivery.batch_id).in_(ids)
    )


async def _pieces(session: AsyncSession, broadcast: Broadcast) -> list[int]:
    """Batches beyond those that were planned: the last of each text, to which members at a limit were moved. The plan's
    texts stand in the order of their rows."""
    planned = [int(one["calls"]) // max(1, int(one["parts"])) for one in broadcast.plan.get("texts", [])]
    texts = sa.select(col(Text.id)).where(col(Text.broadcast_id) == broadcast.id).order_by(col(Text.id))
    known = dict(zip((await session.execute(texts)).scalars(), planned, strict=False))
    counted = (
        sa.select(col(Batch.text_id), sa.func.count())
        .where(col(Batch.broadcast_id) == broadcast.id)
        .group_by(col(Batch.text_id))
    )
    found: list[int] = []
    for text, made in (await session.execute(counted)).all():
        if made > known.get(text, made):
            mine = (col(Batch.broadcast_id) == broadcast.id, col(Batch.text_id) == text)
            last = sa.select(col(Batch.id)).where(*mine).order_by(col(Batch.id).desc()).limit(made - known[text])
            found.extend((await session.execute(last)).scalars())
    return found
