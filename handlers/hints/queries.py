"""Hints asked for: by number, by whose they are, what the desk still has to do, the late ones first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.directory.models import Area, Person
from bot.vault import Vault
from broadcasts.dispatch.states import Road
from handlers.hints.models import Hint, HintPicture, HintVersion, HintWord, Part, State
from handlers.hints.reporters.who import own
from handlers.hints.states import DESK
from handlers.reports.reporter import Reporter
from handlers.wechat.contents import AUDIO
from handlers.wechat.models import Media, MediaState


@dataclass(frozen=True)
class Row:
    """A hint with what people ask of it. `who` told it as far as a page may say, `assignee` mends it."""

    hint: Hint
    place: str
    who: str
    assignee: str = ""

    def late(self, now: datetime) -> bool:
        return late(self.hint, now)


@dataclass(frozen=True)
class Picture:
    """Where it came from does not matter any more. `reason` says why there is none."""

    uid: str
    part: Part
    mime: str
    reason: str = ""

    @property
    def shown(self) -> bool:
        return not self.reason

    @property
    def drawn(self) -> bool:
        """Whether it is a picture, and not a video or a file."""
        return self.mime.startswith("image/")


def late(hint: Hint, now: datetime) -> bool:
    """Whether its time has passed and nobody has mended it."""
    return hint.state is State.assigned and hint.due_at is not None and hint.due_at < now


async def of_uid(session: AsyncSession, uid: str) -> Hint | None:
    return (await session.execute(select(Hint).where(col(Hint.uid) == uid))).scalar_one_or_none()


async def of_number(session: AsyncSession, number: str, road: Road = Road.live) -> Hint | None:
    wanted = select(Hint).where(col(Hint.number) == number.strip().upper(), col(Hint.road) == road)
    return (await session.execute(wanted)).scalar_one_or_none()


async def owned(
    session: AsyncSession, vault: Vault, who: Reporter, *, since: datetime | None = None, most: int = 20
) -> list[Hint]:
    """A reporter's own, also those that nobody else knows to be theirs; the newest first."""
    wanted = select(Hint).where(own(vault, who), col(Hint.road) == who.road)
    if since is not None:
        wanted = wanted.where(col(Hint.filed_at) >= since)
    return list((await session.execute(wanted.order_by(col(Hint.id).desc()).limit(most))).scalars())


async def tasks_of(session: AsyncSession, person_id: int, road: Road, *states: State) -> list[Hint]:
    """What somebody has to mend, the most urgent first."""
    wanted = select(Hint).where(
        col(Hint.assignee_id) == person_id, col(Hint.road) == road, col(Hint.state).in_(states or (State.assigned,))
    )
    return list((await session.execute(wanted.order_by(col(Hint.due_at), col(Hint.id)))).scalars())


async def versions(session: AsyncSession, hint: Hint) -> list[HintVersion]:
    wanted = select(HintVersion).where(col(HintVersion.hint_id) == hint.id)
    return list((await session.execute(wanted.order_by(col(HintVersion.number)))).scalars())


async def pictures(session: AsyncSession, hint: Hint) -> list[Picture]:
    """Those of chats and those of forms, as found before as mended."""
    said = (
        sa.select(Media, col(HintWord.part))
        .join(HintWord, col(HintWord.inbound_id) == col(Media.inbound_id))
        .where(col(HintWord.hint_id) == hint.id, col(Media.kind) != AUDIO)
        .order_by(col(Media.id))
    )
    found = [
        Picture(m.uid, part, m.mime, "" if m.state is MediaState.kept else m.reason or m.state.value)
        for m, part in await session.execute(said)
    ]
    sent = select(HintPicture).where(col(HintPicture.hint_id) == hint.id, col(HintPicture.erased_at).is_(None))
    rows = (await session.execute(sent.order_by(col(HintPicture.id)))).scalars()
    found += [Picture(row.uid, row.part, row.mime) for row in rows]
    return sorted(found, key=lambda one: one.part is Part.mended)


