"""Keeping what was proven: the request's nonce, the word and what hangs on it, in one transaction with all that came
within the same few milliseconds."""

from collections.abc import Callable
from pathlib import Path

from bot.config import Settings
from bot.db.aside import Beside
from bot.db.together import Together, open_together
from handlers.wechat.keeping.arrival import Arrival, Kept
from handlers.wechat.keeping.journal import Unwritten, line, taken
from handlers.wechat.keeping.postgres import on_postgres
from handlers.wechat.keeping.sqlite import on_sqlite

NAME = "callbacks"
WITHIN = 0.005  # seconds that a callback waits for others: alone in its transaction it costs six times as much
Store = Together[Arrival, Kept]


def open_store(settings: Settings, brought: Callable[[], None] = lambda: None, *, visits: bool = False) -> Store:
    """To be closed at the end. `brought` is called when what was kept beside the database has come in; a command that
    only `visits` it expects that a service has it."""
    aside = Beside(NAME, line, taken, Unwritten(), brought, visits)
    return open_together(settings, sqlite=on_sqlite, postgres=on_postgres, within=WITHIN, beside=aside)


def beside(settings: Settings) -> Path:
    """The journal of what waits for SQLite."""
    return Path(f"{settings.sqlite_path}.{NAME}")
