"""Tokens in PostgreSQL: the same statements by asyncpg, a few every two hours, on a connection each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from bot.vault import Vault
from bot.wechat.stores.contract import HOLD, Kept

READ = "SELECT sealed, until, refused_until FROM access_token WHERE name = $1"
HELD = """
INSERT INTO access_token (name, holder, held_until) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE access_token.held_until IS NULL OR access_token.held_until <= $4
"""
KEEP = """
UPDATE access_token SET sealed = $1, until = $2, refused_until = NULL, holder = '', held_until = NULL
WHERE name = $3 AND holder = $4
"""
REFUSE = "UPDATE access_token SET refused_until = $1, holder = '', held_until = NULL WHERE name = $2 AND holder = $3"
LET_GO = "UPDATE access_token SET holder = '', held_until = NULL WHERE name = $1 AND holder = $2"


class PostgresStore:
    def __init__(self, dsn: str, vault: Vault) -> None:
        self._dsn, self._vault = dsn, vault

    async def read(self, name: str) -> Kept:
        async with self._opened() as db:
            row = await db.fetchrow(READ, name)
        if row is None:
            return Kept()
        return Kept(self._vault.open(row[0]) if row[0] else "", row[1], row[2])

    async def hold(self, name: str, holder: str, at: datetime) -> bool:
        return await self._changed(HELD, name, holder, at + timedelta(seconds=HOLD), at)

    async def keep(self, name: str, holder: str, token: str, until: datetime) -> None:
        await self._changed(KEEP, self._vault.seal(token), until, name, holder)

    async def refuse(self, name: str, holder: str, until: datetime) -> None:
        await self._changed(REFUSE, until, name, holder)

    async def let_go(self, name: str, holder: str) -> None:
        await self._changed(LET_GO, name, holder)

    async def _changed(self, statement: str, *values: object) -> bool:
        async with self._opened() as db:
            return str(await db.execute(statement, *values)).endswith(" 1")

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Any]:
        db = await asyncpg.connect(self._dsn)
        try:
            yield db
        finally:
            await db.close()
