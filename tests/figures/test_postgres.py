"""The same figures on PostgreSQL: counters, a pack, a month and a bulletin."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory.tree import tree
from bot.wiring import MONTHLY, PRAISE
from broadcasts.coverage.months import month, span
from broadcasts.evidence.gather import gather
from broadcasts.evidence.plain import facts
from drills.bulletins.draft import draft
from handlers.console.figures.spoken import KeptWords
from handlers.console.page import word
from tests.figures.counting import counted, newest_alert
from tests.servers import Postgres
from tests.world import small_world


@pytest.mark.postgres
async def test_the_figures_are_the_same_on_postgresql(tmp_path: Path, postgres_server: Postgres) -> None:
    async with small_world(tmp_path, postgres_server.fresh()) as world:
        settings, zone = world.deps.settings, world.deps.settings.zone
        await world.issue(places=("柳湾镇",))
        await world.forward(minutes=2)
        await world.say("li", "1")
        found = await counted(world)
        assert (found.people.told, found.people.whole, found.answered, found.asked, found.median) == (3, 3, 1, 3, 120)
        assert (await counted(world)).groups.told == 2  # counted again: the rows stand in the stead of the old
        alert, now = await newest_alert(world), world.clock.now()
        async with world.deps.begin() as session:
            areas = await tree(session)
            pack = await gather(
                session, settings, world.deps.vault, areas, alert, (), KeptWords(), by="user:liu", at=now
            )
            said = facts(pack, word, zone)
            july = span("2026-07", zone)
            figures = [f for one in MONTHLY for f in await one.figures(session, areas, None, july, now)]
            whole = await month(session, areas, july)
            made = await draft(session, PRAISE, july, at=datetime(2026, 8, 1, 1, tzinfo=UTC))
    li = next(line for line in said["people"] if line["name"] == "李秀英")
    assert "应答：收到（回数字）“1”" in li["time"][-1]
    assert (whole.alerts, whole.live.minutes) == (1, 2.0)
    assert {f.key for f in figures} >= {"reports", "shifts", "checks"}
    assert "李秀英" in made.text
