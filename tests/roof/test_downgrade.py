"""A database goes back to an older release with all that the newer one wrote: the older one can read what is left."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from bot.config import Settings
from bot.db.engine import async_url
from bot.migrations.run import config
from tests.grounds import settings_for
from tests.servers import Postgres

OLD, NEW = "0021", "0024"
AT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
ANSWERS = (("received", "digit"), ("knocked", "knock"), ("help", "call"))
SENDS = (
    ("missed", "asked"), ("all", "superseded"), ("tag", "asked"), ("follow", "asked"), ("recall", "sent"),
    ("places", "declined"),
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return settings_for(tmp_path)
    server: Postgres = request.getfixturevalue("postgres_server")
    return settings_for(tmp_path, server.fresh())


async def test_what_a_newer_release_said_is_put_in_older_words(empty: Settings) -> None:
    engine = create_async_engine(async_url(empty.database))
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), NEW))
        await connection.run_sync(_filled)
        await connection.run_sync(lambda sync: command.downgrade(config(sync), OLD))
        answers = await connection.execute(sa.text("SELECT said, how FROM answer ORDER BY id"))
        said = [tuple(row) for row in answers]
        sends = await connection.execute(sa.text("SELECT whom, state, decided_by FROM mass_send ORDER BY id"))
        asked = [tuple(row) for row in sends]
    await engine.dispose()
    assert said == [("received", "digit"), ("help", "call")]
    assert asked == [
        ("missed", "asked", ""), ("all", "declined", ""), ("places", "declined", "system"),
        ("places", "declined", "system"), ("places", "sent", ""), ("places", "declined", ""),
    ]  # fmt: skip


def _filled(connection: sa.Connection) -> None:
    _add(connection, "area", id=1, code="1", path="/1/")
    _add(connection, "person", id=1, area_id=1)
    _add(connection, "broadcast", id="b", uid="b", number="1")
    for number, (said, how) in enumerate(ANSWERS, 1):
        _add(connection, "answer", id=number, uid=f"a{number}", source=f"s{number}", broadcast_id="b", person_id=1,
             said=said, how=how)  # fmt: skip
    _add(connection, "knock", id=1, broadcast_id="b", person_id=1, knocker_id=1, answer_id=2)
    for number, (whom, state) in enumerate(SENDS, 1):
        _add(connection, "mass_send", id=number, uid=f"m{number}", broadcast_id="b", whom=whom, state=state)


def _add(connection: sa.Connection, name: str, **values: object) -> None:
    """A row of which only these values matter."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    named = {key: value for key, value in values.items() if key in table.c}
    filled = {
        one.name: _nothing(one.type) for one in table.c if not one.nullable and one.server_default is None
    } | named
    connection.execute(table.insert().values(filled))


def _nothing(kind: sa.types.TypeEngine[object]) -> object:
    """A value that the column takes."""
    if isinstance(kind, sa.JSON):
        return []
    return {datetime: AT, bool: False, int: 0, float: 0.0, bytes: b""}.get(kind.python_type, "")
