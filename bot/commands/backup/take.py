"""Taking a backup: one file, whole or not at all, of one moment of the database while everything else goes on."""

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.commands.backup import frames
from bot.commands.backup.dump import lines
from bot.config import Settings
from bot.db.engine import async_url
from bot.migrations.run import check, head
from bot.vault import Vault

NIGHTLY = b"nightly backup"


async def take(settings: Settings, path: Path, passphrase: str, at: datetime) -> int:
    """A portable file that holds the key too; without the passphrase it tells nothing. Its size in bytes."""
    salt = frames.new_salt()
    return await _take(settings, path, frames.key_of(passphrase, salt), salt, at)


async def take_here(settings: Settings, path: Path, at: datetime) -> int:
    """A copy that stays on this machine: sealed with the machine's key, which is not in it."""
    return await _take(settings, path, Vault(settings.secret_key).derive(NIGHTLY), "", at)


async def _take(settings: Settings, path: Path, key: bytes, salt: str, at: datetime) -> int:
    await check(settings)
    made = frames.Head(at, head() or "", salt)
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(async_url(settings.database))
    try:
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async with engine.connect() as connection:
                level = "SERIALIZABLE" if settings.is_sqlite else "REPEATABLE READ"
                await connection.execution_options(isolation_level=level)
                await connection.run_sync(_write, file, made, key, settings, bool(salt))
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        own.rename(path)
    finally:
        own.unlink(missing_ok=True)
        await engine.dispose()
    return size


def _write(
    connection: sa.Connection, file: BinaryIO, made: frames.Head, key: bytes, settings: Settings, with_key: bool
) -> None:
    if settings.is_sqlite:
        connection.exec_driver_sql("BEGIN")  # one moment for all tables; the driver begins for writes only
    frames.write(file, made, key, lines(connection, settings, with_key=with_key))
