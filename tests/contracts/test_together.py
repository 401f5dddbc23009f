"""The group commit keeps one contract on SQLite and on PostgreSQL: each row its own result, all of a group or none."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.db.together import Closed, Together, open_together
from tests.grounds import Grounds

Heard = Together[tuple[str, str], str]
TABLE = "CREATE TABLE heard_twice (key text PRIMARY KEY, word text NOT NULL CHECK (word <> 'poison'), turn int)"


class Kept:
    """What the statements of these tests did."""

    def __init__(self) -> None:
        self.groups: list[int] = []

    def on_sqlite(self, db: sqlite3.Connection, rows: list[tuple[str, str]]) -> list[str]:
        self.groups.append(len(rows))
        new = db.execute(
            "INSERT INTO heard_twice (key, word, turn) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
            " ?2 FROM json_each(?1) WHERE true ON CONFLICT (key) DO NOTHING RETURNING key",
            (json.dumps(rows), len(self.groups)),
        ).fetchall()
        return _said(rows, {key for (key,) in new})

    async def on_postgres(self, db: Any, rows: list[tuple[str, str]]) -> list[str]:
        self.groups.append(len(rows))
        new = await db.fetch(
            "INSERT INTO heard_twice (key, word, turn) SELECT *, $3::int FROM unnest($1::text[], $2::text[]) "
            "ON CONFLICT (key) DO NOTHING RETURNING key",
            [key for key, _ in rows],
            [word for _, word in rows],
            len(self.groups),
        )
        return _said(rows, {row[0] for row in new})


def _said(rows: list[tuple[str, str]], new: set[str]) -> list[str]:
    said = []
    for key, _ in rows:
        said.append("new" if key in new else "known")
        new.discard(key)
    return said


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def settings(request: pytest.FixtureRequest, tmp_path: Path, grounds: Grounds) -> Settings:
    settings = grounds.settings(request.param, tmp_path)
    await _run(settings, TABLE)
    return settings


@pytest.fixture
async def heard(settings: Settings, kept: Kept) -> AsyncIterator[Heard]:
    together: Heard = open_together(settings, sqlite=kept.on_sqlite, postgres=kept.on_postgres)
    yield together
    await together.close()


async def _run(settings: Settings, statement: str) -> list[Any]:
    """By a connection of our own, so that only what is committed is seen."""
    if settings.is_sqlite:
        db = sqlite3.connect(settings.sqlite_path)
        rows = db.execute(statement).fetchall()
        db.close()
        return rows
    import asyncpg

    connection = await asyncpg.connect(settings.database)
    rows = [tuple(row) for row in await connection.fetch(statement)]
    await connection.close()
    return rows


async def test_what_arrives_together_is_one_transaction_and_each_row_learns_its_own_result(
    settings: Settings, heard: Heard, kept: Kept
) -> None:
    said = await asyncio.gather(*(heard.write((str(n % 40), "收到")) for n in range(50)))
    assert said == ["new"] * 40 + ["known"] * 10
    assert kept.groups == [50]
    assert await heard.write(("7", "收到")) == "known"
    assert await _run(settings, "SELECT count(*) FROM heard_twice") == [(40,)]


async def test_more_than_one_group_holds_are_several_groups(settings: Settings, heard: Heard, kept: Kept) -> None:
    said = await asyncio.gather(*(heard.write((str(n), "收到")) for n in range(1200)))
    assert said == ["new"] * 1200
    assert kept.groups == [500, 500, 200]


async def test_a_group_fails_for_each_of_its_callers_and_the_next_is_written(settings: Settings, heard: Heard) -> None:
    said = await asyncio.gather(
        heard.write(("1", "收到")), heard.write(("2", "poison")), heard.write(("3", "收到")), return_exceptions=True
    )
    assert {type(error).__name__ for error in said} <= {"IntegrityError", "CheckViolationError"}
    assert await _run(settings, "SELECT key FROM heard_twice") == []
    assert await heard.write(("1", "收到")) == "new"


async def test_a_row_whose_caller_went_away_is_written(settings: Settings, heard: Heard) -> None:
    gone = asyncio.ensure_future(heard.write(("1", "收到")))
    stays = asyncio.ensure_future(heard.write(("2", "收到")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "new"
    assert gone.cancelled()
    assert await _run(settings, "SELECT key FROM heard_twice ORDER BY key") == [("1",), ("2",)]


async def test_closing_writes_what_was_accepted_and_takes_nothing_more(settings: Settings, heard: Heard) -> None:
    waiting = [asyncio.ensure_future(heard.write((str(n), "收到"))) for n in range(700)]
    await asyncio.sleep(0)
    await heard.close()
    assert [task.result() for task in waiting] == ["new"] * 700
    with pytest.raises(Closed):
        await heard.write(("late", "收到"))
    assert await _run(settings, "SELECT count(*) FROM heard_twice") == [(700,)]


async def test_the_loop_turns_while_another_process_holds_the_write_lock(
    tmp_path: Path, grounds: Grounds, kept: Kept
) -> None:
    settings = grounds.settings("sqlite", tmp_path)
    await _run(settings, TABLE)
    heard: Heard = open_together(settings, sqlite=kept.on_sqlite, postgres=kept.on_postgres)
    other = sqlite3.connect(settings.sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(heard.write(("1", "收到")))
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert not waiting.done()
    assert kept.groups == []
    other.execute("COMMIT")
    other.close()
    assert await waiting == "new"
    await heard.close()
