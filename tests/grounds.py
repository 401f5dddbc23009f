"""Grounds that tests stand on: settings, and migrated databases of both kinds, each migrated once and then copied."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import Settings, load
from bot.migrations.run import upgrade
from tests.servers import Postgres

KEY = "a-key-for-tests-that-is-long-enough-0123456789"
TEMPLATE = "migrated"
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ON_BOTH = pytest.mark.parametrize("world", BOTH, indirect=True)  # a module of stories that are played on both


def settings_for(folder: Path, database: str = "", **more: str) -> Settings:
    """Settings that no environment and no `.env` has a part in."""
    given = {"data_dir": str(folder), "secret_key": KEY, "database_url": database, **more}
    return load({f"SIGNALTREE_{name.upper()}": value for name, value in given.items()}, env_file=None)


def migrate(settings: Settings) -> None:
    """In a thread of its own, since the fixture that asks may be asked from a running loop."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(upgrade(settings))).result()


class Grounds:
    """Migrated, empty databases."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request, self._folder = request, folder
        self._file: Path | None = None
        self._server: Postgres | None = None

    def settings(self, kind: str, folder: Path, **more: str) -> Settings:
        """Settings on a fresh database of a kind, `sqlite` or `postgres`."""
        if kind == "postgres":
            return settings_for(folder, self.postgres(), **more)
        made = settings_for(folder, **more)
        shutil.copyfile(self._sqlite(), made.sqlite_path)
        return made

    def _sqlite(self) -> Path:
        if self._file is None:
            settings = settings_for(self._folder)
            migrate(settings)
            self._file = Path(settings.sqlite_path)
        return self._file

    def postgres(self) -> str:
        """The DSN of a fresh database."""
        if self._server is None:
            self._server = self._request.getfixturevalue("postgres_server")
            migrate(settings_for(self._folder, self._server.fresh(TEMPLATE)))
        return self._server.fresh(template=TEMPLATE)


@pytest.fixture(scope="session")
def grounds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(request, tmp_path_factory.mktemp("grounds"))


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings whose database has never been migrated."""
    if request.param == "sqlite":
        return settings_for(tmp_path)
    server: Postgres = request.getfixturevalue("postgres_server")
    return settings_for(tmp_path, server.fresh())
