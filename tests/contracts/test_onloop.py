"""SQLite on the loop: whoever writes for long, or waits for somebody else's lock, lets the loop turn."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.clock import SystemClock
from bot.deps import Deps, open_deps
from bot.record.entries import record
from bot.record.models import Entry
from bot.wechat.stores.open import open_store
from tests.deadline import turns
from tests.grounds import Grounds

NOW = SystemClock().now()


@pytest.fixture
async def deps(tmp_path: Path, grounds: Grounds) -> AsyncIterator[Deps]:
    async with open_deps(grounds.settings("sqlite", tmp_path), SystemClock()) as made:
        yield made


class Beats:
    """How often the loop has turned."""

    def __init__(self) -> None:
        self.count = 0
        self._reached: dict[int, asyncio.Event] = {}
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            self.count += 1
            if event := self._reached.get(self.count):
                event.set()
            await asyncio.sleep(0)

    async def reach(self, count: int) -> None:
        self._reached[self.count + count] = event = asyncio.Event()
        await event.wait()

    def stop(self) -> None:
        self._task.cancel()


async def test_a_long_one_lets_the_loop_turn(deps: Deps) -> None:
    beats = Beats()
    async with deps.begin() as session:
        for _ in range(300):
            await session.execute(sa.text("SELECT count(*) FROM sqlite_master"))
        assert beats.count > 2
    beats.stop()


async def test_rows_are_there_after_the_database_went_on(deps: Deps) -> None:
    async with deps.begin() as session:
        found = await session.execute(sa.text("SELECT value FROM json_each('[1,2,3,4]')"))
        assert found.fetchone() == (1,)
        record(session, "test", "said", "x", NOW)
        await session.flush()
        assert found.fetchmany(2) == [(2,), (3,)]
    assert found.fetchall() == [(4,)]


async def test_the_lock_of_another_process_stops_no_loop(deps: Deps) -> None:
    async with deps.begin() as session:
        await session.connection()  # the first who comes makes it a WAL
    other = sqlite3.connect(deps.settings.sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    beats, began = Beats(), asyncio.Event()

    async def write() -> None:
        async with deps.begin() as session:
            await session.connection()
            began.set()
            record(session, "test", "said", "x", NOW)

    writing = asyncio.create_task(write())
    await beats.reach(50)
    assert not began.is_set()
    async with deps.glance() as session:  # who only looks does not wait
        assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(5):
        await writing
    beats.stop()
    async with deps.glance() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


async def test_a_glance_writes_nothing_down_and_sees_what_is_committed(deps: Deps) -> None:
    async with deps.glance() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0
    with pytest.raises(ZeroDivisionError):
        await _broken(deps)
    async with deps.begin() as session:
        record(session, "test", "said", "y", NOW)
    async with deps.glance() as session:
        assert list(await session.scalars(sa.select(col(Entry.subject)))) == ["y"]


async def _broken(deps: Deps) -> None:
    async with deps.begin() as session:
        record(session, "test", "said", "x", NOW)
        await session.flush()
        raise ZeroDivisionError


class Noting:
    """Work that looks, waits for whatever happens meanwhile, and writes how much it had seen."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.runs, self._meanwhile = 0, meanwhile

    async def __call__(self, session: AsyncSession) -> int:
        self.runs += 1
        seen = await session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0
        if self.runs == 1:
            self._meanwhile()
        record(session, "late", "noted", str(seen), NOW)
        await session.flush()
        return seen


async def subjects(deps: Deps) -> list[str]:
    async with deps.read() as session:
        return list(await session.scalars(sa.select(col(Entry.subject)).order_by(col(Entry.id))))


async def test_who_reads_before_it_writes_holds_up_nobody_meanwhile(deps: Deps) -> None:
    other = sqlite3.connect(deps.settings.sqlite_path, isolation_level=None, timeout=0)
    other.execute("PRAGMA journal_mode=WAL")

    def has_the_lock_for_a_moment() -> None:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    work = Noting(has_the_lock_for_a_moment)
    assert await deps.begin_late(work) == 0
    assert (work.runs, await subjects(deps)) == (1, ["0"])
    other.close()


async def test_what_was_read_holds_when_it_is_written_or_is_read_again(deps: Deps) -> None:
    other = sqlite3.connect(deps.settings.sqlite_path, isolation_level=None, timeout=0)
    other.execute("PRAGMA journal_mode=WAL")
    noted = "INSERT INTO record (at, actor, action, subject, detail, digest) VALUES ('2026', 'x', 'x', 'x', '{}', 'x')"

    def writes() -> None:
        other.execute(noted)

    work = Noting(writes)
    assert await deps.begin_late(work) == 1
    assert (work.runs, await subjects(deps)) == (2, ["x", "1"])
    other.close()


async def test_work_that_fails_is_not_done_again(deps: Deps) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    work = Noting(fails)
    with pytest.raises(ZeroDivisionError):
        await deps.begin_late(work)
    assert (work.runs, await subjects(deps)) == (1, [])


async def test_a_token_waits_for_a_transaction_of_its_own_loop(deps: Deps) -> None:
    store = open_store(deps.settings)
    async with deps.begin() as session:
        record(session, "late", "noted", "1", NOW)
        await session.flush()
        waits = asyncio.ensure_future(store.hold("wecom", "me", NOW))
        await turns()
        assert not waits.done()
    assert await waits
