"""The directory on the other database: the same statements, the same answers."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import TurnedClock
from bot.config import Settings
from bot.demo.county.load import load
from bot.deps import open_deps
from bot.directory import queries, robots
from bot.directory.imports.columns import Kind
from bot.directory.models import Area
from bot.directory.tree import tree
from bot.migrations.run import upgrade
from tests.directory.bringing import bring, everything, look
from tests.directory.conftest import NOW
from tests.servers import Postgres


@pytest.mark.postgres
async def test_the_county_on_postgres(postgres_server: Postgres, tmp_path: Path) -> None:
    settings = Settings(database_url=postgres_server.fresh(), data_dir=tmp_path, secret_key="a key for tests alone")
    await upgrade(settings)
    async with open_deps(settings, TurnedClock(NOW)) as deps:
        await load(deps, "a hash")
        before = await everything(deps)
        await load(deps, "a hash")
        assert await everything(deps) == before
        moved = "code,parent,tags\n529926101200,石门乡,临河\n"
        assert (await bring(deps, Kind.areas, moved)).updates[0].changed == ("上级代码", "标签")
        assert (await look(deps, Kind.areas, moved)).unchanged == 1
        await bring(deps, Kind.people, "id,userid\nP0001,liuyang\nP0002,sunzhiyuan\n")
        await bring(deps, Kind.groups, "id,robot_key\nQ001,00000000-0000-4000-8000-0000000000ff\n")
        async with deps.begin() as session:
            codes = {area.code: area.id for area in (await session.execute(sa.select(Area))).scalars()}
            root, village = codes["529926000000"], codes["529926101200"]
            assert root
            assert village
            assert len(await queries.people(session, inside=root, roles=["灾害信息员"])) == 738
            assert len(await queries.groups(session, areas=[village])) == 1
            areas = await tree(session)
            assert areas.duty_phone(village) == "000-0004"
            assert len([*areas.below(root)]) == 2181
            given = await robots.give_codes(session, NOW)
            assert await robots.verify(session, given[0].code, by="user:lin", at=NOW)
            assert len(await robots.doubtful(session)) == 369
