"""2 去不了，换人: the other of the two is woken at once and told why; where nobody else is, the desk sends somebody."""

from pathlib import Path

from broadcasts.answers.models import Said
from tests.both_ways import both_ways
from tests.stories.answering import Desk
from tests.world import World

CANNOT = "A 角 李秀英 去不了，请您去：红色暴雨 柳湾村"


async def test_her_B_is_woken_at_once_and_told_why(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("wang", Said.received)  # he believes that she goes
    await desk.say("li", Said.cannot)
    await world.work()
    first, woken = await world.phone("wang")
    assert woken.startswith(f"{CANNOT}\n02:40。请您现在去做，并应答。")
    assert "过去3小时已出现强暴雨" in woken
    assert woken != first
    assert await desk.holds("cannot") == []
    assert all([len(await world.phone(other)) == 1 for other in ("li", "zhou", "chen")])


async def test_said_again_it_wakes_nobody_again(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.cannot)
    await world.work()
    await desk.say("li", Said.cannot)
    await world.work()
    assert len(await world.phone("wang")) == 2


async def test_taken_back_before_it_left_it_wakes_nobody(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.cannot)
    await desk.undo("li")
    await world.work()
    assert len(await world.phone("wang")) == 1
    assert (10 + 1, "answered") in await desk.rungs()


async def test_who_is_there_already_is_not_woken(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("wang", Said.arrived)
    await desk.say("li", Said.cannot)
    await world.work()
    assert len(await world.phone("wang")) == 1
    assert await desk.holds("cannot") == []


async def test_where_nobody_else_could_go_the_desk_is_rung_once(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("zhou", Said.cannot)
    await world.work()
    (hold,) = await desk.holds("cannot")
    assert hold.said == "上坪村 A 角 周秀兰去不了，村里没有别人可换，请派人：红色暴雨"
    rings = [text for text in await world.phone("liu") if "周秀兰" in text]
    assert len(rings) == 1
    assert rings[0].startswith("请处理 有人去不了，村里没有别人可换，请派人\n上坪村 A 角 周秀兰去不了")
    await world.forward(minutes=7)
    assert len([text for text in await world.phone("liu") if "周秀兰" in text]) == 1  # quieter than a cry for help
    await desk.say("zhou", Said.received)
    assert await desk.holds("cannot") == []


async def test_when_neither_can_the_desk_is_rung(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await desk.say("li", Said.cannot)
    await world.work()
    assert await desk.holds("cannot") == []
    await desk.say("wang", Said.cannot)
    (hold,) = await desk.holds("cannot")
    assert "王建国" in hold.said
    await world.issue(refers=f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}", msg_type="Cancel", text="解除。",
                      identifier="52992641600000_20260711184101")  # fmt: skip
    assert await desk.holds("cannot") == []


async def test_the_receipt_says_what_happens_next(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await both.world.issue()
        assert "正在叫 B 角 王建国 去。" in await both.type("li", "2")
        assert (await both.world.phone("wang"))[-1].startswith(CANNOT)
        assert "村里没有别人可换，正在叫镇值班室派人。" in await both.type("zhou", "2")
        async with both.reading("chen") as page:
            await page.open(await both.link("chen"))
            await page.press(a="2")
            assert "村里没有别人可换，正在叫值班室派人" in page.text
