"""What was handed over: to the keepers of loudspeakers and screens, and to whoever confirms for customers' groups."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Address, Area, Group, Person
from bot.directory.outlets.models import Outlet
from bot.directory.tree import Tree
from bot.record.models import Entry
from broadcasts.answers.models import Answer
from broadcasts.audience.select import CUSTOMER, OUTLETS
from broadcasts.customers.models import GroupTask
from broadcasts.dispatch.byhand.outlets import FETCHED, SAID
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.states import Purpose, State
from broadcasts.evidence.pack import Handed, Step
from broadcasts.outlets.models import Playback
from broadcasts.subscriptions.places import spelled

SAYS, PLAYED_BACK, TASK = "said", "played_back", "task"


async def handed(
    session: AsyncSession, areas: Tree, broadcasts: Sequence[str], *, inside: int | None = None
) -> list[Handed]:
    """Sending by sending: loudspeakers, screens, then customers' groups, by their places."""
    outlets = await _outlets(session, areas, broadcasts, inside)
    return [*outlets, *await _groups(session, areas, broadcasts, inside)]


async def _outlets(session: AsyncSession, areas: Tree, broadcasts: Sequence[str], inside: int | None) -> list[Handed]:
    wanted: Any = (
        sa.select(
            col(Delivery.id), col(Delivery.broadcast_id), col(Outlet.id), col(Outlet.kind), col(Outlet.name),
            col(Outlet.area_id), col(Delivery.purpose), col(Delivery.address), col(Delivery.state),
            col(Delivery.reason),
        )
        .join(Outlet, (col(Outlet.id) == col(Delivery.target_id)) & (col(Delivery.target_kind) == col(Outlet.kind)))
        .join(Area, col(Area.id) == col(Outlet.area_id))
        .where(col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.target_kind).in_(OUTLETS))
        .order_by(col(Delivery.broadcast_id), col(Outlet.kind).desc(), col(Area.code), col(Outlet.name))
    )  # fmt: skip
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    rows = (await session.execute(wanted)).all()
    names = await _keepers(session, {int(one) for row in rows for one in row.address.split("|") if one})
    told = await _told(session, broadcasts)
    texts = await _texts(session, broadcasts, OUTLETS)
    steps = await _steps(session, broadcasts)
    found = []
    for copy, broadcast, outlet, kind, name, area, purpose, address, state, reason in rows:
        keepers = [int(one) for one in address.split("|") if one]
        at = min((told[broadcast, one] for one in keepers if (broadcast, one) in told), default=None)
        sha, text = texts.get((broadcast, kind.value, kind.zh), ("", ""))
        mine = sorted([*steps[copy], *steps[broadcast, outlet]], key=lambda step: step.at)
        found.append(
            Handed(
                kind.value,
                name,
                spelled(areas, area),
                purpose.value,
                "、".join(names.get(k, "") for k in keepers),
                at,
                sha,
                text,
                State(state or State.queued).value,
                reason,
                mine,
            )
        )
    return found


