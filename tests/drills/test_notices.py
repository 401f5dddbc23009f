"""Before a drill: a day and an hour ahead, never at night, never for 双盲; and what the handover says of it."""

from datetime import timedelta

from broadcasts.dispatch.texts.marks import MARK
from drills.drills.models import NoticeState, Stage
from drills.duty.models import Handover
from tests.drills.playing import drilled, local
from tests.duty.desk import shift
from tests.duty.test_desk import handed
from tests.world import World


async def test_everybody_is_told_a_day_and_an_hour_ahead(world: World) -> None:
    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    assert [(one.which, one.due_at) for one in await played.notices()] == [
        ("day", local(world, "2026-07-12T09:20")),
        ("hour", local(world, "2026-07-13T08:20")),
    ]
    await world.forward(minutes=6 * 60 + 41)
    (said,) = await world.phone("li")
    assert said.startswith(f"{MARK}柳湾镇山洪演练，明天上午9:20开始\n柳湾镇　桌面　由孙和平主持。")
    assert said.endswith(MARK)
    assert len(await world.group("柳湾村群")) == 1
    assert await world.phone("chen") == []
    world.clock.turn(23 * 3600)
    await world.work()
    await world.work()
    assert len(await world.phone("li")) == 2


async def test_none_at_night_and_none_that_would_come_after_the_beginning(world: World) -> None:
    played = await drilled(world, starts_at=local(world, "2026-07-13T07:05"))
    await played.announce()
    assert [(one.which, one.due_at) for one in await played.notices()] == [("day", local(world, "2026-07-12T07:10"))]


async def test_nobody_knows_of_a_blind_drill(world: World) -> None:
    played = await drilled(world, starts_at=local(world, "2026-07-12T10:00"), blind=True)
    await played.announce()
    assert await played.notices() == []
    await shift(world, "liu")
    await shift(world, "chen", starts=timedelta(minutes=15))
    assert all("柳湾镇山洪演练" not in one.text for one in await handed(world))


async def test_the_next_shift_reads_what_comes_tomorrow(world: World) -> None:

    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    await shift(world, "liu", starts=timedelta(minutes=15))
    (one,) = await handed(world)
    assert "演练：\n- 柳湾镇山洪演练（2026-001，桌面）明天上午9:20开始，柳湾镇，孙和平主持" in one.text
    assert isinstance(one, Handover)


async def test_a_cancelled_drill_is_told_to_whoever_had_been_reminded(world: World) -> None:
    early = await drilled(world, starts_at=local(world, "2026-07-14T09:20"))
    await early.announce()
    await early.do("cancel", why="镇上有别的事")
    assert await world.phone("li") == []
    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    await world.forward(minutes=6 * 60 + 41)
    await played.do("cancel", why="镇上有别的事")
    assert (await world.phone("li"))[-1] == (
        f"{MARK}演练取消：柳湾镇山洪演练\n原定明天上午9:20开始，不办了（镇上有别的事）。\n{MARK}"
    )
    assert {one.state for one in await played.notices()} == {NoticeState.dropped, NoticeState.sent}
    assert (await played.now()).state is Stage.cancelled


async def test_what_is_taken_back_is_announced_anew(world: World) -> None:
    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    await played.do("withdraw")
    assert (await played.now()).state is Stage.draft
    assert {one.state for one in await played.notices()} == {NoticeState.dropped}
    await played.announce()
    assert sum(one.state is NoticeState.due for one in await played.notices()) == 2


async def test_of_what_fell_due_while_nothing_ran_the_last_alone_is_sent(world: World) -> None:
    """Down from the evening until ten minutes before the drill: a day ahead and an hour ahead are both due."""
    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    world.clock.turn((local(world, "2026-07-13T09:10") - world.clock.now()).total_seconds())
    await world.work()
    await world.work()
    assert len(await world.phone("li")) == 1
    assert [(one.which, one.state) for one in await played.notices()] == [
        ("day", NoticeState.passed), ("hour", NoticeState.sent),
    ]  # fmt: skip
