"""Restoring into an empty database of either kind: at the backup's own revision, whole or not at all, then migrated."""

import os
import secrets
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import orjson
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.commands.backup import frames
from bot.commands.backup.dump import LEFT_OUT, MEDIA
from bot.commands.backup.rows import cell
from bot.commands.backup.take import NIGHTLY
from bot.config import Settings
from bot.db.engine import async_url, plain
from bot.deps import open_deps
from bot.errors import SignalTreeError
from bot.migrations.run import config, present, upgrade
from bot.record.entries import record
from bot.vault import Vault
from broadcasts.dispatch.states import State

AT_ONCE = 500
EMPTY_OF = ("area", "alert", "user_account", "person")


class NotEmpty(SignalTreeError):
    """数据库里已经有数据，没有恢复。请换一个空的 SIGNALTREE_DATA_DIR（或 DATABASE_URL），再恢复一次。"""


class OtherKey(SignalTreeError):
    """备份里的 SECRET_KEY 与现在设置的不同，没有恢复。请删去 SIGNALTREE_SECRET_KEY 这个设置，再恢复一次。"""


class TooNew(SignalTreeError):
    """备份来自更新的版本，请先升级程序。"""


async def restore(settings: Settings, path: Path, passphrase: str, at: datetime) -> int:
    """Take everything in. How many rows. `passphrase` is not needed for a copy of this very machine."""
    with path.open("rb") as file:
        made = frames.head_of(file)
        key = frames.key_of(passphrase, made.salt) if made.salt else Vault(settings.secret_key).derive(NIGHTLY)
        lines = (orjson.loads(text) for text in frames.read(file, made, key))
        secret = next(lines).get("secret_key")
        own_key = settings.data_dir / "secret_key"
        if secret and secret != settings.secret_key and not _made_here(settings, own_key):
            raise OtherKey
        rows = await _into(settings, made.revision, lines)
    if secret and secret != settings.secret_key:
        _write_key(own_key, secret)
        settings = settings.model_copy(update={"secret_key": secret})
    await upgrade(settings)
    async with open_deps(settings) as deps, deps.begin() as session:
        record(session, "system", "backup.restored", made.revision, at, rows=rows, made_at=made.made_at.isoformat())
    return rows


async def _into(settings: Settings, revision: str, lines: Iterator[dict[str, Any] | list[Any]]) -> int:
    """On SQLite into a new file that takes the old one's place at the end; on PostgreSQL in one transaction."""
    if not settings.is_sqlite:
        return await _load(settings, revision, lines)
    there = Path(settings.sqlite_path)
    if await present(settings) is not None:
        await _refuse_full(settings)
    own = there.with_name(f".{there.name}.{secrets.token_hex(4)}")
    own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        rows = await _load(settings.model_copy(update={"database_url": f"sqlite:///{own.absolute()}"}), revision, lines)
        for rest in ("-wal", "-shm"):
            there.with_name(there.name + rest).unlink(missing_ok=True)
        own.chmod(0o600)
        own.replace(there)
    finally:
        for name in (own.name, f"{own.name}-wal", f"{own.name}-shm", f".{own.name}.migrate"):
            own.with_name(name).unlink(missing_ok=True)
    return rows


async def _load(settings: Settings, revision: str, lines: Iterator[dict[str, Any] | list[Any]]) -> int:
    engine = create_async_engine(async_url(settings.database), json_serializer=plain)
    try:
        async with engine.begin() as connection:
            if not settings.is_sqlite:
                await _refuse_full_in(connection)
            await connection.run_sync(_migrate, revision)
            rows: int = await connection.run_sync(_fill, settings, lines)
            return rows
    finally:
        await engine.dispose()


def _migrate(connection: sa.Connection, revision: str) -> None:
    try:
        command.upgrade(config(connection), revision)
    except Exception as error:
        if "Can't locate revision" in str(error):
            raise TooNew(f"（备份是 {revision}）") from error
        raise


