"""Writing many rows by few statements."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

AT_ONCE = 100  # rows in one statement of SQLite: half the time of one statement over json_each


async def insert_many(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Moments as text (see bot.db.types), none of the values bytes."""
    if not rows:
        return
    meta: sa.Table = table.metadata.tables[str(table.__tablename__)]
    columns = [meta.c[name] for name in names]
    dialect = session.get_bind().dialect
    quote = dialect.identifier_preparer.quote
    into = f"INSERT INTO {quote(meta.name)} ({', '.join(quote(c.name) for c in columns)})"
    if dialect.name == "sqlite":
        written = {n for n, column in enumerate(columns) if isinstance(column.type, sa.JSON)}
        said = [[_json(v) if n in written else v for n, v in enumerate(row)] for row in rows] if written else rows
        await _some_at_once(session, into, len(columns), said)
        return
    picked = ", ".join(f"CAST(value ->> {n} AS {c.type.compile(dialect)})" for n, c in enumerate(columns))
    statement = f"{into} SELECT {picked} FROM json_array_elements(CAST(:rows AS json))"  # noqa: S608 - our own names
    await session.execute(sa.text(statement), {"rows": orjson.dumps(rows).decode()})


async def _some_at_once(session: AsyncSession, into: str, width: int, rows: Sequence[Sequence[Any]]) -> None:
    row = f"({', '.join('?' * width)})"

    def write(connection: sa.Connection) -> None:
        for first in range(0, len(rows), AT_ONCE):
            part = rows[first : first + AT_ONCE]
            values = tuple(chain.from_iterable(part))
            connection.exec_driver_sql(f"{into} VALUES {', '.join([row] * len(part))}", values)

    await (await session.connection()).run_sync(write)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


async def reserve(session: AsyncSession, table: type[SQLModel], count: int) -> Sequence[int]:
    """`count` ids, ascending, that nobody else will get. On SQLite the write lock is held already."""
    name = str(table.__tablename__)
    if session.get_bind().dialect.name == "sqlite":
        last = await session.scalar(sa.text(f"SELECT COALESCE(max(id), 0) FROM {name}"))  # noqa: S608 - our name
        first = int(last or 0) + 1
        return range(first, first + count)
    drawn = sa.text("SELECT nextval(CAST(:s AS regclass)) FROM generate_series(1, :n)")
    return sorted((await session.execute(drawn, {"s": f"{name}_id_seq", "n": count})).scalars())
