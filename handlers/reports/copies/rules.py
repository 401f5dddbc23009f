"""The county's rows of who gets copies: written and ended, never deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from bot.errors import SignalTreeError
from bot.record.entries import record
from broadcasts.hazards.catalogue import by_name
from handlers.reports.copies.models import CopyRule
from handlers.reports.models import Kind


class BadCopy(SignalTreeError):
    """没有存："""


async def copy_rules(session: AsyncSession) -> Sequence[tuple[CopyRule, str]]:
    """Each with the person's name, those in force first."""
    wanted = sa.select(CopyRule, col(Person.name)).join(Person, col(Person.id) == col(CopyRule.person_id))
    rows = await session.execute(wanted.order_by(col(CopyRule.active).desc(), col(CopyRule.id)))
    return [(rule, name) for rule, name in rows]


async def add_copy(session: AsyncSession, form: Mapping[str, str], *, by: str, at: datetime) -> CopyRule:
    """Raises BadCopy with the mend."""
    unit, basis = form.get("unit", "").strip()[:64], form.get("basis", "").strip()[:128]
    if not unit or not basis:
        raise BadCopy("请写抄给哪个部门，和依据的是哪份文件。")
    kind, said = form.get("kind", ""), form.get("hazard", "").strip()
    if kind and kind not in set(Kind):
        raise BadCopy("请选类别。")
    hazard = by_name(said) if said else None
    if said and hazard is None:
        raise BadCopy(f"没有“{said[:16]}”这个灾种。请写名称，例如山洪、滑坡。")
    person = await _person(session, form.get("person", "").strip())
    rule = CopyRule(kind=kind, hazard=hazard.code if hazard else "", unit=unit, person_id=person.id, basis=basis)
    session.add(rule)
    await session.flush()
    record(session, by, "report-copy.added", str(rule.id), at, kind=kind, hazard=rule.hazard)
    return rule


async def end_copy(session: AsyncSession, rule_id: int, *, on: bool, by: str, at: datetime) -> None:
    """End it or take it up again. Raises BadCopy."""
    rule = await session.get(CopyRule, rule_id)
    if rule is None:
        raise BadCopy("没有这一行。")
    rule.active = on
    session.add(rule)
    record(session, by, "report-copy.switched", str(rule.id), at, active=on)


async def _person(session: AsyncSession, said: str) -> Person:
    """By the county's own id, else by a name that only one has."""
    wanted = select(Person).where(sa.or_(col(Person.key) == said, col(Person.name) == said)).limit(2)
    found = (await session.execute(wanted)).scalars().all() if said else []
    if len(found) != 1:
        raise BadCopy("通讯录里没有找到这个人，或不止一个。请写编号，或先导入这个人。")
    return found[0]
