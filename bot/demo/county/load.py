"""青崖县, the invented county of the demo. Its files are imported and checked as those of a real county are."""

import csv
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import Role, User, UserRole
from bot.deps import Deps
from bot.directory.imports.columns import Kind
from bot.directory.imports.run import plan, write
from bot.directory.imports.sheets import read_file
from bot.directory.models import Area, Person
from bot.directory.sets import filled, insert_all
from bot.ids import uuid7
from bot.vault import Vault
from broadcasts.audience.models import Advice

HERE = Path(__file__).parent
BY = "system"


async def load(deps: Deps, password_hash: str = "") -> None:
    """Bring in areas, people, groups, advice and users; what is there already stays as it is. `password_hash` is what
    the users of the demo sign in with; without one nobody can."""
    async with deps.begin() as session:
        at = deps.clock.now()
        for kind in (Kind.areas, Kind.people, Kind.groups):
            await bring(session, deps.vault, kind, HERE / f"{kind.value}.csv", at)
        await _bring_advice(session)
        await _bring_users(session, password_hash, at)


async def bring(session: AsyncSession, vault: Vault, kind: Kind, file: Path, at: datetime) -> None:
    """Import a file, as the command does."""
    await write(session, vault, await plan(session, vault, read_file(kind, file)), by=BY, at=at)


async def _bring_advice(session: AsyncSession) -> None:
    columns = (col(Advice.hazard), col(Advice.grade), col(Advice.role))
    present = {tuple(row) for row in await session.execute(sa.select(*columns))}
    rows = [
        {**row, "lines": row["lines"].replace("|", "\n"), "signed_on": date.fromisoformat(row["signed_on"])}
        for row in _rows("advice.csv")
        if (row["hazard"], row["grade"], row["role"]) not in present
    ]
    await insert_all(session, Advice, rows)


async def _bring_users(session: AsyncSession, password_hash: str, at: datetime) -> None:
    """New users only; the sample's own get the password of this start."""
    rows = {row["name"]: row for row in _rows("users.csv")}
    if password_hash:
        ours = col(User.name).in_(rows)
        await session.execute(sa.update(User).where(ours).values(password_hash=password_hash, must_change=False))
    present = set((await session.execute(sa.select(col(User.name)))).scalars())
    areas = {code: id_ for id_, code in await session.execute(sa.select(filled(col(Area.id)), col(Area.code)))}
    people = {key: id_ for id_, key in await session.execute(sa.select(filled(col(Person.id)), col(Person.key)))}
    new = [row for name, row in rows.items() if name not in present]
    await insert_all(
        session,
        User,
        [
            {
                "uid": uuid7(at),
                "name": row["name"],
                "password_hash": password_hash,
                "must_change": False,
                "person_id": people[row["person"]] if row["person"] else None,
                "area_id": areas[row["area"]] if row["area"] else None,
                "disabled_at": None,
            }
            for row in new
        ],
    )
    ids = {name: id_ for id_, name in await session.execute(sa.select(filled(col(User.id)), col(User.name)))}
    roles = [{"user_id": ids[row["name"]], "role": Role(role)} for row in new for role in row["roles"].split(";")]
    await insert_all(session, UserRole, roles)


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]
