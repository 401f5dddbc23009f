"""A real SQLite file per test, and a small county in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import TurnedClock
from bot.config import Settings
from bot.deps import Deps, open_deps
from bot.directory.imports.columns import Kind
from bot.migrations.run import upgrade
from tests.directory.bringing import bring

NOW = datetime(2026, 7, 11, 18, 38, tzinfo=UTC)
AREAS = """code,name,parent,level,tags,duty_phone,geometry
99,青崖县,,县,,000-0000,
9901,柳湾镇,99,镇,,000-0002,
9902,石门乡,99,乡,,,
990101,柳湾村,9901,村,风险点;临河,,
990102,上河村,9901,村,,,
990201,石门村,9902,村,风险点,,
990202,上河村,9902,村,,,
99010101,柳湾村第1网格,990101,网格,,,
"""
PEOPLE = """id,name,area,roles,ab,userid,openid,phone,language
P1,李秀英,990101,灾害信息员,A,lixiuying,,10000000001,
P2,赵敏,990101,灾害信息员;网格员,B,zhaomin,oZhao,10000000002,
P3,刘洋,99,值班员,,liuyang,,10000000003,
P4,陈大山,990201,灾害信息员,A,chendashan,,,ko
"""
GROUPS = """id,name,area,kind,robot_key,chat_id
G0,县值班群,99,值班群,00000000-0000-4000-8000-000000000000,
G1,柳湾村防汛群,990101,村群,https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-4000-8000-000000000001,
G2,石门村防汛群,990201,村群,,chat01
"""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, to be copied: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("migrated")
    asyncio.run(upgrade(Settings(data_dir=folder, secret_key="a key for tests alone")))
    return folder


@pytest.fixture
async def deps(tmp_path: Path, migrated: Path) -> AsyncIterator[Deps]:
    settings = Settings(data_dir=tmp_path / "data", secret_key="a key for tests alone")
    shutil.copytree(migrated, settings.data_dir)
    async with open_deps(settings, TurnedClock(NOW)) as opened:
        yield opened


@pytest.fixture
async def county(deps: Deps) -> Deps:
    for kind, text in ((Kind.areas, AREAS), (Kind.people, PEOPLE), (Kind.groups, GROUPS)):
        await bring(deps, kind, text)
    return deps
