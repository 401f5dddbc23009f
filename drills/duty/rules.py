"""What the county may set about duty: roles, numbers and the shifts of each kind of day. Its own rows come before the
shipped ones, which name their basis too."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from drills.duty.models import DutyRole, DutyRule, ShiftPattern


@dataclass(frozen=True)
class Rules:
    """`roles` in their order; `numbers` by the names of rules.csv; `patterns` of one county."""

    roles: Mapping[str, bool]  # name: whether it leads
    numbers: Mapping[str, int]
    patterns: Sequence[ShiftPattern]

    def leads(self, role: str) -> bool:
        return self.roles.get(role, False)

    def minutes(self, name: str) -> timedelta:
        return timedelta(minutes=self.numbers[name])

    def order(self, role: str) -> int:
        """Staff before leaders, in the order of the rows."""
        names = sorted(self.roles, key=self.leads)
        return names.index(role) if role in names else len(names)


async def rules(session: AsyncSession) -> Rules:
    roles = (await session.execute(select(DutyRole))).scalars().all()
    numbers = (await session.execute(select(DutyRule))).scalars().all()
    patterns = (await session.execute(select(ShiftPattern).order_by("id"))).scalars().all()
    return Rules(
        {r.name: r.leads for r in roles} or {row["name"]: row["leads"] == "1" for row in shipped("roles.csv")},
        {row["name"]: int(row["value"]) for row in shipped("rules.csv")} | {n.name: n.value for n in numbers},
        patterns or _patterns(),
    )


@cache
def shipped(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one of our own tables."""
    text = (files("drills.duty") / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _patterns() -> list[ShiftPattern]:
    return [
        ShiftPattern(
            name=row["name"],
            day=row["day"],
            starts=time.fromisoformat(row["starts"]),
            ends=time.fromisoformat(row["ends"]),
            roles=row["roles"],
            basis=row["basis"],
        )
        for row in shipped("patterns.csv")
    ]
