"""Whole sets of rows in, changed and out, however many: one statement for each set."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from bot.db.base import Table

Value = TypeVar("Value")
PART = 10_000  # ids in one statement: both databases take about 32,000


async def insert_all(session: AsyncSession, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await session.execute(sa.insert(_core(table)), rows)


async def update_all(session: AsyncSession, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    """Set the other values of each row by its `id`; all rows name the same columns."""
    if not rows:
        return
    core = _core(table)
    values = {name: sa.bindparam(f"new_{name}", type_=core.c[name].type) for name in rows[0] if name != "id"}
    statement = sa.update(core).where(core.c.id == sa.bindparam("row_id")).values(values)
    await session.execute(
        statement, [{"row_id" if k == "id" else f"new_{k}": v for k, v in row.items()} for row in rows]
    )


async def delete_where(
    session: AsyncSession,
    table: type[Table],
    column: Mapped[int],
    ids: Collection[int],
    *also: sa.ColumnElement[bool],
) -> None:
    for part in parts(ids):
        await session.execute(sa.delete(_core(table)).where(column.in_(part), *also))


def parts(ids: Collection[Value]) -> Iterator[list[Value]]:
    """The ids in pieces that one statement takes."""
    rest = iter(ids)
    while part := list(islice(rest, PART)):
        yield part


def _core(table: type[Table]) -> sa.Table:
    found = sa.inspect(table).local_table
    if not isinstance(found, sa.Table):
        raise TypeError(table)
    return found


def filled(column: Mapped[Value | None]) -> sa.ColumnElement[Value]:
    """A column that is optional in its class alone: an id of a row that was read."""
    return cast("sa.ColumnElement[Value]", column)
