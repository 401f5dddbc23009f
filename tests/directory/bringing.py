"""Bringing texts in as a person at the command line would."""

from pathlib import Path

import sqlalchemy as sa

from bot.commands.imports import Confirm, run_import
from bot.deps import Deps
from bot.directory.imports.columns import Kind
from bot.directory.imports.run import AnyPlan, plan, write
from bot.directory.imports.sheets import read
from bot.migrations.tables import metadata


async def bring(deps: Deps, kind: Kind, text: str, *, partial: bool = False) -> AnyPlan:
    """Plan and write in one transaction. Raises HasFaults."""
    async with deps.begin() as session:
        planned = await plan(session, deps.vault, read(kind, text.encode()))
        await write(session, deps.vault, planned, partial=partial, by="user:lin", at=deps.clock.now())
    return planned


async def look(deps: Deps, kind: Kind, text: str) -> AnyPlan:
    """Plan alone."""
    async with deps.read() as session:
        return await plan(session, deps.vault, read(kind, text.encode()))


async def command(
    deps: Deps, kind: Kind, path: Path, *, partial: bool = False, confirm: Confirm | None = None
) -> tuple[int, str]:
    """What the command answers, and what it says."""
    said: list[str] = []
    status = await run_import(deps, kind, path, partial=partial, confirm=confirm, echo=said.append)
    return status, "\n".join(said)


async def everything(deps: Deps) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table: what must not change when nothing changes."""
    async with deps.read() as session:
        return {
            table.name: sorted((tuple(row) for row in await session.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }
