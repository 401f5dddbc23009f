"""转移: an officer orders, whoever answers for the village is told, says in a sentence what was done, and the desk
sees it."""

from sqlmodel import select

from bot.directory.models import Person
from tests.drills.playing import drilled
from tests.stories.answering import Desk
from tests.tasks.moving import Moving
from tests.world import World

FIRST, SECOND, LAST = (f"5299264160000{n}_20260711184000" for n in (0, 1, 2))


async def test_whoever_answers_for_a_village_is_told_and_says_how_many_were_moved(world: World) -> None:
    moving = Moving(world)
    await world.issue()
    await moving.order("柳湾村", expected=40, shelter=await moving.shelter())
    told = (await world.phone("li"))[-1]
    assert told.startswith("请组织转移 柳湾镇柳湾村\n红色暴雨")
    assert "转到：柳湾小学（村口），能住 200 人\n应转：40 人\n" in told
    assert "前转完" in told
    assert "依据：县防汛指挥部 2 号令（" in told
    assert "转移" not in (await world.phone("wang"))[-1]
    await world.say("li", "转了12户35人")
    assert (await world.phone("li"))[-1] == "收到了：已转 12 户 35 人（柳湾镇柳湾村）。说错了回 0。"
    seen = (await moving.seen())["柳湾村"]
    assert seen.said.people is not None
    assert (seen.said.people.value, seen.said.people.at) == (35, world.clock.now())
    assert seen.words[-1].words == "转了12户35人"
    assert await moving.states() == {"柳湾村": "heard"}
    assert await Desk(world).holds("evacuation") == []


async def test_nobody_answers_so_the_silent_is_told_again_her_b_is_told_and_the_desk_rung(world: World) -> None:
    moving = await Moving.begun(world, answered=("li", "wang"))
    assert "应转：人数还不清楚，请按实际转" in (await world.phone("li"))[-1]
    await world.forward(minutes=3, seconds=1)
    assert (await world.phone("li"))[-1].startswith("请组织转移 柳湾镇柳湾村\n第 2 次 ")
    assert "A 角 李秀英一直没有回话，请您来办。" in (await world.phone("wang"))[-1]
    assert await Desk(world).holds("evacuation") == []
    await world.forward(minutes=3)
    (hold,) = await Desk(world).holds("evacuation")
    assert hold.said == "转移要人管：柳湾村一直没有回话"
    assert "转移有人不肯走，或没有回话" in (await world.phone("liu"))[-1]
    await world.say("wang", "都转完了")
    assert (await world.phone("wang"))[-1] == "收到了：都转完了（柳湾镇柳湾村）。知道人数再报一次。说错了回 0。"
    assert await moving.states() == {"柳湾村": "done"}
    assert (await moving.seen())["柳湾村"].said.people is None
    assert await Desk(world).holds("evacuation") == []
    told = len(await world.phone("li"))
    await world.forward(minutes=20)
    assert len(await world.phone("li")) == told


async def test_a_refusal_rings_the_desk_and_the_latest_word_stands(world: World) -> None:
    moving = await Moving.begun(world, answered=("li",), expected=40)
    await world.say("li", "转了10户30人，还有3个老人不肯走")
    assert (await world.phone("li"))[-1].startswith(
        "收到了：已转 10 户 30 人，3 人不肯走（柳湾镇柳湾村）。值班室马上看到"
    )
    (hold,) = await Desk(world).holds("evacuation")
    assert hold.said == "转移要人管：柳湾村 3 人不肯走"
    await world.say("li", "转了400人5000户")
    assert "“5000 户”没看准数，没有记成数" in (await world.phone("li"))[-1]
    await world.say("li", "0")
    assert (await world.phone("li"))[-1].startswith("已撤销：已转 400 人（柳湾镇柳湾村）")
    said = (await moving.seen())["柳湾村"].said
    assert said.people is not None
    assert said.people.value == 30
    await world.say("li", "劝好了，都转走了，12户35人")
    assert await Desk(world).holds("evacuation") == []
    seen = (await moving.seen())["柳湾村"]
    assert (seen.said.refuses, seen.task.state.value, len(seen.words)) == (False, "done", 3)


