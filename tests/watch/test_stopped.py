"""A Watch that cannot write down what it sees must not look calm: its page says that it has stopped, and since when."""

from pathlib import Path

import sqlalchemy as sa

from bot.access.models import Role
from tests.both_ways import both_ways
from tests.watch.looking import look
from tests.watch.test_setup_guide import signed_in

MINUTES = 6
FULL = "CREATE TRIGGER full BEFORE UPDATE ON web_session BEGIN SELECT RAISE(ABORT, 'full'); END"


async def test_a_watch_that_no_longer_looks_says_so_with_the_mend(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await look(ways.world, "disk")
        await admin.open("/console/watch")
        assert admin.heading == "现在没有查出毛病"
        ways.world.clock.turn(MINUTES * 60)
        page = await admin.open("/console/watch")
        assert admin.heading.startswith("体检停了：")
        assert "signaltree doctor" in page
        assert "叫不醒值班员" in page
        await look(ways.world, "disk")
        await admin.open("/console/watch")
        assert admin.heading == "现在没有查出毛病"


async def test_a_database_that_takes_nothing_still_shows_the_officer_what_is_going_on(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.officer) as officer:
        await ways.world.issue()
        async with ways.world.deps.begin() as session:
            await session.execute(sa.text(FULL))
        ways.world.clock.turn(MINUTES * 60)  # a session's life is written down every five minutes
        page = await officer.open("/console/")
        assert (officer.status, "红色暴雨" in page) == (200, True)
