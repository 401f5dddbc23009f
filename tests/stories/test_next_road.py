"""A road that is down, slow or spent, or that failed a copy, is left for the target's next one, by rule and once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.signing import gateway_key
from bot.directory.models import Group, Person
from bot.record.models import Entry
from bot.simulator.config import SimulatorConfig
from bot.vault import Vault
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.sweep import sweep_due
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.queries import Copy, copies, elsewhere, of_alert, unreached
from broadcasts.dispatch.sending.reported import reported
from broadcasts.dispatch.states import Road, State
from broadcasts.hazards.grades import Grade
from handlers.console.warnings.sendings import Line
from tests.stories.test_roads_down import mend
from tests.world import PEOPLE, World, robot_key, small_world

NUMBERS = {userid: f"1000000010{n}" for n, userid in enumerate(PEOPLE)}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The county has a gateway for text messages, and everybody a telephone."""
    database = request.getfixturevalue("postgres_server").fresh() if request.param == "postgres" else ""
    key = gateway_key(Vault("a key for tests only"), "live")
    config = SimulatorConfig(sms_key=key)
    async with small_world(tmp_path, database, config=config, more={"sms_webhook": "{base}/sms/messages"}) as made:
        vault = made.deps.vault
        async with made.deps.begin() as session:
            for userid, number in NUMBERS.items():
                sealed = {"phone_sealed": vault.seal(number), "phone_digest": vault.digest(number)}
                await session.execute(sa.update(Person).where(col(Person.key) == userid).values(**sealed))
        yield made


async def texts(world: World, userid: str) -> list[str]:
    async with world.http.get(f"{world.base}/_sim/sms/{NUMBERS[userid]}") as answer:
        return [m["text"] for m in (await answer.json()).get("messages", [])]


async def look(world: World) -> int:
    done = await sweep_due(world.deps, world.clock.now())
    await world.work()
    return done


async def first(world: World, alert_id: int | None) -> list[Copy]:
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, alert_id or 0)
        return [c for c in await copies(session, sent.id) if c.purpose == "first"]


async def arrived(world: World) -> None:
    """The gateway reports that every message has reached its telephone."""
    async with world.deps.begin() as session:
        rows = await session.execute(sa.select(col(Batch.message_id)).where(col(Batch.channel) == "sms"))
        for message_id in rows.scalars().all():
            await reported(session, Road.live, "sms", message_id, State.delivered, at=world.clock.now())


def of(found: list[Copy], name: str) -> list[tuple[str, str, str]]:
    return [(c.channel, c.state.value, c.reason) for c in found if c.name == name]


async def test_red_leaves_a_road_after_ten_seconds_and_what_waited_is_let_go(world: World) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    got = await world.issue()
    await world.forward(seconds=8)
    assert await look(world) == 0
    await world.forward(seconds=4)
    assert await look(world) == 6
    assert await look(world) == 0  # once
    assert all([len(await texts(world, userid)) == 1 for userid in PEOPLE])
    assert "红色" in (await texts(world, "li"))[0]
    await mend(world)
    await world.forward(minutes=1)
    await look(world)
    found = await first(world, got.taken[0].alert.id)
    assert of(found, "李秀英")[1] == ("sms", "sent", "")
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
        told = {(one.kind, one.reason, one.channel, one.to, one.copies) for one in await differences(session, sent)}
    assert ("other_road", "road_down", "wecom_app", "sms", 6) in told
    async with world.deps.read() as session:
        actions = await session.execute(sa.select(col(Entry.detail)).where(col(Entry.action) == "broadcast.passed_on"))
        assert [entry["causes"] for entry in actions.scalars()] == [{"road_down": 6}]


async def test_what_never_left_is_spared_when_the_next_road_has_brought_it(world: World) -> None:
    await world.fault(endpoint="app", kind="errcode", code=60020)  # nothing has arrived, surely
    got = await world.issue()
    await world.forward(seconds=12)
    await look(world)
    await look(world)
    (app, sms) = of(await first(world, got.taken[0].alert.id), "李秀英")
    assert (app[:2], sms[:2]) == (("wecom_app", "queued"), ("sms", "sent"))  # taken is not there
    await arrived(world)
    await look(world)
    assert of(await first(world, got.taken[0].alert.id), "李秀英") == [
        ("wecom_app", "skipped", "other_road"), ("sms", "delivered", "")
    ]  # fmt: skip
    await mend(world)
    await world.forward(minutes=2)
    assert not [text for text in await world.phone("li") if "第" not in text.splitlines()[0]][1:]
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
        assert {channel for channel, _ in await elsewhere(session, sent.id)} == {"wecom_app"}
        assert "other_road" not in {one.reason for one in await unreached(session, sent.id)}
    async with world.deps.read() as session:  # nobody is telephoned for what came by another road
        counted = (await progress(session, sent)).total
        line = Line("", counted, sum((await elsewhere(session, sent.id)).values()))
    assert (counted["skipped"], line.missing) == (line.elsewhere, 0)


