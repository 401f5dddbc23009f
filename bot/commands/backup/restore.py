"""Restoring into an empty database of either kind: at the backup's own revision, whole or not at all, then migrated."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from bot.commands.backup import frames
from bot.commands.backup.empty import refuse_full, refuse_full_at
from bot.commands.backup.fill import Line, fill
from bot.commands.backup.take import NIGHTLY
from bot.config import Settings
from bot.db.engine import async_url, plain
from bot.deps import open_deps
from bot.errors import SignalTreeError
from bot.migrations.run import config, present, upgrade
from bot.record.entries import record
from bot.vault import Vault


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


async def _into(settings: Settings, revision: str, lines: Iterator[Line]) -> int:
    """On SQLite into a new file that takes the old one's place at the end; on PostgreSQL in one transaction."""
    if not settings.is_sqlite:
        return await _load(settings, revision, lines)
    there = Path(settings.sqlite_path)
    if await present(settings) is not None:
        await refuse_full_at(settings)
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


async def _load(settings: Settings, revision: str, lines: Iterator[Line]) -> int:
    engine = create_async_engine(async_url(settings.database), json_serializer=plain)
    try:
        async with engine.begin() as connection:
            if not settings.is_sqlite:
                await refuse_full(connection)
            await connection.run_sync(_migrate, revision)
            rows: int = await connection.run_sync(fill, settings, lines)
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


def _made_here(settings: Settings, own_key: Path) -> bool:
    """Whether the present key is only the one that a first start made for itself."""
    return own_key.exists() and own_key.read_text(encoding="ascii").strip() == settings.secret_key


def _write_key(path: Path, secret: str) -> None:
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret + "\n")
    own.replace(path)
