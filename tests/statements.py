"""What the database is asked."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def asked(engines: Collection[AsyncEngine]) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    for engine in engines:
        sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        for engine in engines:
            sa.event.remove(engine.sync_engine, "before_cursor_execute", note)
