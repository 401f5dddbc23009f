"""What the lines of a backup say, into a database of the backup's own revision and into the folder of its files; then
what no line says: nobody sends what was being sent, and new numbers follow the old ones."""

from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa

from bot.commands.backup import frames
from bot.commands.backup.dump import LEFT_OUT
from bot.commands.backup.media import Media
from bot.commands.backup.tables import Tables
from bot.config import Settings
from broadcasts.dispatch.states import State

Line = dict[str, Any] | list[Any]


def fill(connection: sa.Connection, settings: Settings, lines: Iterator[Line]) -> int:
    found = sa.MetaData()
    found.reflect(connection)
    for table in reversed(found.sorted_tables):
        if table.name not in LEFT_OUT:
            connection.execute(table.delete())
    tables, count, media = Tables(connection, found, naive=settings.is_sqlite), 0, Media(settings.data_dir)
    for said in lines:
        if isinstance(said, list):
            tables.row(said)
            count += 1
        elif "table" in said:
            tables.begin(str(said["table"]), list(said["columns"]))
        elif "file" in said:
            tables.flush()
            media.begin(str(said["file"]))
        elif "more" in said:
            media.more(said["more"])
        elif said.get("end") != count:
            raise frames.BadBackup(f"少了 {said.get('end', 0) - count} 行")
    tables.flush()
    tables.join()
    media.close()
    _let_go(connection, found)
    if connection.dialect.name == "postgresql":
        _count_on(connection, found)
    return count


def _let_go(connection: sa.Connection, found: sa.MetaData) -> None:
    """What a worker had in hand when the backup was taken may have left; no worker of this database has it."""
    batch = found.tables["batch"]
    freed = {"state": State.queued.value, "owner": "", "attempts": batch.c.attempts + 1}
    connection.execute(sa.update(batch).where(batch.c.state == State.sending.value).values(**freed))


def _count_on(connection: sa.Connection, found: sa.MetaData) -> None:
    """Sequences go on after what was taken in."""
    for table in found.tables.values():
        keys = [*cast("list[sa.Column[Any]]", list(table.primary_key))]
        if len(keys) != 1 or not isinstance(keys[0].type, sa.Integer):
            continue
        sequence = connection.scalar(
            sa.text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table.name}"', "c": keys[0].name}
        )
        last = connection.scalar(sa.select(sa.func.max(keys[0])))
        if sequence and last:
            connection.execute(sa.text("SELECT setval(:s, :n)"), {"s": sequence, "n": last})