async def test_who_cannot_go_is_stood_in_for_at_once(world: World) -> None:
    await Moving.begun(world, answered=("li", "wang"))
    await world.say("li", "我去不了")
    assert (await world.phone("li"))[-1] == "收到了：您去不了（柳湾镇柳湾村）。已经请王建国来办。说错了回 0。"
    assert "A 角 李秀英去不了，请您来办。" in (await world.phone("wang"))[-1]
    await world.say("wang", "转了3户，要支援")
    (hold,) = await Desk(world).holds("help")
    assert hold.said == "柳湾村 王建国在转移时要支援：转了3户，要支援"


async def test_it_need_not_be_done_only_with_a_reason(world: World) -> None:
    moving = await Moving.begun(world, answered=("li",))
    await world.say("li", "不用转")
    assert (await world.phone("li"))[-1].startswith("柳湾镇柳湾村为什么不用转？还没有记下。")
    await world.say("li", "不用转，人都住在坡上")
    assert await moving.states() == {"柳湾村": "needless"}
    assert (await moving.seen())["柳湾村"].words[-1].words == "不用转，人都住在坡上"


async def test_a_cry_for_help_goes_its_own_way_beside_the_figures(world: World) -> None:
    moving = await Moving.begun(world, answered=("li",))
    await world.say("li", "转了12户35人，有2人被困")
    assert "119" in (await world.phone("li"))[-2]
    assert len(await Desk(world).holds("plea")) == 1
    seen = (await moving.seen())["柳湾村"]
    assert seen.said.people is not None
    assert seen.said.people.value == 35


async def test_an_update_goes_on_and_the_all_clear_closes_what_is_open(world: World) -> None:
    moving = Moving(world)
    await world.issue(identifier=FIRST)
    for who in ("li", "zhou"):
        await world.say(who, "1")
    await moving.order("柳湾村", "上坪村")
    await world.say("zhou", "都转完了，20人")
    world.clock.turn(60)
    await world.issue(identifier=SECOND, refers=FIRST, msg_type="Update")
    await world.work()
    assert await moving.states() == {"柳湾村": "asked", "上坪村": "done"}
    world.clock.turn(60)
    await world.issue(identifier=LAST, refers=SECOND, msg_type="Cancel")
    await world.work()
    assert await moving.states() == {"柳湾村": "off", "上坪村": "done"}
    assert [one.startswith("转移任务到此为止 柳湾镇柳湾村\n预警解除了。") for one in await world.phone("li")].count(
        True
    ) == 1
    assert not any("到此为止" in one for one in await world.phone("zhou"))
    assert {one.task.reason for one in (await moving.seen()).values()} == {"cancelled"}
    await world.say("li", "转了12户35人")
    assert (await moving.seen())["柳湾村"].words == ()


async def test_by_the_time_that_was_set_whoever_has_not_finished_is_asked(world: World) -> None:
    await Moving.begun(world, answered=("li",), hours=0.5)
    await world.say("li", "转了12户35人")
    await world.forward(minutes=30)
    assert (await world.phone("li"))[-1].startswith("转移到时间了 柳湾镇柳湾村")
    (hold,) = await Desk(world).holds("evacuation")
    assert hold.said == "转移要人管：柳湾村到时间没有说转完"


async def test_of_two_villages_the_one_that_is_named_is_meant(world: World) -> None:
    """Somebody answers for a village still when she has been entered in another."""
    moving = await Moving.begun(world, "石门村", answered=("chen",))
    async with world.deps.begin() as session:
        people = {one.key: one for one in (await session.execute(select(Person))).scalars()}
        people["chen"].area_id, people["zhou"].area_id = people["zhou"].area_id, people["sun"].area_id
    await moving.order("上坪村")
    await world.say("chen", "转了5户")
    assert (await world.phone("chen"))[-1].startswith("您要管 2 个地方的转移：石门村、上坪村。")
    await world.say("chen", "石门村转了5户")
    assert "已转 5 户（石门乡石门村）" in (await world.phone("chen"))[-1]


async def test_a_drill_is_marked_and_asks_its_participants_alone(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    await world.forward(minutes=1)
    moving = Moving(world)
    await moving.order("柳湾村")
    told = (await world.phone("li"))[-1]
    assert told.startswith("【演练】")
    assert told.endswith("【演练】")
    assert "请组织转移 柳湾镇柳湾村" in told
    await world.say("li", "演练 有人不肯走")
    assert (await world.phone("li"))[-1].startswith("【演练】")
    assert await Desk(world).holds("evacuation") == []
    assert (await moving.seen())["柳湾村"].said.refuses
