"""Small hot writes that wait for nobody: while another writer of SQLite has the lock, or the database takes nothing
because its disk is full or its file is damaged, they are kept in a journal, and the database gets them as soon as it
can."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol

from bot.db.grounds import Result, Row, SqliteGround
from bot.db.journal import Journal
from bot.db.locks import ailment, ails, busy, when_free

log = logging.getLogger(__name__)
MOST = 500  # rows that are brought in by one transaction
AGAIN = 1.0  # seconds after which it is tried again, where the database failed or another process has the journal …
LONGEST = 60.0  # … and twice as many each time, up to so many
REFUSED = (sqlite3.IntegrityError, sqlite3.DataError, ValueError, KeyError)  # one row is to blame, not the database
CLOSING = 3.0  # seconds that the end waits; what is left then is brought in by the next start


class Judge(Protocol[Row, Result]):
    """Says what becomes of rows that are not written yet."""

    def judge(self, db: sqlite3.Connection | None, rows: list[Row]) -> list[Result]:
        """What writing would say of each, after all that were judged before; nothing is written. Without `db`, which
        cannot be read, only those are known."""
        ...

    def clear(self) -> None:
        """All that were judged are written."""
        ...


@dataclass(frozen=True)
class Beside(Generic[Row, Result]):
    """How rows are kept beside the database: `name` ends the journal's file name, `said` and `read` make a line of a
    row and a row of a line, `brought` is called whenever the database has got some. `visits`: it is
    opened by a command, beside which a service may well have the journal."""

    name: str
    said: Callable[[Row], bytes]
    read: Callable[[bytes], Row]
    judge: Judge[Row, Result]
    brought: Callable[[], None]
    visits: bool = False


class Aside(Generic[Row, Result]):
    def __init__(self, ground: SqliteGround[Row, Result], path: str, beside: Beside[Row, Result]) -> None:
        self._ground, self._path, self._beside = ground, Path(f"{path}.{beside.name}"), beside
        self._journal: Journal[Row] | None = None
        self._look_at = 0.0
        self._waiting: list[Row] = []
        self._bringing: asyncio.Task[None] | None = None
        self._ill = False  # the database takes nothing

    def open(self) -> None:
        """With what an earlier process left on its way. Where another process has the journal it is looked for again:
        until then rows wait for the lock."""
        now = asyncio.get_running_loop().time()
        if self._journal is not None or now < self._look_at:
            return
        self._journal, self._look_at = Journal.open(self._path, self._beside.said, self._beside.read), now + AGAIN
        if self._journal is None:
            log.log(logging.INFO if self._beside.visits else logging.WARNING, "another process has %s", self._path)
        elif left := [*self._journal.rows()]:
            log.warning("bringing in %d that an earlier process kept", len(left))
            self._wait(left)
        else:
            self._journal.well()

    async def commit(self, rows: list[Row]) -> list[Result]:
        self.open()
        if self._journal is None:
            return await self._ground.commit(rows)
        try:
            if not self._waiting and not self._ill and (db := self._free()) is not None:
                return self._ground.written(db, rows)
        except sqlite3.DatabaseError as error:
            if not ails(error):
                raise
            await self._failed(error)
        readable = await self._readable()  # to open it may take a moment; from here on the loop does not turn
        self._journal.append(rows)  # before anything remembers them: where it fails they were never here
        results = self._judged(readable, rows)
        self._wait(rows)
        return results

    async def close(self) -> None:
        """What is left then is brought in by the next start."""
        if (bringing := self._bringing) is not None:
            await asyncio.wait([bringing], timeout=CLOSING)
            bringing.cancel()
        if self._waiting:
            log.warning("%d wait in %s for the next start", len(self._waiting), self._path)
        await self._ground.close()
        if self._journal is not None:
            self._journal.close()

    def _free(self) -> sqlite3.Connection | None:
        """With the write lock, where nobody has it."""
        try:
            return self._ground.begun()
        except sqlite3.OperationalError as error:
            if not busy(error):
                raise
            return None

    async def _readable(self) -> sqlite3.Connection | None:
        try:
            return await when_free(self._ground.looking)
        except sqlite3.DatabaseError as error:
            if not ails(error):
                raise
            await self._failed(error)
            return None

    def _judged(self, db: sqlite3.Connection | None, rows: list[Row]) -> list[Result]:
        """They are kept by now, whether it can be read or not."""
        try:
            return self._beside.judge.judge(db, rows)
        except sqlite3.DatabaseError as error:
            if not ails(error):
                raise
            return self._beside.judge.judge(None, rows)

    async def _failed(self, error: Exception) -> None:
        """The next try opens it anew: its file may be another by then."""
        if not self._ill:
            self._ill = True
            log.error("the database takes nothing: what comes waits in %s", self._path, exc_info=error)
        if self._journal is not None:
            self._journal.note(ailment(error))
        await self._ground.close()

    def _well(self) -> None:
        if self._ill:
            log.warning("the database takes what waited in %s", self._path)
        self._ill = False
        if self._journal is not None:
            self._journal.well()

    def _wait(self, rows: list[Row]) -> None:
        self._waiting += rows
        if self._bringing is None:
            self._bringing = asyncio.get_running_loop().create_task(self._bring())

    async def _bring(self) -> None:
        """Until nothing waits, whatever breaks: they have been answered for."""
        some, pause = MOST, AGAIN
        while self._waiting:
            try:
                db = await when_free(self._ground.begun)
                self._ground.written(db, self._waiting[:some])
                del self._waiting[:some]
                some, pause = MOST, AGAIN
                if not self._waiting:
                    self._emptied()
            except REFUSED:
                some = self._halved(min(some, len(self._waiting)))
            except Exception as error:
                log.error("%d wait in %s for %.0f s: %s", len(self._waiting), self._path, pause, error)
                await self._failed(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST)
            else:
                self._told()
        self._bringing = None

    def _told(self) -> None:
        """The database has them, whoever fails to be woken by that."""
        try:
            self._beside.brought()
        except Exception:
            log.exception("waking up for what came from %s", self._path)

    def _halved(self, some: int) -> int:
        """The database refuses one of so many: which one is found by halves, and laid aside, so that all the others
        come in."""
        if some > 1:
            return some // 2
        if self._journal is not None:
            self._journal.refuse(self._waiting[0])
        del self._waiting[:1]
        if not self._waiting:
            self._emptied()
        return MOST

    def _emptied(self) -> None:
        self._beside.judge.clear()
        if self._journal is not None:
            self._journal.clear()
        self._well()
