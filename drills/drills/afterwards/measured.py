"""What a drill came to, from its sendings and its answers: told, answered, how fast, and who stayed silent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from broadcasts.answers.counted import silent
from broadcasts.answers.latest import latest
from broadcasts.answers.models import NOT_HERS, Answer, Said
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import State
from drills.drills.models import Drill, Evaluation, Inject
from drills.drills.participants import cast
from drills.drills.queries import script

LEFT = (State.sent, State.delivered)


@dataclass(frozen=True)
class LineFigures:
    """One line of the script. `told` are people whom the platform took a copy for; seconds are from the sending to a
    person's first answer."""

    number: int
    minute: int
    whom: str
    text: str
    expected: str
    state: str
    at: str = ""  # RFC 3339, empty where it was not sent
    people: int = 0
    told: int = 0
    asked: int = 0
    answered: int = 0
    said: dict[str, int] = field(default_factory=dict)
    median: int | None = None
    slowest: int | None = None
    silent: list[str] = field(default_factory=list)
    help: list[str] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Measured:
    """The whole; `silent` are those who answered nothing that they were asked."""

    people: int
    groups: int
    told: int
    asked: int
    answered: int
    median: int | None
    slowest: int | None
    silent: list[str]
    lines: list[LineFigures]


async def measured(session: AsyncSession, drill: Drill) -> Measured:
    """Frozen once the drill is evaluated."""
    kept = await session.get(Evaluation, drill.id)
    if kept is not None and kept.figures:
        return read(kept.figures)
    who, lines, seconds = await cast(session, drill.id), [], list[int]()
    told, asked, answered, names = set[int](), set[int](), set[int](), dict[int, str]()
    for inject in await script(session, drill.id):
        sent = await session.get(Broadcast, inject.broadcast_id) if inject.broadcast_id else None
        if sent is None:
            lines.append(_unsent(inject))
            continue
        copies, replies = await _copies(session, sent.id), await _replies(session, sent)
        quiet = await silent(session, sent.id)
        told |= {person for person, left, _ in copies if left}
        asked |= {person for person, _, was in copies if was}
        answered |= replies.keys() | await _knocked(session, sent.id)
        names |= {one.person_id: f"{one.name}（{one.village}）" for one in quiet}
        seconds += replies.values()
        lines.append(await _line(session, inject, sent, copies, replies, [names[one.person_id] for one in quiet]))
    still = [names[person] for person in sorted(asked - answered) if person in names]
    return Measured(
        len(who.people), len(who.groups), len(told), len(asked), len(answered), _middle(seconds),
        max(seconds, default=None), still, lines,
    )  # fmt: skip


def plain(found: Measured) -> dict[str, Any]:
    return asdict(found)


def read(kept: dict[str, Any]) -> Measured:
    return Measured(**{**kept, "lines": [LineFigures(**line) for line in kept["lines"]]})


async def _line(
    session: AsyncSession, inject: Inject, sent: Broadcast, copies: Sequence[tuple[int, bool, bool]],
    replies: dict[int, int], quiet: list[str],
) -> LineFigures:  # fmt: skip
    said = await _said(session, sent.id)
    counts = {kind.value: len(people) for kind, people in said.items()}
    return LineFigures(
        inject.number, inject.minute, inject.whom, inject.text, inject.expected, inject.state.value,
        at=sent.started_at.isoformat(),
        people=len(copies),
        told=sum(left for _, left, _ in copies),
        asked=sum(was for _, _, was in copies),
        answered=sum(counts.values()),
        said=counts,
        median=_middle(list(replies.values())),
        slowest=max(replies.values(), default=None),
        silent=quiet,
        help=said.get(Said.help, []),
        cannot=said.get(Said.cannot, []),
    )  # fmt: skip


def _unsent(inject: Inject) -> LineFigures:
    return LineFigures(inject.number, inject.minute, inject.whom, inject.text, inject.expected, inject.state.value)


async def _copies(session: AsyncSession, broadcast_id: str) -> list[tuple[int, bool, bool]]:
    """Each person once: whether a copy left, and whether she was asked."""
    state = sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value)
    wanted = (
        sa.select(
            col(Delivery.target_id),
            sa.func.max(sa.case((state.in_([s.value for s in LEFT]), 1), else_=0)),
            sa.func.max(sa.case((col(Delivery.asked), 1), else_=0)),
        )
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person")
        .group_by(col(Delivery.target_id))
    )
    return [(person, bool(left), bool(was)) for person, left, was in await session.execute(wanted)]


async def _replies(session: AsyncSession, sent: Broadcast) -> dict[int, int]:
    """By person: seconds to the first answer that stands."""
    wanted = (
        sa.select(col(Answer.person_id), sa.func.min(col(Answer.at)))
        .where(col(Answer.broadcast_id) == sent.id, col(Answer.counts), col(Answer.undone_at).is_(None))
        .where(col(Answer.said).not_in(NOT_HERS))
        .group_by(col(Answer.person_id))
    )
    rows: list[tuple[int, datetime]] = [(person, at) for person, at in await session.execute(wanted)]
    return {person: max(0, round((at - sent.started_at).total_seconds())) for person, at in rows}


async def _knocked(session: AsyncSession, broadcast_id: str) -> set[int]:
    """Who was reached at the door: they count, and nobody asks how quick they were."""
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = sa.select(col(Answer.person_id)).join(last, last.c.id == col(Answer.id))
    return set((await session.execute(wanted.where(col(Answer.said) == Said.knocked))).scalars())


async def _said(session: AsyncSession, broadcast_id: str) -> dict[Said, list[str]]:
    """By what was said last: who."""
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = (
        sa.select(col(Answer.said), col(Person.name))
        .join(last, last.c.id == col(Answer.id))
        .join(Person, col(Person.id) == col(Answer.person_id))
        .order_by(col(Answer.id))
    )
    found: dict[Said, list[str]] = {}
    for said, name in await session.execute(wanted):
        found.setdefault(said, []).append(name)
    return found


def _middle(seconds: Sequence[int]) -> int | None:
    return round(median(seconds)) if seconds else None
