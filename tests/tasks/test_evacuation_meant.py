"""Whose village, whose alert or which word is meant, where somebody who moves a village has more than one of them."""

import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Area, Person
from broadcasts.alerts.models import Alert
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.models import Evacuation
from broadcasts.tasks.evacuation.states import Why
from handlers.chat.conversations.models import Conversation
from tests.drills.playing import drilled
from tests.stories.answering import Desk
from tests.tasks.knocking import at_the_door
from tests.tasks.moving import Moving
from tests.tasks.test_door_pictures import sends
from tests.world import PLACES, World

VILLAGES = ("石门村", "上坪村")


async def of_two_villages(world: World, *names: str) -> Moving:
    """陈大山 answers for 石门村 still, and for 上坪村, where she has been entered since."""
    moving, first, then = Moving(world), *(names or VILLAGES)
    await world.issue()
    await world.say("chen", "1")
    async with world.deps.begin() as session:
        for place, called in zip(VILLAGES, (first, then), strict=True):
            await session.execute(sa.update(Area).where(col(Area.code) == PLACES[place][0]).values(name=called))
    await moving.order(first)
    async with world.deps.begin() as session:
        people = {one.key: one for one in (await session.execute(select(Person))).scalars()}
        people["chen"].area_id, people["zhou"].area_id = people["zhou"].area_id, people["sun"].area_id
    await moving.order(then)
    return moving


async def issued(world: World) -> str:
    """A live alert, by its uid."""
    await world.issue()
    async with world.deps.read() as session:
        return (await session.execute(select(Alert.uid))).scalar_one()


async def unread(world: World, key: str) -> int:
    async with world.deps.read() as session:
        wanted = select(Conversation.unread).where(col(Conversation.address) == key)
        return (await session.execute(wanted)).scalar_one()


async def test_whoever_names_no_village_is_rung_for_all_the_same(world: World) -> None:
    await of_two_villages(world)
    for words, said in (("还有3个老人不肯走", "还有3个老人不肯走"), ("需要支援", "需要支援"), ("2", "去不了")):
        await world.say("chen", words)
        assert (await world.phone("chen"))[-1].startswith("您要管 2 个地方的转移：石门村、上坪村。")
        (hold,) = await Desk(world).holds("help")
        assert hold.said == f"柳湾镇上坪村 陈大山：{said}"
    assert await unread(world, "chen") == 3


async def test_a_figure_without_a_village_rings_nobody_and_is_looked_at(world: World) -> None:
    await of_two_villages(world)
    await world.say("chen", "转了5户")
    assert await Desk(world).holds("help") == []
    assert await unread(world, "chen") == 1


async def test_a_village_is_named_by_two_letters_at_least(world: World) -> None:
    moving = await of_two_villages(world, "大屯村", "上寨村")
    await world.say("chen", "大家都转完了")
    assert (await world.phone("chen"))[-1].startswith("您要管 2 个地方的转移：大屯村、上寨村。")
    await world.say("chen", "大屯转了5户")
    assert "已转 5 户（石门乡大屯村）" in (await world.phone("chen"))[-1]
    assert await moving.states() == {"大屯村": "heard", "上寨村": "asked"}


async def test_beside_a_live_alert_nobody_is_taken_to_play(world: World) -> None:
    live = Moving(world, await issued(world))
    await world.say("li", "1")
    played = await drilled(world)
    await played.begin()
    await world.forward(minutes=1)
    await Moving(world).order("柳湾村")
    await world.say("li", "1 演练")
    await world.say("li", "需要支援")
    assert any(one.startswith("收到了：3 需要支援（红色暴雨，柳湾村）。") for one in (await world.phone("li"))[-2:])
    await live.order("柳湾村")
    await world.say("li", "柳湾村转了5户")
    assert (await world.phone("li"))[-1] == "收到了：已转 5 户（柳湾镇柳湾村）。说错了回 0。"
    await world.say("li", "演练 柳湾村转了6户")
    assert (await world.phone("li"))[-1].startswith("【演练】")


async def test_0_takes_back_what_was_said_or_shown_last(world: World) -> None:
    await at_the_door(world)
    moving = Moving(world)
    await moving.order("柳湾村")
    await world.say("wang", "转了12户35人")
    world.clock.turn(30)
    assert (await sends(world, "wang")).startswith("照片记下了")
    await world.say("wang", "0")
    assert (await world.phone("wang"))[-1].startswith("已撤销：1 张照片")
    assert (await moving.states())["柳湾村"] == "heard"
    await world.say("wang", "0")
    assert (await world.phone("wang"))[-1].startswith("已撤销：已转 12 户 35 人")
    assert (await moving.states())["柳湾村"] == "asked"


async def test_a_digit_with_a_name_is_of_her_door_though_a_village_was_ordered_since(world: World) -> None:
    await at_the_door(world)
    moving = Moving(world)
    await moving.order("柳湾村")
    await world.say("wang", "1 李秀英")
    assert (await world.phone("wang"))[-1].startswith("收到了：1 已敲开，本人已知道（柳湾镇柳湾村 李秀英）")
    assert (await moving.states())["柳湾村"] == "asked"


async def test_whoever_is_called_back_and_says_so_has_not_refused_her_own(world: World) -> None:
    await at_the_door(world)
    await world.say("li", "1")
    await world.forward(minutes=1)
    assert (await world.phone("wang"))[-1].startswith("不用去了")
    await world.say("wang", "好的，不去了")
    assert (await world.phone("wang"))[-1] == "记下了。柳湾镇柳湾村 李秀英那里不用再去：本人已经应答。"
    await world.say("wang", "我去不了")
    assert "2 去不了" in (await world.phone("wang"))[-1]


async def test_long_after_she_was_called_back_she_is_asked_whether_it_is_of_something_else(world: World) -> None:
    await at_the_door(world)
    await world.say("li", "1")
    await world.forward(minutes=25)
    await world.say("wang", "好的，不去了")
    over = "记下了。柳湾镇柳湾村 李秀英那里不用再去：本人已经应答。"
    assert (await world.phone("wang"))[-1] == f"{over}\n要是别的事去不了，请再回一次：去不了"
    assert await unread(world, "wang") == 1
    await world.say("wang", "去不了")
    assert "2 去不了" in (await world.phone("wang"))[-1]


async def test_whoever_need_move_nobody_any_more_and_says_so_has_not_refused_her_own(world: World) -> None:
    await world.issue()
    await world.say("li", "1")
    await Moving(world).order("柳湾村")
    async with world.deps.begin() as session:
        task = (await session.execute(select(Evacuation))).scalar_one()
        await call_off(session, task, Why.stopped, by="user:liu", at=world.clock.now())
    await world.work()
    for minutes in (1, 25):
        await world.forward(minutes=minutes)
        await world.say("li", "收到，不去了")
        said = (await world.phone("li"))[-1]
        assert said.startswith("记下了。柳湾镇柳湾村的转移已经到此为止：值班室说不用转了。")
        assert said.endswith("请再回一次：去不了") is (minutes > 10)


async def test_whoever_was_called_back_from_nothing_cannot_go(world: World) -> None:
    await world.issue()
    await world.say("wang", "不去了")
    assert "2 去不了" in (await world.phone("wang"))[-1]
