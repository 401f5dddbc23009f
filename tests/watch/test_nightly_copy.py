"""The nightly copy as the Watch and `doctor` see it: a young installation owes none before its first night is over."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.access.models import Role
from bot.commands.backup.owed import began, first_night
from bot.commands.checks import State, copied
from bot.record.entries import record
from tests.both_ways import both_ways
from tests.watch.looking import kinds, look
from tests.watch.test_setup_guide import signed_in
from tests.world import World

CHINA = ZoneInfo("Asia/Shanghai")
RED = '<span class="silent">夜间备份没有做成'


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-07-{text}").replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("12T10:00", "13T05:00"),
        ("12T23:59", "13T05:00"),
        ("13T02:40", "13T05:00"),
        ("13T04:59", "13T05:00"),
        ("13T05:00", "14T05:00"),
    ],
)
def test_the_first_night_is_the_one_that_comes(since: str, until: str) -> None:
    assert first_night(local(since)) == local(until)


async def test_on_the_first_day_it_is_still_to_come_and_from_the_first_missed_one_on_it_is_red(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        world = ways.world  # 02:40
        assert "<h1>还没有检查过</h1>" in await admin.open("/console/watch")
        await look(world, "backup")
        page = await admin.open("/console/watch")
        assert "今晚第一次做（凌晨 03:17）" in page
        assert "1/1 项正常" in page
        assert 'class="silent"' not in page
        world.clock.turn(timedelta(hours=2, minutes=30).total_seconds())
        await look(world, "backup")
        assert await kinds(world) == ["backup"]
        page = await admin.open("/console/watch")
        assert RED in page
        assert "今晚第一次做" not in page


async def test_the_doctor_says_the_same(world: World) -> None:
    settings, since = world.deps.settings, world.clock.now()
    young, old = copied(settings, since, since), copied(settings, since, since + timedelta(hours=3))
    assert (young.state, old.state) == (State.good, State.bad)
    assert "今晚第一次做（凌晨 03:17）" in young.words
    assert copied(settings, None, since).state is State.good  # a database that is empty


async def test_a_county_that_is_brought_to_a_new_machine_owes_its_first_copy_there(world: World) -> None:
    async with world.deps.begin() as session:
        at = world.clock.now() + timedelta(days=30)
        record(session, "system", "backup.restored", "0001", at)
    async with world.deps.read() as session:
        assert await began(session) == at
