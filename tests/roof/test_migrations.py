"""The schema: built from nothing, whole, the same on both databases, and by one process alone."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.config import Settings
from bot.errors import SchemaError
from bot.migrations.run import HERE, check, ensure, head, present, upgrade
from bot.migrations.tables import metadata
from tests.climbing import connected


async def test_nothing_is_left_to_generate(empty: Settings) -> None:
    await upgrade(empty)
    async with connected(empty) as connection:
        left = await connection.run_sync(_left)
    assert left == []


def _left(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [change for change in compare_metadata(context, metadata) if "alembic_version" not in str(change)]


async def test_an_empty_database_is_migrated_by_a_command_and_refused_by_a_process(empty: Settings) -> None:
    with pytest.raises(SchemaError, match="signaltree migrate"):
        await check(empty)
    await ensure(empty)
    await check(empty)
    assert await present(empty) == head()


async def test_an_old_schema_is_refused(empty: Settings) -> None:
    await upgrade(empty)
    async with connected(empty) as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
        await connection.commit()
    for refuse in (check, ensure):
        with pytest.raises(SchemaError, match="0000"):
            await refuse(empty)


async def test_two_that_migrate_at_once_do_it_once(empty: Settings) -> None:
    await asyncio.gather(upgrade(empty), upgrade(empty))
    await check(empty)


def test_revisions_stand_in_one_line() -> None:
    script = ScriptDirectory(str(HERE))
    assert len(script.get_heads()) == 1
    assert [r.revision for r in script.walk_revisions()][::-1] == sorted(r.revision for r in script.walk_revisions())
