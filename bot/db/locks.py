"""Waiting for SQLite's write lock in short tries: its own busy handler would stop the loop."""

import asyncio
import errno
import logging
import math
import sqlite3
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")

AGAIN = 0.001  # seconds between two tries; the loop turns meanwhile
LONG = 10.0  # seconds after which the log says that we wait


def busy(error: BaseException | None) -> bool:
    """Whether somebody else has the database's write lock, or has written since we began to read."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def ails(error: BaseException | None) -> bool:
    """Whether the database takes nothing at all for now: a full disk, a file that is read-only, damaged or gone. No row
    is to blame."""
    return (isinstance(error, sqlite3.OperationalError) and not busy(error)) or type(error) is sqlite3.DatabaseError


def ailment(error: Exception) -> str:
    """Why it takes nothing, in a word for whoever looks after it."""
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) == errno.ENOSPC:
        return "full"
    return "damaged" if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} else "unwritable"


async def when_free(do: Callable[[], T], patience: float = math.inf) -> T:
    """What `do` gives, which is one statement: it has done nothing where the database is busy. Raises
    sqlite3.OperationalError after `patience` seconds."""
    loop = asyncio.get_running_loop()
    began, told = loop.time(), False
    while True:
        try:
            return do()
        except sqlite3.OperationalError as error:
            waited = loop.time() - began
            if not busy(error) or waited >= patience:
                raise
        if waited >= LONG and not told:
            told = True
            log.warning("somebody has held the database's write lock for %.0f s", waited)
        await asyncio.sleep(AGAIN)
