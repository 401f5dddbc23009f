"""Rings, rungs and drills take the next road of the same person too, each by its own rows; what is left for nobody is
listed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.channels.signing import gateway_key
from bot.directory.models import Group, Person
from bot.directory.queries import groups, people
from bot.directory.tree import tree
from bot.simulator.config import SimulatorConfig
from bot.vault import Vault
from broadcasts.alerts.drill import Played, born
from broadcasts.audience.select import Target, roads_of
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.drilled import issue_drill
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.models import Batch, Broadcast, Text
from broadcasts.dispatch.queries import copies
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.hazards.grades import Grade
from broadcasts.release.holds import open_hold
from broadcasts.release.verdict import Reason
from tests.stories.test_next_road import NUMBERS, look, texts
from tests.stories.test_roads_down import mend
from tests.world import World, robot_key, small_world


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The county has a gateway for text messages, and everybody a telephone."""
    database = request.getfixturevalue("postgres_server").fresh() if request.param == "postgres" else ""
    config = SimulatorConfig(sms_key=gateway_key(Vault("a key for tests only"), "live"))
    more = {"sms_webhook": "{base}/sms/messages", "training_api_base": "{base}"}
    async with small_world(tmp_path, database, config=config, more=more) as made:
        vault = made.deps.vault
        async with made.deps.begin() as session:
            for userid, number in NUMBERS.items():
                sealed = {"phone_sealed": vault.seal(number), "phone_digest": vault.digest(number)}
                await session.execute(sa.update(Person).where(col(Person.key) == userid).values(**sealed))
        yield made


async def ring(world: World) -> None:
    """Something waits for the officer."""
    async with world.deps.begin() as session:
        await open_hold(
            session, Reason.broken, about="watch:1", said="机器人都不回。", by="system", at=world.clock.now()
        )
    await world.work()


async def sent(world: World, purpose: Purpose) -> Broadcast:
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.purpose) == purpose).order_by(col(Broadcast.id))
        return (await session.execute(wanted.limit(1))).scalar_one()


async def told(world: World, broadcast: Broadcast, name: str) -> list[tuple[str, str, str]]:
    async with world.deps.read() as session:
        found = await copies(session, broadcast.id)
        return [(c.channel, c.state.value, c.reason) for c in found if c.name == name]


async def test_a_ring_that_fails_goes_by_the_officers_next_road_at_once(world: World) -> None:
    await world.gone("liu")
    await ring(world)
    assert await look(world) == 1
    broadcast = await sent(world, Purpose.ring)
    assert await told(world, broadcast, "刘洋") == [("wecom_app", "failed", "member_invalid"), ("sms", "sent", "")]
    assert "机器人都不回" in (await texts(world, "liu"))[0]
    assert await look(world) == 0  # once
    async with world.deps.read() as session:
        (other, *_) = await differences(session, broadcast)
    assert (other.kind, other.reason, other.channel, other.to, list(other.names)) == (
        "failed", "member_invalid", "wecom_app", "", ["刘洋"]
    )  # fmt: skip


async def test_a_ring_that_hangs_waits_five_seconds_and_no_road_need_be_down(world: World) -> None:
    await world.fault(endpoint="app", kind="http", status=502, target="liu")
    await ring(world)
    await world.forward(seconds=4)
    assert await look(world) == 0
    await world.forward(seconds=2)
    assert await look(world) == 1
    assert len(await texts(world, "liu")) == 1
    await mend(world)
    await world.forward(seconds=20)
    broadcast = await sent(world, Purpose.ring)
    assert [channel for channel, *_ in await told(world, broadcast, "刘洋")] == ["wecom_app", "sms"]


async def test_without_a_row_for_rings_a_ring_keeps_its_road(world: World) -> None:
    async with world.deps.begin() as session:
        ended = (world.clock.now() - timedelta(days=9)).date()
        await session.execute(sa.update(FailoverRule).where(col(FailoverRule.about) == "ring").values(valid_to=ended))
    await world.gone("liu")
    await ring(world)
    assert await look(world) == 0