@pytest.mark.parametrize(("grade", "seconds"), [(Grade.orange, 60), (Grade.yellow, 600)])
async def test_others_wait_as_long_as_their_rule_says(world: World, grade: Grade, seconds: int) -> None:
    await world.fault(endpoint="app", kind="errcode", code=60020)
    await world.issue(grade=grade)
    await world.forward(seconds=seconds - 5)
    assert await look(world) == 0
    await world.forward(seconds=10)
    assert await look(world) > 0


async def test_a_copy_that_failed_for_its_roads_sake_goes_by_the_next_at_once(world: World) -> None:
    await world.gone("li")
    got = await world.issue(grade=Grade.yellow)
    assert await look(world) == 1
    assert of(await first(world, got.taken[0].alert.id), "李秀英") == [
        ("wecom_app", "failed", "member_invalid"), ("sms", "sent", "")
    ]  # fmt: skip
    assert await look(world) == 0


async def test_a_group_whose_robot_is_gone_is_written_to_by_the_applications_or_by_hand(world: World) -> None:
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Group).where(col(Group.name) == "上坪村群").values(chat_id="nosuchchat"))
    await world.fault(endpoint="robot", target=robot_key("上坪村群"), kind="errcode", code=93000)
    got = await world.issue(grade=Grade.orange)
    assert await look(world) >= 2
    assert await look(world) >= 1  # that chat is not there either
    found = await first(world, got.taken[0].alert.id)
    assert [channel for channel, *_ in of(found, "柳湾村群")] == ["wecom_robot", "relay"]
    assert [channel for channel, *_ in of(found, "上坪村群")] == ["wecom_robot", "appchat", "relay"]


async def test_who_has_answered_gets_no_second_copy(world: World) -> None:
    await world.gone("li")
    got = await world.issue()
    async with world.deps.begin() as session:
        person = (await session.execute(sa.select(col(Person.id)).where(col(Person.key) == "li"))).scalar_one()
        (sent,) = await of_alert(session, got.taken[0].alert.id)
        at = world.clock.now()
        session.add(
            Answer(
                uid="a", broadcast_id=sent.id, person_id=person, road=Road.live, said=Said.received, how=How.call,
                by="user:liu", source="call:1", at=at,
            )
        )  # fmt: skip
    assert await look(world) == 0


async def test_a_slow_road_is_left_by_red_alone(world: World) -> None:
    yellow = await world.issue(grade=Grade.yellow, identifier="52992641600000_20260711180000")
    red = await world.issue(identifier="52992641600000_20260711180100", places=("柳湾村",))
    async with world.deps.begin() as session:  # as if the platform took nine seconds for each, and has three in hand
        for alert in (yellow, red):
            (sent,) = await of_alert(session, alert.taken[0].alert.id)
            mine = col(Batch.broadcast_id) == sent.id
            slow = (mine, col(Batch.channel) == "wecom_app")
            await session.execute(sa.update(Batch).where(*slow).values(state=State.sending, owner="worker-7"))
            await session.execute(sa.update(Broadcast).where(col(Broadcast.id) == sent.id).values(finished_at=None))
            counted = "UPDATE tally SET copies = 9 WHERE state = 'queued' AND channel = 'wecom_app'"
            await session.execute(sa.text(counted))
    world.clock.turn(9)
    assert await look(world) == 0
    world.clock.turn(2)
    assert await look(world) > 0
    assert {c.channel for c in await first(world, red.taken[0].alert.id)} >= {"sms"}
    assert "sms" not in {c.channel for c in await first(world, yellow.taken[0].alert.id)}


async def test_without_a_rule_nothing_is_left(world: World) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(FailoverRule).values(valid_to=(world.clock.now() - timedelta(days=9)).date()))
    await world.fault(endpoint="app", kind="errcode", code=60020)
    await world.issue()
    await world.forward(minutes=2)
    assert await look(world) == 0
