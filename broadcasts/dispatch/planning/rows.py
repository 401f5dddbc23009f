"""Writing many rows by one statement: no loop inside a transaction in a thread."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


async def insert_many(
    session: AsyncSession, table: type[SQLModel], names: Sequence[str], rows: list[list[Any]]
) -> None:
    """INSERT … SELECT from a JSON list of lists; moments as text (see bot.db.types), none of the values bytes."""
    if not rows:
        return
    meta: sa.Table = table.metadata.tables[str(table.__tablename__)]
    columns = [meta.c[name] for name in names]
    dialect = session.get_bind().dialect
    quote = dialect.identifier_preparer.quote
    into = f"INSERT INTO {quote(meta.name)} ({', '.join(quote(c.name) for c in columns)}) "
    if dialect.name == "sqlite":
        picked = ", ".join(f"json_extract(value, '$[{n}]')" for n in range(len(columns)))
        source = "json_each(:rows)"
    else:
        picked = ", ".join(f"CAST(value ->> {n} AS {c.type.compile(dialect)})" for n, c in enumerate(columns))
        source = "json_array_elements(CAST(:rows AS json))"
    statement = f"{into} SELECT {picked} FROM {source}"  # noqa: S608 - names of our own tables and columns
    await session.execute(sa.text(statement), {"rows": orjson.dumps(rows).decode()})


async def reserve(session: AsyncSession, table: type[SQLModel], count: int) -> Sequence[int]:
    """`count` ids, ascending, that nobody else will get. On SQLite the write lock is held already."""
    name = str(table.__tablename__)
    if session.get_bind().dialect.name == "sqlite":
        last = await session.scalar(sa.text(f"SELECT COALESCE(max(id), 0) FROM {name}"))  # noqa: S608 - our name
        first = int(last or 0) + 1
        return range(first, first + count)
    drawn = sa.text("SELECT nextval(CAST(:s AS regclass)) FROM generate_series(1, :n)")
    return sorted((await session.execute(drawn, {"s": f"{name}_id_seq", "n": count})).scalars())