async def test_a_rung_goes_by_the_next_road_with_its_own_words(world: World) -> None:
    await world.issue()
    await world.fault(endpoint="app", kind="errcode", code=60020)
    await world.forward(minutes=3)
    for _ in range(8):
        await world.forward(seconds=4)
        await look(world)
    broadcast = await sent(world, Purpose.first)
    async with world.deps.read() as session:
        found = [c for c in await copies(session, broadcast.id) if c.name == "李秀英" and c.purpose == "reminder"]
    assert [(c.channel, c.state.value) for c in found[:2]] == [("wecom_app", "queued"), ("sms", "sent")]
    assert ["第 2 次" in text for text in await texts(world, "li")] == [True]
    async with world.deps.read() as session:
        b_role = [c for c in await copies(session, broadcast.id) if c.name == "王建国" and c.purpose == "b-role"]
    assert [c.channel for c in b_role][:2] == ["wecom_app", "sms"]
    assert "李秀英" in (await texts(world, "wang"))[-1]


async def made_by_the_application(world: World, chat: str, people: list[str]) -> None:
    own = {"corpid": world.deps.settings.wecom_corp_id, "corpsecret": world.deps.settings.wecom_secret}
    async with world.http.get(f"{world.base}/cgi-bin/gettoken", params=own) as answer:
        token = (await answer.json())["access_token"]
    body = {"name": "柳湾", "owner": people[0], "userlist": people, "chatid": chat}
    url = f"{world.base}/cgi-bin/appchat/create?access_token={token}"
    async with world.http.post(url, json=body) as answer:
        assert (await answer.json())["errcode"] == 0


async def drill(world: World, road: Road) -> Broadcast:
    """One message of a drill, for 李秀英 and her village's group."""
    at = world.clock.now()
    async with world.deps.begin() as session:
        areas = await tree(session)
        village = next(node for node in areas.nodes.values() if node.name == "柳湾村")
        played = Played("11A51", Grade.red, "青崖县应急管理局", "请叫醒河边人家。", [village], at + timedelta(hours=1))
        alert = await born(session, played, by="user:liu", at=at)
        targets = [
            Target("person", p.id, village.id, village.town_id, "灾害信息员", "zh-CN", Mode.wake, roads_of(p.addresses))
            for p in await people(session, areas={village.id}) if p.addresses.get("wecom_app") == "li"
        ] + [
            Target("group", g.id, village.id, village.town_id, g.kind, "zh-CN", Mode.quiet,
                   {"wecom_robot": str(g.robots[0])})
            for g in await groups(session, areas={village.id})
        ]  # fmt: skip
        made = await issue_drill(session, world.deps.settings, alert, targets, road=road, again=True, by="x", at=at)
    await world.work()
    return made


@pytest.mark.parametrize("road", [Road.live, Road.training])
async def test_a_drill_keeps_to_its_road_and_its_people(world: World, road: Road) -> None:
    """A robot that is gone, and a group of the application's that is there: the drill's copy takes it, marked."""
    await made_by_the_application(world, "liuwan", ["liu", "li"])
    async with world.deps.begin() as session:
        await session.execute(sa.update(Group).where(col(Group.name) == "柳湾村群").values(chat_id="liuwan"))
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    await world.gone("li")
    made = await drill(world, road)
    await look(world)
    await look(world)
    assert await told(world, made, "柳湾村群") == [("wecom_robot", "failed", "robot_gone"), ("appchat", "sent", "")]
    assert await told(world, made, "李秀英") == [("wecom_app", "failed", "member_invalid")]  # and no text message
    async with world.deps.read() as session:
        assert set((await session.execute(sa.select(col(Batch.road)))).scalars()) == {road}
        parts = [p for (row,) in await session.execute(sa.select(col(Text.parts))) for p in row]
    assert parts
    assert all(part.startswith(MARK) and part.endswith(MARK) for part in parts)
