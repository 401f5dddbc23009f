"""What keeps us out of the database is one sentence with its mend, and never repeats the address."""

import sqlite3
from pathlib import Path

import pytest

from bot.errors import DatabaseClosed
from bot.migrations.run import present, upgrade
from tests.grounds import settings_for
from tests.roof.test_cli import Run, run  # noqa: F401
from tests.servers import Postgres


@pytest.mark.postgres
async def test_a_wrong_password_and_a_wrong_name_are_told(tmp_path: Path, postgres_server: Postgres) -> None:
    good = postgres_server.fresh()
    settings = settings_for(tmp_path, f"{good.rpartition('/')[0]}/nowhere")
    with pytest.raises(DatabaseClosed, match="没有这个数据库") as closed:
        await upgrade(settings)
    assert "postgresql://" not in str(closed.value)


@pytest.mark.parametrize(
    ("database", "why"),
    [
        ("postgresql://county:secret@127.0.0.1:1/tree", "没有在听"),
        ("postgresql://county:secret@nowhere.invalid/tree", "找不到这台主机"),
    ],
)
async def test_a_server_that_is_not_there_is_told(tmp_path: Path, database: str, why: str) -> None:
    with pytest.raises(DatabaseClosed, match=why) as closed:
        await present(settings_for(tmp_path, database))
    assert "secret" not in str(closed.value)


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "signaltree.db").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(DatabaseClosed, match="从备份恢复"):
        await upgrade(settings_for(tmp_path))


async def test_a_mistake_in_a_migration_stays_a_mistake(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "signaltree.db") as db:
        db.execute("CREATE TABLE area (id INTEGER)")  # what the first migration makes
    with pytest.raises(Exception, match="area") as broken:
        await upgrade(settings_for(tmp_path))
    assert not isinstance(broken.value, DatabaseClosed)


@pytest.mark.parametrize("command", ["migrate", "web", "verify-audit"])
def test_a_command_ends_with_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:  # noqa: F811
    monkeypatch.setenv("SIGNALTREE_DATABASE_URL", "postgresql://county:secret@127.0.0.1:1/tree")
    ran = run(command)
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert ran.err.startswith("数据库打不开，请核对 SIGNALTREE_DATABASE_URL")
