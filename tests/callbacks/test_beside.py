"""A callback waits for nobody who writes: it is on the disk beside the database, answered, and in the database as soon
as that is free."""

import asyncio
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest

from bot.db.aside import LONGEST, Aside, Beside
from bot.db.grounds import OnSqlite, SqliteGround
from bot.db.journal import Journal, stuck
from bot.simulator.config import Side
from handlers.wechat.keeping.arrival import Arrival, Attached, Kept
from handlers.wechat.keeping.journal import Unwritten, line, taken
from handlers.wechat.keeping.postgres import on_postgres
from handlers.wechat.keeping.sqlite import on_sqlite
from handlers.wechat.keeping.store import open_store
from handlers.wechat.models import Media
from tests.callbacks.conftest import Door, Opened
from tests.callbacks.pushes import push, send, word
from tests.deadline import becomes, turns
from tests.virtual.loop import VirtualLoop, run

AT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)


@contextmanager
def written_to(door: Door) -> Iterator[None]:
    """Somebody else writes meanwhile, and takes long."""
    db = sqlite3.connect(door.deps.settings.sqlite_path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")  # as it always is once somebody has written
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("COMMIT")
        db.close()


def beside(door: Door) -> Path:
    return Path(f"{door.deps.settings.sqlite_path}.callbacks")


async def brought_in(door: Door) -> None:
    async def empty() -> bool:
        return beside(door).stat().st_size == 0

    await becomes(empty)


def _aside(door: Door, folder: Path, write: OnSqlite[Arrival, Kept] = on_sqlite) -> Aside[Arrival, Kept]:
    ground = SqliteGround(door.deps.settings.sqlite_path, write)
    aside = Aside(ground, str(folder / "other"), Beside("x", line, taken, Unwritten(), lambda: None))
    aside.open()
    return aside


async def _ended(aside: Aside[Arrival, Kept]) -> bool:
    return aside._bringing is None


async def test_a_word_is_answered_while_somebody_writes_and_comes_in_afterwards_in_its_order(door: Door) -> None:
    assert (await send(door.client, push(Side.oa, word(Side.oa, "0", at=door.at, id=1), door.at)))[0] == 200
    with written_to(door):
        for n in range(1, 6):
            request = push(Side.oa, word(Side.oa, str(n), at=door.at, id=n + 1), door.at)
            assert (await send(door.client, request))[0] == 200
        assert [w.body["Content"] for w in await door.words()] == ["0"]
        assert beside(door).stat().st_size > 0
    await brought_in(door)
    assert [w.body["Content"] for w in await door.words()] == [str(n) for n in range(6)]


async def test_what_waits_beside_the_database_is_known_again(door: Door) -> None:
    picture = word(Side.wecom, MsgType="image", MediaId="m", at=door.at, id=7)
    before = push(Side.wecom, word(Side.wecom, "早", at=door.at, id=5), door.at)
    assert (await send(door.client, before))[0] == 200
    request = push(Side.wecom, picture, door.at)
    with written_to(door):
        assert [(await send(door.client, one))[0] for one in (request, request, before)] == [200, 200, 200]
        other = push(Side.wecom, picture, door.at)  # the same word by another request
        assert (await send(door.client, other))[0] == 200
    await brought_in(door)
    assert [w.kind for w in await door.words()] == ["text", "image"]
    assert len(await door.rows(Media)) == 1


async def test_a_nonce_that_waits_is_nobody_elses(door: Door, tmp_path: Path) -> None:
    aside = _aside(door, tmp_path)
    one, two = _arrival("one"), _arrival("two")
    with written_to(door):
        assert await aside.commit([one, one, two]) == [Kept.new, Kept.known, Kept.new]
        assert await aside.commit([two, one._replace(digest="another")]) == [Kept.known, Kept.refused]
    await aside.close()
    assert [w.key for w in await door.words()] == ["one", "two"]


async def test_what_a_killed_process_left_comes_in_at_the_next_start(opened: Opened) -> None:
    async with opened() as door:
        pass
    journal = Journal.open(beside(door), line, taken)
    assert journal is not None
    journal.append([_arrival("one"), _arrival("two", Attached("u", "picture", "m", ""))])
    journal.append([_arrival("one")])
    os.write(journal._file, b"[0, 1]\n")  # as another version would
    journal.append([_arrival("four")])
    os.write(journal._file, line(_arrival("three"))[:40])  # the disk was full, and nobody was answered
    journal.close()
    async with opened() as again:
        await brought_in(again)
        assert [w.key for w in await again.words()] == ["one", "two", "four"]
        assert [m.media_id for m in await again.rows(Media)] == ["m"]
        assert beside(again).with_name(f"{beside(again).name}.refused").read_bytes() == b"[0, 1]\n"


async def test_one_process_has_the_journal_and_another_waits_for_the_lock_until_it_gets_it(opened: Opened) -> None:
    async with opened() as door:
        first = Journal.open(Path(f"{door.deps.settings.sqlite_path}.other"), line, taken)
        assert first is not None
        aside = _aside(door, Path(door.deps.settings.sqlite_path).parent)
        aside._path = Path(f"{door.deps.settings.sqlite_path}.other")
        aside._journal, aside._look_at = None, 0.0
        with written_to(door):
            waits = asyncio.ensure_future(aside.commit([_arrival("one")]))
            await turns()
            assert not waits.done()
        assert await waits == [Kept.new]
        first.append([_arrival("two")])  # what its process had answered for when it was killed
        first.close()
        aside._look_at = 0.0
        assert await aside.commit([_arrival("three")]) == [Kept.new]
        await aside.close()
        assert [w.key for w in await door.words()] == ["one", "two", "three"]


async def test_a_row_that_the_database_refuses_holds_up_no_other(door: Door, tmp_path: Path) -> None:
    def picky(db: sqlite3.Connection, rows: list[Arrival]) -> list[Kept]:
        if any(row.key == "spoilt" for row in rows):
            raise sqlite3.IntegrityError("NOT NULL constraint failed")
        return on_sqlite(db, rows)

    aside = _aside(door, tmp_path, picky)
    keys = ["one", "two", "spoilt", "three", "four"]
    with written_to(door):
        assert await aside.commit([_arrival(key) for key in keys]) == [Kept.new] * 5
    await aside.close()
    assert [w.key for w in await door.words()] == ["one", "two", "three", "four"]
    (refused,) = (tmp_path / "other.x.refused").read_bytes().splitlines()
    assert taken(refused).key == "spoilt"


async def test_an_error_while_they_come_in_is_not_the_end(door: Door, tmp_path: Path) -> None:
    aside = _aside(door, tmp_path)
    assert aside._journal is not None
    clear, failures = aside._journal.clear, iter([OSError(5, "Input/output error")])

    def fails_once() -> None:
        if (error := next(failures, None)) is not None:
            raise error
        clear()

    aside._journal.clear = fails_once  # type: ignore[method-assign]
    with written_to(door):
        await aside.commit([_arrival("one")])
    await becomes(lambda: _ended(aside))
    with written_to(door):
        await aside.commit([_arrival("two")])
    await becomes(lambda: _ended(aside))
    assert [w.key for w in await door.words()] == ["one", "two"]
    await aside.close()


async def test_whoever_fails_to_be_woken_makes_the_database_no_worse(door: Door, tmp_path: Path) -> None:
    def deaf() -> None:
        raise RuntimeError

    ground = SqliteGround(door.deps.settings.sqlite_path, on_sqlite)
    aside = Aside(ground, str(tmp_path / "other"), Beside("x", line, taken, Unwritten(), deaf))
    for key in ("one", "two"):
        with written_to(door):
            await aside.commit([_arrival(key)])
        await becomes(lambda: _ended(aside))
        assert not (tmp_path / "other.x.stuck").exists()
    assert [w.key for w in await door.words()] == ["one", "two"]
    await aside.close()


@pytest.mark.parametrize(
    ("ill", "why"), [("PRAGMA max_page_count = 1", "full"), ("PRAGMA query_only = ON", "unwritable")]
)
async def test_what_the_database_does_not_take_is_kept_told_and_comes_in_after_the_mend(
    door: Door, tmp_path: Path, ill: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    mended = False

    def written(db: sqlite3.Connection, rows: list[Arrival]) -> list[Kept]:
        if not mended:
            db.execute(ill)
        return on_sqlite(db, rows)

    aside = _aside(door, tmp_path, written)
    long = [_arrival(f"{n}")._replace(body=json.dumps({"Content": "汛" * 20_000})) for n in range(3)]
    assert await aside.commit(long[:2]) == [Kept.new] * 2
    assert await aside.commit([long[1], long[2]]) == [Kept.known, Kept.new]
    waits = stuck(tmp_path / "other.x")
    assert waits is not None
    assert (waits.lines, waits.reason) == (4, why)
    assert "the database takes nothing" in caplog.text
    assert await door.words() == []
    mended = True
    await becomes(lambda: _ended(aside))
    assert [w.key for w in await door.words()] == ["0", "1", "2"]
    assert stuck(tmp_path / "other.x") is None
    assert await aside.commit([_arrival("later")]) == [Kept.new]
    await aside.close()


async def test_a_damaged_file_loses_nobodys_word(door: Door, tmp_path: Path) -> None:
    whole, path = Path(door.deps.settings.sqlite_path), tmp_path / "copy.db"
    with sqlite3.connect(whole) as db, sqlite3.connect(path) as copy:
        db.backup(copy)
    sound = path.read_bytes()
    path.write_bytes(b"\0" * 4096 + sound[4096:])
    aside = Aside(SqliteGround(str(path), on_sqlite), str(path), Beside("x", line, taken, Unwritten(), lambda: None))
    aside.open()
    assert await aside.commit([_arrival("one"), _arrival("one")]) == [Kept.new, Kept.known]
    path.write_bytes(sound)
    await becomes(lambda: _ended(aside))
    await aside.close()
    with sqlite3.connect(path) as copy:
        assert copy.execute("SELECT key FROM inbound").fetchall() == [("one",)]


def test_it_is_tried_again_after_longer_and_longer_pauses_and_an_hour_later_all_is_there(tmp_path: Path) -> None:
    loop, tries = VirtualLoop(), list[float]()

    def full(db: sqlite3.Connection, rows: list[str]) -> list[None]:
        tries.append(loop.time())
        if loop.time() < 3600:
            db.execute("PRAGMA query_only = ON")
        db.executemany("INSERT INTO word VALUES (?)", [(row,) for row in rows])
        return [None] * len(rows)

    async def kept() -> list[tuple[str]]:
        path = tmp_path / "words.db"
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE word (said TEXT)")
        beside = Beside("x", str.encode, bytes.decode, Anybody(), lambda: None)
        aside = Aside(SqliteGround(str(path), full), str(path), beside)
        aside.open()
        await aside.commit(["1"])
        await asyncio.sleep(1800)
        await aside.commit(["2", "3"])
        await asyncio.sleep(1800 + LONGEST)
        assert aside._bringing is None
        await aside.close()
        with sqlite3.connect(path) as db:
            return db.execute("SELECT said FROM word").fetchall()

    assert run(loop, kept()) == [("1",), ("2",), ("3",)]
    pauses = [later - at for at, later in pairwise(tries)][1:]
    assert [round(pause) for pause in pauses[:7]] == [1, 2, 4, 8, 16, 32, 60]
    assert max(pauses) <= LONGEST + 1
    assert len(tries) < 80


class Anybody:
    """Knows nobody."""

    def judge(self, db: sqlite3.Connection | None, rows: list[str]) -> list[None]:
        return [None] * len(rows)

    def clear(self) -> None: ...


async def test_what_the_disk_refuses_was_never_here(door: Door, tmp_path: Path) -> None:
    aside = _aside(door, tmp_path)
    aside._journal = Journal(tmp_path / "full", os.open("/dev/full", os.O_WRONLY), line, taken)
    with written_to(door):
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                await aside.commit([_arrival("one")])
    assert await aside.commit([_arrival("one")]) == [Kept.new]
    await aside.close()


@pytest.mark.postgres
async def test_what_another_process_is_writing_is_known_when_that_has_ended(opened: Opened) -> None:
    async with opened("postgres") as door:
        store, row = open_store(door.deps.settings), _arrival("one")
        other = await asyncpg.connect(door.deps.settings.database)
        writing = other.transaction()
        await writing.start()
        assert await on_postgres(other, [row]) == [Kept.new]
        ours = asyncio.ensure_future(store.write(row))
        await turns()
        assert not ours.done()
        await writing.commit()
        assert await ours is Kept.known
        await other.close()
        await store.close()
        assert [w.key for w in await door.words()] == ["one"]


def test_a_line_says_all_of_a_callback() -> None:
    for row in (_arrival("one"), _arrival("two", Attached("u", "audio", "m", "三组垮坡"))):
        assert taken(line(row)) == row
    for spoilt in (b"", b"[]", b"[1,2", b'["a","b"]', line(_arrival("one"))[:-9]):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON's own words, or ours
            taken(spoilt)


def _arrival(key: str, attached: Attached | None = None) -> Arrival:
    body = '{"Content": "1\\n收到"}'
    return Arrival(f"n{key}", f"d{key}", key, "live", "oa", "o1", "text", "", body, AT, AT, attached)
