"""A night of answers gives the same figures, names and reminders on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broadcasts.answers.counted import answered, said_by
from broadcasts.answers.models import Said
from broadcasts.answers.named import cannot, helps
from broadcasts.ladder.calls import has_come
from tests.servers import Postgres
from tests.stories.answering import Desk
from tests.world import World, small_world


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def county(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as made:
        yield made


async def test_a_night_of_answers(county: World) -> None:
    world, desk = county, Desk(county)
    await world.issue()
    (sent,) = await desk.broadcasts()
    await desk.say("wang", Said.cannot)
    await desk.say("chen", Said.help)
    await desk.say("chen", Said.received)
    await desk.say("zhou", Said.received)
    await desk.undo("zhou")
    whole = await desk.figures()
    assert (whole.answered, whole.asked, whole.said) == (2, 6, {Said.cannot: 1, Said.received: 1})
    assert await desk.silent() == ["刘洋", "孙和平", "李秀英", "周秀兰"]
    assert [(o.name, o.said) for o in await desk.open("wang")] == [("红色暴雨", Said.cannot)]
    async with world.deps.read() as session:
        assert await answered(session, sent) == 2
        assert sorted((await said_by(session, sent)).values()) == ["cannot", "received"]
        assert [(h.name, h.village, h.town, h.open) for h in await helps(session, sent)] == [
            ("陈大山", "石门村", "石门乡", True)
        ]
        (one,) = await cannot(session, sent)
        assert (one.name, [(n.name, n.ab, n.said) for n in one.instead]) == ("王建国", [("李秀英", "A", None)])
        assert not (await has_come(session, sent))[0]
    await world.forward(minutes=3)
    assert len(await world.phone("li")) == 3  # woken in his place at once, and told again as she is silent still
    assert "B 角 王建国 去不了，请您去" in (await world.phone("li"))[1]
    assert len(await world.phone("wang")) == 1
    await world.forward(minutes=3)
    assert [hold.said for hold in await desk.holds("silent")] == ["还有 4 人没有应答：红色暴雨"]
    for key in ("li", "zhou", "liu", "sun"):
        await desk.say(key, Said.received)
    assert await desk.holds("silent") == []
    assert await desk.rungs() == [(2, "told"), (3, "told"), (11, "told")]