async def listed(
    session: AsyncSession,
    inside: int | None,
    *,
    states: Collection[State] = (),
    domain: str = "",
    late_at: datetime | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[Row]:
    """Newest first; with `late_at` only those that are late then, the longest first. `inside`: only of this area."""
    assignee = aliased(Person)
    wanted = (
        sa.select(Hint, col(Area.name), col(Person.name), col(assignee.name))
        .join(Area, col(Area.id) == col(Hint.area_id))
        .join(Person, col(Person.id) == col(Hint.person_id), isouter=True)
        .join(assignee, col(assignee.id) == col(Hint.assignee_id), isouter=True)
        .where(*_narrowed(inside, states, domain, late_at))
    )
    if before is not None:
        wanted = wanted.where(col(Hint.id) < before)
    order: list[Any] = [col(Hint.due_at)] if late_at is not None else []
    rows = await session.execute(wanted.order_by(*order, col(Hint.id).desc()).limit(most))
    return [Row(hint, place, name or _who(hint), mends or "") for hint, place, name, mends in rows]


async def waiting(session: AsyncSession, inside: int | None, now: datetime) -> tuple[Row | None, int, int]:
    """What the desk has to do first (the longest late, else the oldest that waits for an officer), how many wait for
    an officer, and how many are late. Training is nobody's work."""
    late_ones = await listed(session, inside, late_at=now, most=1)
    open_ = (*_narrowed(inside, DESK, "", None), col(Hint.road) == Road.live)
    counted = await session.scalar(_count(open_)) or 0
    overdue = await session.scalar(_count(_narrowed(inside, (), "", now))) or 0
    if late_ones:
        return late_ones[0], counted, overdue
    oldest = sa.select(col(Hint.id)).join(Area, col(Area.id) == col(Hint.area_id)).where(*open_)
    first = await session.scalar(oldest.order_by(col(Hint.id)).limit(1))
    rows = await listed(session, inside, states=DESK, before=first + 1, most=1) if first is not None else []
    return next(iter(rows), None), counted, overdue


async def picture_counts(session: AsyncSession, hints: Sequence[Hint]) -> dict[int, int]:
    """How many came with each, by both roads."""
    ids = [hint.id for hint in hints]
    found: defaultdict[int, int] = defaultdict(int)
    said = (
        sa.select(col(HintWord.hint_id), sa.func.count())
        .join(Media, col(Media.inbound_id) == col(HintWord.inbound_id))
        .where(col(HintWord.hint_id).in_(ids), col(Media.kind) == "picture", col(Media.state) == MediaState.kept)
        .group_by(col(HintWord.hint_id))
    )
    sent = (
        sa.select(col(HintPicture.hint_id), sa.func.count())
        .where(col(HintPicture.hint_id).in_(ids), col(HintPicture.erased_at).is_(None))
        .group_by(col(HintPicture.hint_id))
    )
    for query in (said, sent):
        for hint_id, count in await session.execute(query):
            found[hint_id] += count
    return dict(found)


def _narrowed(
    inside: int | None, states: Collection[State], domain: str, late_at: datetime | None
) -> list[sa.ColumnElement[bool]]:
    narrowed: list[sa.ColumnElement[bool]] = []
    if inside is not None:
        narrowed.append(col(Area.path).contains(f"/{int(inside)}/"))
    if states:
        narrowed.append(col(Hint.state).in_(states))
    if domain:
        narrowed.append(sa.func.coalesce(sa.func.nullif(col(Hint.domain), ""), col(Hint.proposed)) == domain)
    if late_at is not None:
        narrowed += [col(Hint.state) == State.assigned, col(Hint.due_at) < late_at, col(Hint.road) == Road.live]
    return narrowed


def _count(narrowed: Sequence[sa.ColumnElement[bool]]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(Hint).join(Area, col(Area.id) == col(Hint.area_id)).where(*narrowed)


def _who(hint: Hint) -> str:
    """Staff have names; others are what they are."""
    if hint.anonymous:
        return "匿名"
    if hint.follower_id is not None:
        return "居民"
    kind, _, name = hint.by.partition(":")
    return name if kind in {"token", "user"} else "还不认识的人"
