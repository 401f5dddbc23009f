"""What other rooms know to be out of order stands in the same list, and rings from there where nobody else rings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Role
from bot.channels.signing import gateway_key
from bot.directory.models import Group, Robot
from bot.record.entries import record
from bot.simulator.config import SimulatorConfig
from bot.vault import Vault
from broadcasts.dispatch.sending.outages import DOWN, UP, subject
from broadcasts.intake.models import Feed
from broadcasts.release.holds import open_holds
from broadcasts.watch.contract import Level
from broadcasts.watch.wording import words
from tests.console.browser import add, browser, console
from tests.servers import Postgres
from tests.watch.looking import findings, kinds, look, said, standing
from tests.world import World, small_world

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
async def county(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as world:
        yield world


async def down(world: World, action: str, channel: str = "wecom_robot", reason: str = "unreachable") -> None:
    """As the worker enters it in the record."""
    at = world.clock.now()
    async with world.deps.begin() as session:
        record(session, "worker", action, subject("live", channel), at, reason=reason, since=at.isoformat())


async def test_a_road_that_stays_down_rings_and_its_return_is_told(county: World) -> None:
    await down(county, DOWN)
    await look(county, "roads")
    assert await county.phone("liu") == []  # it may be back in a moment
    county.clock.turn(121)
    await look(county, "roads")
    assert "群机器人这条路断了：连不上" in (await county.phone("liu"))[-1]
    await down(county, UP)
    await look(county, "roads")
    assert (await county.phone("liu"))[-1].startswith("已恢复：群机器人这条路断了")
    assert await findings(county) == []


async def test_the_officer_takes_it_at_the_desk_and_nothing_rings_any_more(world: World) -> None:
    await down(world, DOWN)
    await look(world, "roads")
    world.clock.turn(121)
    await look(world, "roads")
    await add(world.deps, "officer", Role.officer)
    async with console(world.deps) as server, browser(server) as officer:
        await officer.sign_in("officer")
        page = await officer.open("/console/")
        assert "群机器人这条路断了" in page
        held = page.split('href="/console/held/')[1].split('"')[0]
        assert "系统坏了一处：" in await officer.open(f"/console/held/{held}")
        await officer.send(f"/console/held/{held}", do="seen", word="已报网络科")
    rung = len(await world.phone("liu"))
    await world.forward(minutes=10)
    assert len(await world.phone("liu")) == rung
    assert await kinds(world) == ["road_down"]  # it is taken on, and still down


async def test_one_cause_rings_once(world: World) -> None:
    await down(world, DOWN, "wecom_app", "address_not_trusted")
    await standing(world, wecom={"trusted": ["203.0.113.9"]})
    await look(world, "roads", "wecom")
    world.clock.turn(900)
    await look(world, "roads", "wecom")
    assert await kinds(world) == ["road_down", "wecom_refuses"]
    async with world.deps.read() as session:
        holds = [hold.reason for hold in await open_holds(session)]
    assert holds == ["broken"]


async def test_what_another_room_tells_of_is_listed_and_not_told_twice(county: World) -> None:
    async with county.deps.begin() as session:
        session.add(Feed(uid="f" * 36, name="省台", url="https://feed.example.invalid/a", failures=1))
    county.clock.turn(8 * 3600)
    await look(county, "feeds")
    assert await kinds(county) == ["feed_silent"]
    assert await county.phone("liu") == []


async def dead(world: World, robot: int) -> str:
    """Its group's name."""
    async with world.deps.begin() as session:
        gone = sa.update(Robot).where(col(Robot.id) == robot)
        await session.execute(gone.values(dead_at=world.clock.now(), dead_reason="robot_gone"))
        named = sa.select(col(Group.name)).join(Robot, col(Robot.group_id) == col(Group.id))
        return str(await session.scalar(named.where(col(Robot.id) == robot)))


async def test_dead_robots_are_told_by_name_and_again_when_there_are_more(county: World) -> None:
    first = await dead(county, 1)
    await look(county, "robots")
    assert await county.phone("liu") == []  # in the night nobody is woken for it
    county.clock.turn(8 * 3600)
    await look(county, "robots")
    assert f"1 个群机器人已失效（{first}）" in (await county.phone("liu"))[-1]
    await look(county, "robots")
    assert len(await county.phone("liu")) == 1
    second = await dead(county, 2)
    await look(county, "robots")
    assert (second in (await county.phone("liu"))[-1], len(await county.phone("liu"))) == (True, 2)


async def test_a_group_that_got_another_robot_needs_no_mend(county: World) -> None:
    await dead(county, 1)
    async with county.deps.begin() as session:
        group = (await session.execute(sa.select(col(Robot.group_id)).where(col(Robot.id) == 1))).scalar_one()
        session.add(Robot(group_id=group, sealed=b"x", digest="another"))
    await look(county, "robots")
    assert await kinds(county) == []


async def test_a_days_number_that_nobody_told_us_is_said_and_wakes_nobody(world: World) -> None:
    found = (await look(world, "quotas"))["quotas"]
    assert found is not None
    (unknown,) = found.seen
    assert (unknown.kind, unknown.level) == ("quota_unknown", Level.note)
    assert "SIGNALTREE_WECOM_ACCOUNT_CAP" in words(unknown.kind, unknown.facts).mend
    assert await kinds(world) == []


async def test_a_day_that_is_nearly_spent_is_told(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"wecom_account_cap": "1"}) as world:  # 200 person-times a day
        world.clock.turn(8 * 3600)
        for _ in range(30):
            await world.issue(identifier=f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}")
            world.clock.turn(120)
        await look(world, "quotas")
        assert await kinds(world) == ["quota"]
        assert "企业微信应用消息今天的次数用了" in await said(world)


@pytest.mark.parametrize(("right", "kind"), [(True, []), (False, ["gateway_refuses"])])
async def test_a_gateway_is_asked_for_an_echo_that_reaches_nobody(tmp_path: Path, right: bool, kind: list[str]) -> None:
    key = gateway_key(Vault("a key for tests only" if right else "another"), "live")
    config = SimulatorConfig(sms_key=key)
    async with small_world(tmp_path, config=config, more={"sms_webhook": "{base}/sms/messages"}) as world:
        await look(world, "sms")
        assert await kinds(world) == kind
        async with world.http.get(f"{world.base}/_sim/sms") as answer:
            assert (await answer.json())["items"] == []
        await world.fault(endpoint="sms", kind="http", status=502)
        await look(world, "sms")
        assert "gateway_silent" in await kinds(world)