def _fill(connection: sa.Connection, settings: Settings, lines: Iterator[dict[str, Any] | list[Any]]) -> int:
    found = sa.MetaData()
    found.reflect(connection)
    for table in reversed(found.sorted_tables):
        if table.name not in LEFT_OUT:
            connection.execute(table.delete())
    filling, count, files = _Filling(connection, found, naive=settings.is_sqlite), 0, _Files(settings.data_dir)
    for said in lines:
        if isinstance(said, list):
            filling.row(said)
            count += 1
        elif "table" in said:
            filling.begin(str(said["table"]), list(said["columns"]))
        elif "file" in said:
            filling.flush()
            files.begin(str(said["file"]))
        elif "more" in said:
            files.more(said["more"])
        elif said.get("end") != count:
            raise frames.BadBackup(f"少了 {said.get('end', 0) - count} 行")
    filling.flush()
    filling.join()
    files.close()
    _let_go(connection, found)
    if connection.dialect.name == "postgresql":
        _count_on(connection, found)
    return count


def _let_go(connection: sa.Connection, found: sa.MetaData) -> None:
    """What a worker had in hand when the backup was taken may have left; no worker of this database has it."""
    batch = found.tables["batch"]
    freed = {"state": State.queued.value, "owner": "", "attempts": batch.c.attempts + 1}
    connection.execute(sa.update(batch).where(batch.c.state == State.sending.value).values(**freed))


class _Filling:
    """Rows of one table after another. What points into its own table is joined when all its rows are there."""

    def __init__(self, connection: sa.Connection, found: sa.MetaData, *, naive: bool) -> None:
        self._connection, self._found, self._naive = connection, found, naive
        self._table: sa.Table | None = None
        self._columns: list[sa.Column[Any]] = []
        self._own: set[str] = set()
        self._rows: list[dict[str, Any]] = []
        self._joins: list[tuple[sa.Table, dict[str, Any], dict[str, Any]]] = []

    def begin(self, name: str, columns: list[str]) -> None:
        self.flush()
        self.join()
        table = self._found.tables.get(name)
        if table is None:
            raise frames.BadBackup(f"没有 {name} 这张表")
        self._table, self._columns = table, [table.c[column] for column in columns]
        self._own = {c.name for c in self._columns for key in c.foreign_keys if key.column.table is table}

    def row(self, values: list[Any]) -> None:
        made = {
            c.name: cell(v, naive=self._naive, json=isinstance(c.type, sa.JSON))
            for c, v in zip(self._columns, values, strict=True)
        }
        later = {name: made.pop(name) for name in self._own}
        if any(value is not None for value in later.values()) and self._table is not None:
            keys = {c.name: made[c.name] for c in self._table.primary_key}
            self._joins.append((self._table, keys, later))
        self._rows.append(made)
        if len(self._rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._table is not None and self._rows:
            self._connection.execute(self._table.insert(), self._rows)
        self._rows = []

    def join(self) -> None:
        for table, keys, later in self._joins:
            where = [table.c[name] == value for name, value in keys.items()]
            self._connection.execute(table.update().where(*where).values(later))
        self._joins = []


class _Files:
    """Files beside the database; each is written beside its place and moved there whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._pieces: list[bytes] = []

    def begin(self, name: str) -> None:
        self.close()
        path = (self._folder / name).resolve()
        if path.parent != (self._folder / MEDIA).resolve():
            raise frames.BadBackup("文件名不对")
        self._path = path

    def more(self, piece: str) -> None:
        self._pieces.append(b64decode(piece))

    def close(self) -> None:
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            own = self._path.with_name(f".{self._path.name}")
            own.write_bytes(b"".join(self._pieces))
            own.chmod(0o600)
            own.replace(self._path)
        self._path, self._pieces = None, []


async def _refuse_full(settings: Settings) -> None:
    engine = create_async_engine(async_url(settings.database))
    try:
        async with engine.connect() as connection:
            await _refuse_full_in(connection)
    finally:
        await engine.dispose()


async def _refuse_full_in(connection: AsyncConnection) -> None:
    there = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    for name in EMPTY_OF:
        if (
            name in there
            and (await connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))).first()
            is not None
        ):
            raise NotEmpty


def _made_here(settings: Settings, own_key: Path) -> bool:
    """Whether the present key is only the one that a first start made for itself."""
    return own_key.exists() and own_key.read_text(encoding="ascii").strip() == settings.secret_key


def _write_key(path: Path, secret: str) -> None:
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret + "\n")
    own.replace(path)


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
