"""Setting the county's own rows about duty: added and ended with their basis, never deleted."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.errors import SignalTreeError
from bot.record.entries import record
from drills.duty.models import DutyRole, DutyRule, ShiftPattern
from drills.duty.rules import rules, shipped, shipped_patterns, shipped_roles

Row = TypeVar("Row", DutyRole, ShiftPattern)


class NameTaken(SignalTreeError):
    """已经有这个角色，要改先停用："""


class UnknownRole(SignalTreeError):
    """没有这种角色，请先添加："""


class LastOfItsKind(SignalTreeError):
    """至少要留一种值班的和一种带班的角色，请先添加新的再停用。"""


class InUse(SignalTreeError):
    """还有规律用着这个角色，请先停用那条规律："""


class OutOfBounds(SignalTreeError):
    """这个数不合适，请填："""


async def roles(session: AsyncSession) -> Sequence[DutyRole]:
    """The county's own, ended ones too; the shipped ones before it has set any."""
    return (await session.execute(select(DutyRole).order_by(col(DutyRole.id)))).scalars().all() or shipped_roles()


async def patterns(session: AsyncSession) -> Sequence[ShiftPattern]:
    wanted = select(ShiftPattern).order_by(col(ShiftPattern.id))
    return (await session.execute(wanted)).scalars().all() or shipped_patterns()


async def numbers(session: AsyncSession) -> Sequence[DutyRule]:
    """The county's own, also ended."""
    return (await session.execute(select(DutyRule).order_by(col(DutyRule.id)))).scalars().all()


async def _own(session: AsyncSession, kind: type[Row], make: Callable[[], list[Row]]) -> None:
    """Before the first change the shipped rows become the county's own, with their basis."""
    if (await session.execute(select(kind).limit(1))).first() is None:
        session.add_all(make())
        await session.flush()


async def add_role(session: AsyncSession, name: str, *, leads: bool, basis: str, by: str, at: datetime) -> DutyRole:
    """Raises NameTaken."""
    await _own(session, DutyRole, shipped_roles)
    if any(role.name == name and role.valid_to is None for role in await roles(session)):
        raise NameTaken(name)
    made = DutyRole(name=name, leads=leads, basis=basis)
    session.add(made)
    await session.flush()
    record(session, by, "duty_role.added", f"duty_role:{made.id}", at, leads=leads)
    return made


async def end_role(session: AsyncSession, name: str, *, by: str, today: date, at: datetime) -> bool:
    """Yesterday is its last day; shifts that have it keep it. Raises LastOfItsKind, InUse."""
    await _own(session, DutyRole, shipped_roles)
    standing = [role for role in await roles(session) if role.valid_to is None]
    one = next((role for role in standing if role.name == name), None)
    if one is None:
        return False
    if not any(role.leads is one.leads for role in standing if role is not one):
        raise LastOfItsKind
    using = [p.name for p in await patterns(session) if not over(p, today) and name in p.roles.split(",")]
    if using:
        raise InUse("、".join(using))
    one.valid_to = today - timedelta(days=1)
    session.add(one)
    record(session, by, "duty_role.ended", f"duty_role:{one.id}", at)
    return True


async def add_pattern(
    session: AsyncSession, name: str, *, day: str, starts: time, ends: time, roles_: Sequence[str], basis: str,
    valid_from: date | None, valid_to: date | None, by: str, at: datetime,
) -> ShiftPattern:  # fmt: skip
    """Raises UnknownRole."""
    known = (await rules(session)).roles
    if unknown := [role for role in roles_ if role not in known]:
        raise UnknownRole("、".join(unknown))
    await _own(session, ShiftPattern, shipped_patterns)
    made = ShiftPattern(name=name, day=day, starts=starts, ends=ends, roles=",".join(roles_), basis=basis,
                        valid_from=valid_from, valid_to=valid_to)  # fmt: skip
    session.add(made)
    await session.flush()
    record(session, by, "shift_pattern.added", f"shift_pattern:{made.id}", at)
    return made


async def end_pattern(session: AsyncSession, index: int, *, by: str, today: date, at: datetime) -> bool:
    """The row at this place of `patterns`. Yesterday is its last day; shifts that it made stay."""
    await _own(session, ShiftPattern, shipped_patterns)
    rows = await patterns(session)
    if not 0 <= index < len(rows) or over(rows[index], today):
        return False
    rows[index].valid_to = today - timedelta(days=1)
    session.add(rows[index])
    record(session, by, "shift_pattern.ended", f"shift_pattern:{rows[index].id}", at)
    return True


async def set_number(
    session: AsyncSession, name: str, value: int, *, basis: str, by: str, today: date, at: datetime
) -> DutyRule:
    """The row that counted until now ends. Raises OutOfBounds."""
    row = next(row for row in shipped("rules.csv") if row["name"] == name)
    if not int(row["least"]) <= value <= int(row["most"]):
        raise OutOfBounds(f"{row['words']}，{row['least']} 到 {row['most']} {row['unit']}")
    for before in await numbers(session):
        if before.name == name and before.valid_to is None:
            before.valid_to = today - timedelta(days=1)
            session.add(before)
    made = DutyRule(name=name, value=value, basis=basis, valid_from=today)
    session.add(made)
    await session.flush()
    record(session, by, "duty_rule.set", f"duty_rule:{made.id}", at, name=name, value=value)
    return made


def over(row: DutyRole | DutyRule | ShiftPattern, today: date) -> bool:
    return row.valid_to is not None and row.valid_to < today
