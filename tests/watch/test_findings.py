"""A finding's life: it begins, is told once, goes on, gets worse, ends, is told once more; and a Watch that is blind
says so."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.commands.watched import WATCHED, watch
from bot.metrics import REGISTRY
from broadcasts.watch.contract import Found, Ground, Level, Look, Seen
from broadcasts.watch.models import Finding, Looked
from broadcasts.watch.run import look_at, look_due
from tests.both_ways import both_ways
from tests.servers import Postgres
from tests.watch.looking import findings, kinds, tell
from tests.world import World

DISK = {"left": "0.5 GB"}


def dead(robots: int) -> Seen:
    facts = {"dead": str(robots), "living": "9", "names": "柳湾村群"}
    return Seen("robots_dead", Level.mind, facts=facts, grows="dead")


async def see(world: World, *seen: Seen, name: str = "test") -> None:
    async def function(_: Ground) -> Found | None:
        return Found(seen)

    await look_at(world.deps, [Look(name, timedelta(minutes=1), function)], world.clock.now())
    await tell(world)


async def test_what_can_wait_is_told_in_the_morning_and_once(world: World) -> None:
    mild = Seen("backup", Level.mind, facts={"last": ""})
    await see(world, mild)
    assert await world.phone("liu") == []  # 02:40
    world.clock.turn(5 * 3600)
    await see(world, mild)
    await see(world, mild)
    (told,) = await world.phone("liu")
    assert told.startswith("请管理员处理 夜间备份没有做成\n")
    await see(world)
    await see(world)
    assert (await world.phone("liu"))[1:] == ["已恢复：夜间备份没有做成（今天凌晨2:40起）"]


async def test_what_becomes_worse_is_told_anew_and_rings(world: World) -> None:
    ends = {"days": "20", "ends": "2026-07-31", "doubt": ""}
    await see(world, Seen("certificate_ends", Level.mind, facts=ends))
    world.clock.turn(5 * 3600)
    await see(world, Seen("certificate_ends", Level.mind, facts=ends))
    await see(world, Seen("certificate_ends", Level.bad, facts=ends | {"days": "6"}))
    first, second = await world.phone("liu")
    assert "还有 20 天到期" in first
    assert second.startswith("请处理 系统有一处坏了，预警会受影响\n网站的证书还有 6 天到期")
    assert await kinds(world) == ["certificate_ends"]


async def test_what_passes_wakes_nobody_and_leaves_no_word(world: World) -> None:
    passing = Seen("disk", facts=DISK, patience=timedelta(minutes=10))
    await see(world, passing)
    world.clock.turn(300)
    await see(world)
    world.clock.turn(12 * 3600)
    await tell(world)
    assert await world.phone("liu") == []
    async with world.deps.read() as session:
        (row,) = (await session.execute(sa.select(Finding))).scalars()
    assert row.told_at is None
    assert row.ended_at is not None


async def test_what_grew_by_night_and_is_mended_by_night_is_said_to_be_over_in_the_morning(world: World) -> None:
    world.clock.turn(6 * 3600)  # 08:40
    await see(world, dead(1))
    world.clock.turn(15 * 3600)
    await see(world, dead(3))
    world.clock.turn(3600)
    await see(world)
    (told,) = await world.phone("liu")
    assert told.startswith("请管理员处理 1 个群机器人已失效")
    world.clock.turn(8 * 3600)
    await tell(world)
    await tell(world)
    (over,) = (await world.phone("liu"))[1:]
    assert over.startswith("已恢复：3 个群机器人已失效")
    assert over.endswith("（昨天上午8:40起，今天凌晨0:40好了）")


async def test_what_was_there_by_night_and_is_over_is_said_once_in_the_morning(world: World) -> None:
    await see(world, Seen("backup", Level.mind, facts={"last": ""}))
    world.clock.turn(3600)
    await see(world)
    assert await world.phone("liu") == []
    world.clock.turn(4 * 3600)
    await tell(world)
    await tell(world)
    assert await world.phone("liu") == ["已恢复：夜间备份没有做成（今天凌晨2:40起，今天凌晨3:40好了）"]


async def test_what_another_room_tells_of_is_not_said_to_be_over(world: World) -> None:
    await see(world, Seen("feed_silent", facts={"name": "县气象台"}, elsewhere=True))
    world.clock.turn(3600)
    await see(world)
    world.clock.turn(4 * 3600)
    await tell(world)
    assert await world.phone("liu") == []


async def test_a_note_is_nobodys_business_but_the_guides(world: World) -> None:
    await see(world, Seen("verify_none", Level.note))
    assert await findings(world) == []
    async with world.deps.read() as session:
        row = await session.get(Looked, "test")
    assert row is not None
    assert row.problems == [{"kind": "verify_none", "level": "note", "facts": {}}]
    assert row.good_at is None


async def test_a_look_that_breaks_is_a_finding_and_the_others_are_taken(world: World) -> None:
    async def broken(_: Ground) -> Found | None:
        raise ValueError

    async def fine(_: Ground) -> Found | None:
        return Found((Seen("disk", facts=DISK),))

    looks = [Look(name, timedelta(0), each) for name, each in (("broken", broken), ("fine", fine))]
    await look_at(world.deps, looks, world.clock.now())
    assert await kinds(world) == ["disk", "blind"]


async def test_each_look_has_its_own_pace(world: World) -> None:
    taken: list[str] = []

    def look(name: str, minutes: int) -> Look:
        async def function(_: Ground) -> Found | None:
            taken.append(name)
            return Found()

        return Look(name, timedelta(minutes=minutes), function)

    for _ in range(4):
        await look_due(world.deps, [look("often", 1), look("seldom", 3)], world.clock.now())
        world.clock.turn(60)
    assert taken == ["often", "seldom", "often", "often", "often", "seldom"]


async def test_a_road_that_is_shut_again_leaves_nothing_behind(world: World) -> None:
    await see(world, Seen("disk", facts=DISK))

    async def gone(_: Ground) -> Found | None:
        return None

    await look_at(world.deps, [Look("test", timedelta(0), gone)], world.clock.now())
    assert await findings(world) == []
    async with world.deps.read() as session:
        assert await session.get(Looked, "test") is None


async def test_every_look_has_a_name_for_people_and_its_own_row() -> None:
    from broadcasts.dispatch.texts.render import wording

    names = [look.name for look in WATCHED]
    assert len(names) == len(set(names))
    assert set(names) <= set(wording("watch_names.txt", "LOOKS"))
    assert REGISTRY.get_sample_value("signaltree_watch_findings", {"kind": "none", "level": "bad"}) is None


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_the_tick_takes_every_look_and_none_is_blind(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if database == "postgres" else None
    more = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, **more) as ways:
        await watch(ways.world.deps)
        async with ways.world.deps.read() as session:
            looked = {row.name: row for row in (await session.execute(sa.select(Looked))).scalars()}
        nothing = {"feeds", "certificate", "sms", "voice", "gateways_word"} | ({"keeping"} if server else set())
        assert {look.name for look in WATCHED} - set(looked) == nothing
        assert [kind for row in looked.values() for kind in row.problems if kind["kind"] == "blind"] == []
        await watch(ways.world.deps)  # nothing is due again: the rows stay as they are


async def test_who_could_not_look_does_not_say_that_it_is_well_again(world: World) -> None:
    await see(world, Seen("disk", facts=DISK))
    (told,) = await world.phone("liu")

    async def broken(_: Ground) -> Found | None:
        raise ValueError

    await look_at(world.deps, [Look("test", timedelta(minutes=1), broken)], world.clock.now())
    await tell(world)
    assert await world.phone("liu") == [told]
    assert "disk" in await kinds(world)
    await see(world)
    assert (await world.phone("liu"))[-1].startswith("已恢复：")
    assert "disk" not in await kinds(world)
