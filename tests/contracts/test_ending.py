"""The database is closed while somebody still looks, as a page does whose process is told to stop."""

import gc
import warnings
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.db.engine import Database
from tests.grounds import BOTH, Grounds


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path, grounds: Grounds) -> Database:
    return Database(grounds.settings(request.param, tmp_path))


@pytest.mark.parametrize("way", ["read", "glance", "begin"])
async def test_whoever_still_looks_reads_on_and_leaves_no_connection_open(database: Database, way: str) -> None:
    async with getattr(database, way)() as session:
        await session.execute(sa.text("SELECT 1"))
        await database.close()
        assert await session.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
    del session
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        gc.collect()
    assert not said
