"""Tokens in the SQLite database: single statements of microseconds, a few every two hours, on a connection each. The
write lock may be a transaction's of this very loop: we wait for it without stopping the loop. A look waits too: another
process that closes the database as its last one has it for itself for a moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from bot.db.locks import when_free
from bot.db.moments import sqlite_moment, sqlite_text
from bot.vault import Vault
from bot.wechat.stores.contract import HOLD, Kept

READ = "SELECT sealed, until, refused_until FROM access_token WHERE name = ?"
HELD = """
INSERT INTO access_token (name, holder, held_until) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE access_token.held_until IS NULL OR access_token.held_until <= ?4
"""
KEEP = """
UPDATE access_token SET sealed = ?, until = ?, refused_until = NULL, holder = '', held_until = NULL
WHERE name = ? AND holder = ?
"""
REFUSE = "UPDATE access_token SET refused_until = ?, holder = '', held_until = NULL WHERE name = ? AND holder = ?"
LET_GO = "UPDATE access_token SET holder = '', held_until = NULL WHERE name = ? AND holder = ?"
PATIENCE = 10.0  # seconds


class SqliteStore:
    def __init__(self, path: str, vault: Vault) -> None:
        self._path, self._vault = path, vault

    async def read(self, name: str) -> Kept:
        with self._opened() as db:
            row = await when_free(lambda: db.execute(READ, (name,)).fetchone(), PATIENCE)
        if row is None:
            return Kept()
        sealed, until, refused = row
        token = self._vault.open(sealed) if sealed else ""
        return Kept(token, until and sqlite_moment(until), refused and sqlite_moment(refused))

    async def hold(self, name: str, holder: str, at: datetime) -> bool:
        until = sqlite_text(at + timedelta(seconds=HOLD))
        return await self._changed(HELD, name, holder, until, sqlite_text(at))

    async def keep(self, name: str, holder: str, token: str, until: datetime) -> None:
        await self._changed(KEEP, self._vault.seal(token), sqlite_text(until), name, holder)

    async def refuse(self, name: str, holder: str, until: datetime) -> None:
        await self._changed(REFUSE, sqlite_text(until), name, holder)

    async def let_go(self, name: str, holder: str) -> None:
        await self._changed(LET_GO, name, holder)

    async def _changed(self, statement: str, *values: object) -> bool:
        with self._opened() as db:
            return await when_free(lambda: db.execute(statement, values).rowcount == 1, PATIENCE)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=0.0)) as db:
            yield db