async def _groups(session: AsyncSession, areas: Tree, broadcasts: Sequence[str], inside: int | None) -> list[Handed]:
    own = col(Delivery.state).is_not(None)
    wanted: Any = (
        sa.select(
            col(Group.name), col(Group.area_id), col(Delivery.purpose),
            sa.func.coalesce(col(Delivery.state), col(Batch.state)),
            sa.case((own, col(Delivery.reason)), else_=col(Batch.reason)), col(Text.sha256), col(Text.parts), GroupTask,
            sa.func.coalesce(col(Person.name), col(GroupTask.sender), ""),
        )
        .join(Group, (col(Group.id) == col(Delivery.target_id)) & (col(Delivery.target_kind) == "group"))
        .join(Area, col(Area.id) == col(Group.area_id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .join(Text, col(Text.id) == col(Batch.text_id))
        .join(GroupTask, col(GroupTask.batch_id) == col(Batch.id), isouter=True)
        .join(
            Address,
            (col(Address.channel) == "wecom_app") & (col(Address.folded) == sa.func.lower(col(GroupTask.sender))),
            isouter=True,
        )
        .join(Person, col(Person.id) == col(Address.person_id), isouter=True)
        .where(col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.channel) == CUSTOMER)
        .order_by(col(Delivery.broadcast_id), col(Area.code), col(Group.name))
    )  # fmt: skip
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    found = []
    for name, area, purpose, state, reason, sha, parts, task, sender in (await session.execute(wanted)).all():
        made = task.made_at if task else None
        found.append(
            Handed(
                CUSTOMER,
                name,
                spelled(areas, area),
                purpose.value,
                sender,
                made,
                sha,
                "\n".join(parts),
                State(state).value,
                reason or "",
                _of_task(task),
            )
        )
    return found


def _of_task(task: GroupTask | None) -> list[Step]:
    if task is None:
        return []
    times = [("reminded", task.reminded_at), ("confirmed", task.confirmed_at)]
    times += [(task.ending.value, task.closed_at)] if task.ending is not None else []
    steps = [Step(at, TASK, code, task.reminded if code == "reminded" else None) for code, at in times if at]
    return sorted(steps, key=lambda step: step.at)


async def _keepers(session: AsyncSession, ids: set[int]) -> dict[int, str]:
    rows = await session.execute(sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {number: name for number, name in rows}


async def _told(session: AsyncSession, broadcasts: Sequence[str]) -> dict[tuple[str, int], datetime]:
    """By sending and keeper: when the message that leads to the text was taken by the platform."""
    subjects = {f"{Purpose.keeper}:{one}": one for one in broadcasts}
    rows = await session.execute(
        sa.select(col(Broadcast.subject), col(Delivery.target_id), sa.func.min(col(Batch.settled_at)))
        .join(Delivery, col(Delivery.broadcast_id) == col(Broadcast.id))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(
            col(Broadcast.subject).in_(subjects), col(Delivery.target_kind) == "person",
            col(Batch.state).in_([State.sent, State.delivered]),
        )
        .group_by(col(Broadcast.subject), col(Delivery.target_id))
    )  # fmt: skip
    return {(subjects[subject], person): at for subject, person, at in rows if at}


async def _texts(
    session: AsyncSession, broadcasts: Sequence[str], channels: Sequence[str]
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """By sending, channel and label: its digest, and the words."""
    columns = (col(Text.broadcast_id), col(Text.channel), col(Text.label), col(Text.sha256), col(Text.parts))
    wanted = sa.select(*columns).where(col(Text.broadcast_id).in_(broadcasts), col(Text.channel).in_(channels))
    return {
        (broadcast, channel, kind): (sha, "\n".join(parts))
        for broadcast, channel, label, sha, parts in await session.execute(wanted)
        for kind in label.split("、")
    }


async def _steps(session: AsyncSession, broadcasts: Sequence[str]) -> defaultdict[Any, list[Step]]:
    """By copy what the platform and screens told, by sending and outlet what keepers said."""
    found: defaultdict[Any, list[Step]] = defaultdict(list)
    said = select(Answer).where(
        col(Answer.broadcast_id).in_(broadcasts), col(Answer.said).in_(SAID), col(Answer.undone_at).is_(None)
    )
    names = await _keepers(session, {one.person_id for one in (await session.execute(said)).scalars()})
    for one in (await session.execute(said.order_by(col(Answer.id)))).scalars():
        step = Step(one.at, SAYS, one.said.value, one.times, names.get(one.person_id, ""))
        found[one.broadcast_id, one.outlet_id].append(step)
    played = (
        sa.select(col(Playback.delivery_id), col(Playback.at), col(Playback.state))
        .join(Delivery, col(Delivery.id) == col(Playback.delivery_id))
        .where(col(Delivery.broadcast_id).in_(broadcasts))
        .order_by(col(Playback.id))
    )
    for copy, at, state in await session.execute(played):
        found[copy].append(Step(at, PLAYED_BACK, str(state)))
    fetched = sa.select(col(Entry.at), col(Entry.detail)).where(
        col(Entry.subject).in_(broadcasts), col(Entry.action) == FETCHED
    )
    for at, detail in await session.execute(fetched.order_by(col(Entry.id))):
        found[detail["copy"]].append(Step(at, TASK, "fetched"))
    return found
