"""What people answer: counted once, by the last word, kept whatever it is; help rings until somebody takes it."""

import sqlalchemy as sa

from broadcasts.answers.help import take
from broadcasts.answers.models import How, Said
from broadcasts.hazards.grades import Grade
from tests.stories.answering import Desk
from tests.world import World

ALL = ["刘洋", "孙和平", "李秀英", "王建国", "周秀兰", "陈大山"]


async def test_whoever_is_woken_is_asked_and_the_last_silent_name_vanishes(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    assert sorted(await desk.silent()) == sorted(ALL)
    for key in ("li", "zhou", "chen", "liu", "sun"):
        await desk.say(key, Said.received)
    whole = await desk.figures()
    assert (whole.answered, whole.asked) == (5, 6)
    assert next((t.name, t.answered, t.asked) for t in whole.towns) == ("柳湾镇", 2, 3)
    assert await desk.silent() == ["王建国"]
    await desk.say("wang", Said.received)
    assert await desk.silent() == []


async def test_the_silent_stand_by_village_with_A_before_B(world: World) -> None:
    await world.issue(places=["柳湾镇"])
    assert [n for n in await Desk(world).silent() if n not in {"刘洋", "孙和平"}] == ["李秀英", "王建国", "周秀兰"]


async def test_the_same_word_again_has_one_effect_and_another_word_counts_once(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    for _ in range(3):
        await desk.say("li", Said.received, source="inbound:77")
    assert (await desk.figures()).said == {Said.received: 1}
    await desk.say("li", Said.received)
    await desk.say("li", Said.cannot)
    assert (await desk.figures()).said == {Said.cannot: 1}


async def test_what_comes_too_late_or_is_not_hers_is_kept_and_changes_nothing(world: World) -> None:
    await world.issue(places=["石门乡"])
    desk = Desk(world)
    (kept,) = await desk.say("li", Said.received)
    assert not kept.counts
    assert (await desk.figures()).answered == 0
    assert await desk.open("li") == []
    await world.forward(minutes=181)
    (late,) = await desk.say("chen", Said.received)
    assert not late.counts
    assert (await desk.figures()).answered == 0


async def test_a_mistake_is_taken_back_and_what_was_said_before_stands_again(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.received)
    await desk.say("li", Said.cannot)
    await desk.say("li", Said.cannot)
    assert len(await desk.undo("li")) == 2
    assert (await desk.open("li"))[0].said is Said.received
    await desk.undo("li")
    assert "李秀英" in await desk.silent()
    assert await desk.undo("li") == []


async def test_help_rings_at_once_and_stays_until_an_officer_takes_it(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.help)
    await world.work()
    ring = (await world.phone("liu"))[-1]
    assert ring.startswith("支援 柳湾村 李秀英（A 角）：3 需要支援，红色暴雨\n有人需要支援，请立即打电话。\n")
    await desk.say("li", Said.help)
    await desk.say("li", Said.received)
    assert len(await desk.holds("help")) == 1
    await world.forward(minutes=3)
    assert "第 2 次提醒" in (await world.phone("liu"))[-1]
    (waiting,) = await desk.holds("help")
    async with world.deps.begin() as session:
        assert await take(session, waiting.uid, by="user:刘洋", at=world.clock.now())
        assert not await take(session, waiting.uid, by="user:孙", at=world.clock.now())
    assert await desk.holds("help") == []


async def test_help_that_was_a_mistake_goes_on_ringing_with_that_word(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.help)
    await desk.undo("li")
    (waiting,) = await desk.holds("help")
    assert "说是按错了" in waiting.said
    assert "李秀英" in await desk.silent()


async def test_two_alerts_are_open_one_word_answers_both(world: World) -> None:
    await world.issue()
    await world.forward(seconds=30)
    await world.issue("雷电", "11B14", Grade.orange, identifier="52992641600000_20260711184130")
    desk = Desk(world)
    both = await desk.open("li")
    assert [(o.name, o.place, o.said) for o in both] == [("红色暴雨", "柳湾村", None), ("橙色雷电", "柳湾村", None)]
    await desk.say("li", Said.received, to=[o.broadcast_id for o in both])
    assert [o.said for o in await desk.open("li")] == [Said.received, Said.received]
    await desk.say("li", Said.cannot, to=[both[1].broadcast_id])
    assert [o.said for o in await desk.open("li")] == [Said.received, Said.cannot]
    await desk.undo("li")
    assert [o.said for o in await desk.open("li")] == [Said.received, Said.received]
    assert len(await desk.undo("li")) == 2


async def test_an_update_asks_anew_and_the_old_one_is_not_open_any_more(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    await world.issue("暴雨", "11B03", Grade.orange)
    desk = Desk(world)
    await desk.say("li", Said.received)
    await world.forward(minutes=1)
    await world.issue(refers=first, msg_type="Update")
    assert [(o.name, o.said) for o in await desk.open("li")] == [("红色暴雨", None)]


async def test_what_the_officer_heard_on_the_telephone_is_not_taken_back_by_a_digit(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.arrived, how=How.call)
    assert await desk.undo("li") == []
    assert (await desk.figures()).said == {Said.arrived: 1}


async def test_people_whom_no_road_reaches_are_asked_too(world: World) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.text("DELETE FROM address WHERE folded = 'chen'"))
    await world.issue()
    desk = Desk(world)
    assert "陈大山" in await desk.silent()
    await desk.say("chen", Said.received, how=How.call)
    assert "陈大山" not in await desk.silent()


async def test_no_message_offers_a_digit_that_nobody_hears(world: World) -> None:
    await world.issue()
    (text,) = await world.phone("li")
    assert "回复 1" not in text
    assert text.endswith("值班电话 000-0000")
