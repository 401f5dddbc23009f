"""Small hot writes that wait for nobody: while another writer of SQLite has the lock they are kept in a journal, and
the database gets them as soon as it is free."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, Self

from bot.db.grounds import Result, Row, SqliteGround
from bot.db.journal import Journal
from bot.db.locks import busy, when_free

log = logging.getLogger(__name__)
MOST = 500  # rows that are brought in by one transaction
AGAIN = 1.0  # seconds after which it is tried again, where the database failed
CLOSING = 3.0  # seconds that the end waits; what is left then is brought in by the next start


class Judge(Protocol[Row, Result]):
    """Says what becomes of rows that are not written yet."""

    def judge(self, db: sqlite3.Connection, rows: list[Row]) -> list[Result]:
        """What writing would say of each, after all that were judged before; nothing is written."""
        ...

    def clear(self) -> None:
        """All that were judged are written."""
        ...


@dataclass(frozen=True)
class Beside(Generic[Row, Result]):
    """How rows are kept beside the database: `name` ends the journal's file name, `said` and `read` make a line of a
    row and a row of a line, `brought` is called whenever the database has got some."""

    name: str
    said: Callable[[Row], bytes]
    read: Callable[[bytes], Row]
    judge: Judge[Row, Result]
    brought: Callable[[], None]


class Aside(Generic[Row, Result]):
    def __init__(self, ground: SqliteGround[Row, Result], journal: Journal[Row], beside: Beside[Row, Result]) -> None:
        self._ground, self._journal = ground, journal
        self._judge, self._brought = beside.judge, beside.brought
        self._waiting: list[Row] = []
        self._bringing: asyncio.Task[None] | None = None

    @classmethod
    def opened(cls, ground: SqliteGround[Row, Result], path: str, beside: Beside[Row, Result]) -> Self | None:
        """With what an earlier process left on its way. None where another process has the journal."""
        journal = Journal.open(Path(f"{path}.{beside.name}"), beside.said, beside.read)
        if journal is None:
            return None
        made = cls(ground, journal, beside)
        if left := [*journal.rows()]:
            log.info("bringing in %d that an earlier process kept", len(left))
            made._wait(left)
        return made

    async def commit(self, rows: list[Row]) -> list[Result]:
        if not self._waiting and (db := self._free()) is not None:
            return self._ground.written(db, rows)
        db = await when_free(self._ground.looking)  # to open it may take a moment; from here on the loop does not turn
        self._journal.append(rows)  # before anything remembers them: where it fails they were never here
        results = self._judge.judge(db, rows)
        self._wait(rows)
        return results

    async def close(self) -> None:
        if (bringing := self._bringing) is not None:
            await asyncio.wait([bringing], timeout=CLOSING)
            bringing.cancel()
        await self._ground.close()
        self._journal.close()

    def _free(self) -> sqlite3.Connection | None:
        """With the write lock, where nobody has it."""
        try:
            return self._ground.begun()
        except sqlite3.OperationalError as error:
            if not busy(error):
                raise
            return None

    def _wait(self, rows: list[Row]) -> None:
        self._waiting += rows
        if self._bringing is None:
            self._bringing = asyncio.get_running_loop().create_task(self._bring())

    async def _bring(self) -> None:
        while self._waiting:
            try:
                db = await when_free(self._ground.begun)
                some = self._waiting[:MOST]
                self._ground.written(db, some)
            except sqlite3.Error:
                log.exception("%d wait in the journal", len(self._waiting))
                await asyncio.sleep(AGAIN)
                continue
            del self._waiting[: len(some)]
            self._brought()
        self._judge.clear()
        self._journal.clear()
        self._bringing = None
