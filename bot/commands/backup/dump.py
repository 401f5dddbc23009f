"""Everything that the database and DATA_DIR/media hold, as it stood at one moment, line by line."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bot.commands.backup.rows import line
from bot.config import Settings

LEFT_OUT = frozenset(
    {
        "alembic_version",
        "web_session",
        "access_token",
        "callback_nonce",
        "lease",
        "directory_version",
        "directory_change",
    }
)
MEDIA = "media"
AT_ONCE = 2000  # rows fetched together
PIECE = 512 * 1024  # bytes of a file in one line


def lines(connection: sa.Connection, settings: Settings, *, with_key: bool) -> Iterator[bytes]:
    """Headings and rows, table after table in the order in which they can be written again; then the files."""
    yield line({"secret_key": settings.secret_key if with_key else None})
    found = sa.MetaData()
    found.reflect(connection)
    total = 0
    for table in found.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        yield line({"table": table.name, "columns": [column.name for column in table.columns]})
        for row in connection.execution_options(yield_per=AT_ONCE).execute(sa.select(table)):
            total += 1
            yield line(list(row))
    for path in sorted((settings.data_dir / MEDIA).glob("*")):
        yield from _file(path, settings.data_dir)
    yield line({"end": total})


def _file(path: Path, folder: Path) -> Iterator[bytes]:
    name = str(path.relative_to(folder))
    yield line({"file": name})
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield line({"more": b64encode(piece).decode()})
