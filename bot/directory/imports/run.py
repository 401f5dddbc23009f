"""An import's two steps: `plan` only looks, `write` does what was planned. Both in the caller's transaction."""

from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.imports.areas.plan import plan_areas
from bot.directory.imports.areas.states import AreaState, known_areas
from bot.directory.imports.areas.write import write_areas
from bot.directory.imports.columns import Kind
from bot.directory.imports.groups.plan import plan_groups
from bot.directory.imports.groups.states import GroupState, known_groups
from bot.directory.imports.groups.write import write_groups
from bot.directory.imports.people.plan import plan_people
from bot.directory.imports.people.states import PersonState, known_people
from bot.directory.imports.people.write import write_people
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Plan
from bot.directory.imports.sheets import Sheet
from bot.directory.imports.shelters.plan import plan_shelters
from bot.directory.imports.shelters.states import ShelterState, known_shelters
from bot.directory.imports.shelters.write import write_shelters
from bot.errors import Conflict
from bot.record.entries import record
from bot.vault import Vault

AnyPlan = Plan[AreaState] | Plan[PersonState] | Plan[GroupState] | Plan[ShelterState]


class HasFaults(Conflict):
    """有的行不对，什么也没有写入。请改正后再导入，或只写入没有错的行。"""


class Changed(Conflict):
    """目录刚被别人改过，什么也没有写入。请再看一遍，重新导入。"""


async def plan(session: AsyncSession, vault: Vault, sheet: Sheet) -> AnyPlan:
    """What the sheet would do to the directory as it is now. Writes nothing."""
    areas = await known_areas(session)
    if sheet.kind is Kind.areas:
        return plan_areas(sheet, areas)
    places = Places((code, area.state.name, area.state.parent) for code, area in areas.items())
    if sheet.kind is Kind.people:
        return plan_people(sheet, await known_people(session), places, vault.digest)
    if sheet.kind is Kind.shelters:
        return plan_shelters(sheet, await known_shelters(session), places)
    return plan_groups(sheet, await known_groups(session), places, vault.digest)


async def write(
    session: AsyncSession, vault: Vault, planned: AnyPlan, *, partial: bool = False, by: str, at: datetime
) -> None:
    """Write a plan that was made in this transaction. Raises HasFaults unless every row is good or `partial`."""
    if planned.rejects and not partial:
        raise HasFaults
    if not planned.adds and not planned.updates:
        return
    match planned.kind:
        case Kind.areas:
            await write_areas(session, cast(Plan[AreaState], planned), at)
        case Kind.people:
            await write_people(session, vault, cast(Plan[PersonState], planned), at)
        case Kind.groups:
            await write_groups(session, vault, cast(Plan[GroupState], planned), at)
        case Kind.shelters:
            await write_shelters(session, cast(Plan[ShelterState], planned), at)
    counts = {"rows": planned.rows, "added": len(planned.adds), "changed": len(planned.updates)}
    record(session, by, "directory.imported", planned.kind.value, at, **counts, rejected=planned.rejected)


async def carry_out(
    session: AsyncSession, vault: Vault, sheet: Sheet, seen: AnyPlan, *, partial: bool = False, by: str, at: datetime
) -> AnyPlan:
    """Plan once more, under the write lock, and write if it is what was `seen`. Raises Changed or HasFaults."""
    planned = await plan(session, vault, sheet)
    if planned.outline != seen.outline:
        raise Changed
    await write(session, vault, planned, partial=partial, by=by, at=at)
    return planned
