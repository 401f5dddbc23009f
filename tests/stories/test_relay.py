"""A group of personal WeChat is written to by hand: its copy is a task, and only a person says that it is done."""

from pathlib import Path

from sqlmodel import col, select

from bot.directory.models import Area, Group, Person
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.byhand.relay import RelayTask, tasks_for
from broadcasts.dispatch.byhand.tasks import shown
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.states import State
from tests.world import World, small_world


async def add_groups(world: World, **places: str) -> None:
    """Groups with neither a robot nor a chat id, by name and village."""
    async with world.deps.begin() as session:
        for name, place in places.items():
            area = (await session.execute(select(Area).where(col(Area.name) == place))).scalar_one()
            session.add(Group(uid=uuid7(world.clock.now()), key=name, name=name, kind="村群", area_id=area.id))


async def tasks(world: World, name: str) -> list[RelayTask]:
    async with world.deps.read() as session:
        person = (await session.execute(select(Person).where(col(Person.name) == name))).scalar_one()
        return await tasks_for(session, person.id, world.clock.now())


async def relayed(world: World) -> dict[str, int]:
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.alert_id).is_not(None), col(Broadcast.subject) == "")
        broadcast = (await session.execute(wanted.order_by(col(Broadcast.id)))).scalars().first()
        assert broadcast is not None
        counts = (await progress(session, broadcast)).by_channel["relay"]
    return {state: n for state, n in counts.items() if n}


async def test_the_nearest_grid_worker_gets_the_groups_in_one_message(world: World) -> None:
    await add_groups(world, 上坪微信群="上坪村", 上坪妇女群="上坪村")
    await world.issue()
    line, *parts = (await world.phone("zhou"))[1:]
    assert line.split("\n")[:2] == ["红色暴雨 青崖县：请转发到 2 个群", "上坪微信群、上坪妇女群"]
    (text,) = parts  # without a public address the text comes along, as a message of its own
    assert text.startswith("红色暴雨 青崖县\n青崖县气象台")
    assert await relayed(world) == {"targets": 2, "queued": 2}
    assert [t.group for t in await tasks(world, "周秀兰")] == ["上坪微信群", "上坪妇女群"]
    assert await tasks(world, "陈大山") == []


async def test_shown_is_sent_and_only_once(world: World) -> None:
    await add_groups(world, 上坪微信群="上坪村")
    await world.issue()
    (task,) = await tasks(world, "周秀兰")
    assert task.text.startswith("红色暴雨 青崖县\n")
    for first in (True, False):
        async with world.deps.begin() as session:
            assert await shown(session, task.delivery_id, world.clock.now()) is first
    assert await relayed(world) == {"targets": 1, "sent": 1}
    (seen,) = await tasks(world, "周秀兰")
    assert (seen.state, seen.relayed_at) == (State.sent, None)
    async with world.deps.read() as session:
        assert (await session.get_one(Broadcast, task.broadcast_id)).finished_at == world.clock.now()


async def test_what_nobody_saw_before_the_all_clear_is_not_forwarded_any_more(world: World) -> None:
    await add_groups(world, 上坪微信群="上坪村")
    first = await world.issue()
    identifier = first.taken[0].alert.identifier
    await world.forward(minutes=10)
    await world.issue(identifier="another", refers=identifier, msg_type="Cancel")
    async with world.deps.read() as session:
        rows = await session.execute(
            select(Delivery.state, Delivery.reason)
            .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
            .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
            .where(col(Delivery.channel) == "relay", col(Alert.identifier) == identifier)
        )
    assert [tuple(row) for row in rows] == [(State.skipped, "cancelled")]
    (task,) = await tasks(world, "周秀兰")  # but the all-clear is
    assert task.text.startswith("解除 红色暴雨")


async def test_where_nobody_near_can_be_reached_the_group_has_no_road(world: World) -> None:
    async with world.deps.begin() as session:
        for name in ("周秀兰", "陈大山", "李秀英", "王建国"):
            person = (await session.execute(select(Person).where(col(Person.name) == name))).scalar_one()
            county = (await session.execute(select(Area).where(col(Area.name) == "石门村"))).scalar_one()
            person.area_id = county.id
    await add_groups(world, 上坪微信群="上坪村")
    await world.issue()
    async with world.deps.read() as session:
        copies = await session.execute(select(Delivery.state, Delivery.reason).where(col(Delivery.channel) == ""))
    assert [tuple(row) for row in copies] == [(State.failed, "no_address")]


async def test_with_a_public_address_one_link_opens_them_all(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"base_url": "https://warn.example.invalid"}) as world:
        await add_groups(world, 上坪微信群="上坪村")
        await world.issue()
        (line,) = (await world.phone("zhou"))[1:]
        assert line.endswith("再点“已转发”：https://warn.example.invalid/h5/relay?by=wecom")
