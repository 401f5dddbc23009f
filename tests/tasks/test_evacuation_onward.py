"""What an order to move a village outlives, and who hears of it when somebody cannot go or does not answer."""

import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address, Area, Person
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.sweep import sweep_due
from broadcasts.release.endings import end_due
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.models import Evacuation
from broadcasts.tasks.evacuation.states import Why
from tests.grounds import ON_BOTH
from tests.stories.answering import Desk
from tests.tasks.moving import BASIS, Moving
from tests.world import World

pytestmark = ON_BOTH

FIRST, SECOND, LAST = (f"5299264160000{n}_20260711184000" for n in (0, 1, 2))


async def orders(world: World, key: str) -> list[str]:
    return [text for text in await world.phone(key) if text.startswith("请组织转移")]


async def rung(world: World) -> list[str]:
    return [hold.said for hold in await Desk(world).holds("evacuation")]


async def without_road(world: World, key: str) -> None:
    async with world.deps.begin() as session:
        mine = sa.select(col(Person.id)).where(col(Person.key) == key)
        await session.execute(sa.delete(Address).where(col(Address.person_id).in_(mine)))


async def stop(world: World) -> None:
    async with world.deps.begin() as session:
        one = (await session.execute(select(Evacuation))).scalar_one()
        await call_off(session, one, Why.stopped, by="user:liu", at=world.clock.now())
    await world.work()


async def test_whoever_stands_in_and_sleeps_is_told_again_and_the_desk_rung(world: World) -> None:
    await Moving.begun(world, answered=("li", "wang"), hours=10)
    await world.say("li", "我去不了")
    first = (await orders(world, "wang"))[-1]
    assert first.split("\n")[1] == "A 角 李秀英去不了，请您来办。"
    assert await rung(world) == []
    await world.forward(minutes=5, seconds=1)
    assert [text.split("\n")[1][:6] for text in await orders(world, "wang")] == ["A 角 李秀", "第 2 次 "]
    assert len(await orders(world, "li")) == 1
    assert await rung(world) == ["转移要人管：柳湾村一个去不了，另一个没有回话"]
    await world.say("wang", "去不了")
    assert await rung(world) == ["转移要人管：柳湾村责任人去不了，没有人可换"]
    world.clock.turn(60)
    await world.say("li", "去不了")
    assert (await world.phone("li"))[-1].startswith("收到了：您去不了（柳湾镇柳湾村）。值班室会另派人。")
    await world.say("wang", "转了3户")
    assert await rung(world) == []


async def test_under_any_colour_the_desk_hears_of_a_silent_village(world: World) -> None:
    await world.issue(grade=Grade.yellow)
    await Moving(world).order("柳湾村")
    await world.forward(minutes=10)
    assert len(await orders(world, "wang")) == 1
    assert await rung(world) == []
    await world.forward(minutes=5)
    assert await rung(world) == ["转移要人管：柳湾村一直没有回话"]


async def test_an_order_that_the_update_overtook_in_the_queue_leaves_still(world: World) -> None:
    await world.issue(identifier=FIRST)
    await Moving(world).order("柳湾村", work=False)
    await sweep_due(world.deps, world.clock.now())  # written, and not sent yet
    await world.issue(identifier=SECOND, refers=FIRST, msg_type="Update")
    await world.work()
    assert len(await orders(world, "li")) == 1
    world.clock.turn(181)
    await sweep_due(world.deps, world.clock.now())
    await world.issue(identifier=LAST, refers=SECOND, msg_type="Update")
    await world.work()
    (told,) = await orders(world, "wang")
    assert told.split("\n")[1] == "A 角 李秀英一直没有回话，请您来办。"


