"""Shifts that somebody proposes: which of them stand, which are refused and why. Nothing is written here."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from drills.duty.models import Post, Shift

LONGEST = timedelta(hours=48)


@dataclass(frozen=True)
class Proposed:
    """One shift. `cell` is where its person stands in the file, empty where there is none."""

    row: int
    cell: str
    post_name: str
    area_id: int
    role: str
    person: Person
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> str:
        return f"{self.area_id}|{self.post_name}|{self.role}|{self.person.id}|{self.starts_at}|{self.ends_at}"


@dataclass(frozen=True)
class Fault:
    """Why a row is refused, by its cell."""

    row: int
    cell: str
    why: str


@dataclass
class Plan:
    """`rows` is how many the source had; each is proposed, known already, or refused."""

    rows: int
    proposed: list[Proposed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    known: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len({fault.row for fault in self.faults})

    @property
    def outline(self) -> str:
        """What the person saw, in short: it goes with the form, so that what changed since is noticed."""
        told = "\n".join([*(p.key for p in self.proposed), *(f"{f.cell}{f.why}" for f in self.faults)])
        return hashlib.sha256(told.encode()).hexdigest()


async def weigh(session: AsyncSession, plan: Plan, zone: ZoneInfo, *, without: Collection[int] = ()) -> Plan:
    """Refuse what overlaps with another shift of the same person, there or in the plan; what stands is known. Shifts
    `without` are about to go."""
    standing = [(s, p) for s, p in await _standing(session, plan.proposed) if s.id not in without]
    taken = [_Taken(s.person_id, s.starts_at, s.ends_at, p.name, p.area_id, s.role) for s, p in standing]
    kept: list[Proposed] = []
    for one in plan.proposed:
        mine = _Taken(one.person.id, one.starts_at, one.ends_at, one.post_name, one.area_id, one.role)
        if mine in taken and not any(k.key == one.key for k in kept):
            plan.known += 1
            continue
        other = next((t for t in taken if t.person_id == mine.person_id and t.meets(mine)), None)
        if other is None:
            kept.append(one)
            taken.append(mine)
        else:
            plan.faults.append(Fault(one.row, one.cell, _overlap(one, other, zone)))
    plan.proposed = kept
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


@dataclass(frozen=True)
class _Taken:
    person_id: int
    starts_at: datetime
    ends_at: datetime
    post: str
    area_id: int
    role: str

    def meets(self, other: "_Taken") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def _overlap(one: Proposed, other: _Taken, zone: ZoneInfo) -> str:
    begins, ends = (moment.astimezone(zone) for moment in (other.starts_at, other.ends_at))
    when = f"{begins:%m月%d日 %H:%M}—{ends:%m月%d日 %H:%M}"
    return f"{one.person.name}这时已有一个班：{other.post}，{when}。同一个人不能同时值两个班。"


async def _standing(session: AsyncSession, proposed: Sequence[Proposed]) -> list[tuple[Shift, Post]]:
    if not proposed:
        return []
    first, last = min(p.starts_at for p in proposed), max(p.ends_at for p in proposed)
    wanted = (
        sa.select(Shift, Post)
        .join(Post, col(Post.id) == col(Shift.post_id))
        .where(col(Shift.removed_at).is_(None), col(Shift.cannot_at).is_(None), col(Post.ended_at).is_(None))
        .where(col(Shift.starts_at) < last, col(Shift.ends_at) > first)
    )
    return [(shift, post) for shift, post in await session.execute(wanted)]
