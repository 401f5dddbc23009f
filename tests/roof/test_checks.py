"""What doctor thinks of a machine."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.checks import State, machine
from tests.grounds import settings_for

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOMEBODY = 65534


def states(folder: Path, at: datetime = NOW, **more: str) -> dict[str, State]:
    return {check.name: check.state for check in machine(settings_for(folder, **more), at)}


def test_a_machine_in_order(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert {name for name, state in states(tmp_path).items() if state is State.bad} == set()


def test_a_key_that_others_read_is_bad(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    assert states(tmp_path)["文件权限"] is State.bad
    (tmp_path / "secret_key").chmod(0o600)
    assert states(tmp_path)["文件权限"] is State.good


def test_a_folder_that_is_not_there_is_bad(tmp_path: Path) -> None:
    assert states(tmp_path / "gone")["数据目录"] is State.bad


@pytest.mark.parametrize(("year", "state"), [(1970, State.bad), (2025, State.bad), (2026, State.good)])
def test_a_clock_before_the_program_was_written_is_bad(tmp_path: Path, year: int, state: State) -> None:
    assert states(tmp_path, datetime(year, 12, 1, tzinfo=UTC))["时钟"] is state


def test_a_short_key_and_a_lone_postgresql_are_minded(tmp_path: Path) -> None:
    made = states(tmp_path, secret_key="short", database="postgresql://x@127.0.0.1/x")
    assert (made["密钥"], made["运行方式"]) == (State.mind, State.mind)


def test_postgresql_with_redis_is_in_order(tmp_path: Path) -> None:
    made = states(tmp_path, database="postgresql://x@127.0.0.1/x", redis_url="redis://127.0.0.1")
    assert made["运行方式"] is State.good


def test_words_that_the_database_would_not_have_are_bad(tmp_path: Path) -> None:
    assert "没存进数据库的话" not in states(tmp_path)
    Path(f"{settings_for(tmp_path).sqlite_path}.callbacks.refused").write_bytes(b"[0]\n")
    assert states(tmp_path)["没存进数据库的话"] is State.bad


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to somebody else")
def test_a_database_that_another_user_made_is_minded(tmp_path: Path) -> None:
    path = Path(settings_for(tmp_path).sqlite_path)
    path.touch()
    assert "数据库文件" not in states(tmp_path)
    os.chown(tmp_path, SOMEBODY, SOMEBODY)
    assert states(tmp_path)["数据库文件"] is State.mind