async def test_a_signal_that_runs_out_by_the_clock_is_no_all_clear(world: World) -> None:
    moving = Moving(world)
    await world.issue(hours=1)
    await moving.order("柳湾村", hours=2)
    await world.say("li", "转了12户35人")
    for _ in range(2):
        world.clock.turn(1801)
        await end_due(world.deps, world.clock.now())
        await world.work()
    assert await moving.states() == {"柳湾村": "heard"}
    assert await rung(world) == ["转移要人管：柳湾村预警到时间了，还没有说转完"]
    async with world.deps.begin() as session:
        await session.execute(sa.update(Hold).values(closed_at=world.clock.now()))
    await world.work()
    assert await rung(world) == []  # once
    await world.say("li", "还有3个老人不肯走")
    assert await rung(world) == ["转移要人管：柳湾村 3 人不肯走"]
    await world.forward(seconds=1)
    world.clock.turn(3600)
    await world.work()
    assert (await world.phone("li"))[-1].startswith(
        "转移到时间了 柳湾镇柳湾村\n还没有听到“都转完了”。\n转了多少，请打值班电话"
    )
    world.clock.turn(3600)
    await world.work()
    assert await moving.states() == {"柳湾村": "off"}
    assert "到此为止" in (await world.phone("li"))[-1]


async def test_what_follows_a_signal_that_ran_out_takes_the_village_along(world: World) -> None:
    moving = Moving(world)
    await world.issue(identifier=FIRST, hours=1)
    await moving.order("柳湾村", hours=3)
    await world.say("li", "转了12户35人")
    world.clock.turn(3601)
    await end_due(world.deps, world.clock.now())
    await world.work()
    await world.issue(identifier=SECOND, refers=FIRST, msg_type="Update", hours=1)
    await world.work()
    assert await moving.states() == {"柳湾村": "heard"}
    await world.issue(identifier=LAST, refers=SECOND, msg_type="Cancel")
    await world.work()
    assert (await moving.seen())["柳湾村"].task.reason == "cancelled"


async def test_nothing_arrives_after_the_call_off(world: World) -> None:
    await world.issue()
    await Moving(world).order("柳湾村")
    world.clock.turn(181)
    await sweep_due(world.deps, world.clock.now())  # the second time, queued for both
    await stop(world)
    assert len(await orders(world, "li")) == 1
    assert (await world.phone("li"))[-1].startswith("转移任务到此为止")
    assert not any("转移" in text for text in await world.phone("wang"))


async def test_whoever_was_told_alone_is_called_off(world: World) -> None:
    await world.issue()
    await Moving(world).order("柳湾村", work=False)
    await without_road(world, "li")
    await world.work()
    assert (await orders(world, "wang"))[-1].split("\n")[1] == "A 角 李秀英那里消息送不到，请您来办。"
    await stop(world)
    assert (await world.phone("wang"))[-1].startswith("转移任务到此为止")


async def test_whoever_spoke_last_is_asked_when_the_time_is_over(world: World) -> None:
    await world.issue()
    await Moving(world).order("柳湾村", hours=0.1)
    await world.forward(minutes=3, seconds=1)
    assert len(await orders(world, "wang")) == 1
    await world.say("li", "转了12户35人")
    await world.forward(minutes=3)
    assert (await world.phone("li"))[-1].startswith("转移到时间了")
    assert not any(text.startswith("转移到时间了") for text in await world.phone("wang"))


async def test_of_a_part_of_a_village_the_village_answers(world: World) -> None:
    async with world.deps.begin() as session:
        home = (await session.execute(select(Area).where(col(Area.name) == "柳湾村"))).scalar_one()
        part = Area(
            uid=uuid7(world.clock.now()), code="529926101001001", name="河边组", level="组", parent_id=home.id,
            path="", depth=home.depth + 1, town_id=home.town_id,
        )  # fmt: skip
        session.add(part)
        await session.flush()
        part.path = f"{home.path}{part.id}/"
    await world.issue()
    await Moving(world).order("河边组")
    assert "请组织转移" in (await orders(world, "li"))[-1]


async def test_the_record_keeps_nothing_that_somebody_wrote(world: World) -> None:
    await world.issue()
    await Moving(world).order("柳湾村", expected=40)
    async with world.deps.read() as session:
        wanted = select(Entry).where(col(Entry.action) == "evacuation.ordered")
        (entry,) = (await session.execute(wanted)).scalars()
    assert entry.detail["expected"] == 40
    assert BASIS not in str(entry.detail)
