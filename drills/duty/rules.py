"""What the county may set about duty: roles, numbers and the shifts of each kind of day. Its own rows come before the
shipped ones, which name their basis too."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from drills.duty.models import DutyRole, DutyRule, ShiftPattern


@dataclass(frozen=True)
class Rules:
    """`roles` in their order, `numbers` by the names of rules.csv, `patterns` of one county, each with its days.
    `former` are roles that were ended: old shifts still have them."""

    roles: Mapping[str, bool]  # name: whether it leads
    numbers: Mapping[str, int]
    patterns: Sequence[ShiftPattern]
    former: Mapping[str, bool] = field(default_factory=dict)

    def leads(self, role: str) -> bool:
        return self.roles.get(role, self.former.get(role, False))

    def minutes(self, name: str) -> timedelta:
        return timedelta(minutes=self.numbers[name])

    def order(self, role: str) -> int:
        """Staff before leaders, in the order of the rows."""
        names = sorted(self.roles, key=self.leads)
        return names.index(role) if role in names else len(names)


async def rules(session: AsyncSession) -> Rules:
    """A row of a role or a number counts until it is ended; a pattern on the days between its own."""
    roles = (await session.execute(select(DutyRole).order_by(col(DutyRole.id)))).scalars().all() or shipped_roles()
    numbers = (await session.execute(select(DutyRule).order_by(col(DutyRule.id)))).scalars().all()
    patterns = (await session.execute(select(ShiftPattern).order_by(col(ShiftPattern.id)))).scalars().all()
    standing = [rule for rule in (*shipped_numbers(), *numbers) if rule.valid_to is None]
    return Rules(
        {role.name: role.leads for role in roles if role.valid_to is None},
        {rule.name: rule.value for rule in standing},
        patterns or shipped_patterns(),
        {role.name: role.leads for role in roles},
    )


@cache
def shipped(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one of our own tables."""
    text = (files("drills.duty") / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def shipped_patterns() -> list[ShiftPattern]:
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


def shipped_roles() -> list[DutyRole]:
    return [DutyRole(name=r["name"], leads=r["leads"] == "1", basis=r["basis"]) for r in shipped("roles.csv")]


def shipped_numbers() -> list[DutyRule]:
    return [DutyRule(name=r["name"], value=int(r["value"]), basis=r["basis"]) for r in shipped("rules.csv")]
