"""What ends a knock: an all-clear, an update, a recall, the end; an outage, a restart; somebody who has left; and two
officers at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address
from bot.directory.tree import tree
from bot.record.models import Entry
from bot.record.seals import seal
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from broadcasts.dispatch.models import Delivery
from broadcasts.dispatch.queries import broadcast
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.dispatch.states import State
from broadcasts.ladder.sweep import anything_due, sweep_due
from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.near import Door, neighbours
from broadcasts.tasks.knocks.send import CannotGo, HasAnswered, Lone, SentAlready
from tests.grounds import ON_BOTH
from tests.stories.test_ladder import restart
from tests.tasks.knocking import Doors
from tests.world import World

pytestmark = ON_BOTH


async def called_back(world: World, key: str = "wang") -> list[str]:
    return [text.split("\n")[1] for text in await world.phone(key) if text.startswith("不用去了")]


async def test_an_all_clear_calls_back(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "2")
    await doors.knock(sent, "li", "zhou")
    await world.work()
    await world.issue(refers=first, msg_type="Cancel", text="解除。")
    await world.forward(seconds=60)
    assert [state[1:] for state in await doors.states(sent)] == [
        ("王建国", "nobody", ""),
        ("周秀兰", "off", "cancelled"),
    ]
    assert await called_back(world, "zhou") == ["预警解除了。不用再去敲门，谢谢您。"]
    assert await called_back(world, "wang") == []
    assert await doors.desk.holds("knock") == []


async def test_an_update_sends_nobody_home_who_is_needed_still(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li", "chen")
    await doors.to_the_doors()
    await world.issue(refers=first, msg_type="Update", text="继续。")
    newer = (await doors.desk.broadcasts())[-1]
    await world.forward(seconds=60)
    assert (newer != sent, await doors.states(sent)) == (True, [])
    assert await doors.states(newer) == [("李秀英", "王建国", "going", "")]
    assert await called_back(world) == []
    await world.say("wang", "1 李秀英")
    assert await doors.states(newer) == [("李秀英", "王建国", "knows", "")]
    assert "李秀英" not in await doors.desk.silent(newer)


async def test_an_update_that_does_not_ask_her_calls_back(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    await world.issue(refers=first, msg_type="Update", text="只剩石门乡。", places=("石门乡",))
    await world.forward(seconds=60)
    assert await doors.states(sent) == [("李秀英", "王建国", "off", "superseded")]
    assert await called_back(world) == ["预警更新了，按新的办。不用再去敲门，谢谢您。"]


async def test_an_errand_that_the_update_overtook_in_the_queue_leaves_still(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    world.clock.turn(9 * 60 + 1)
    await sweep_due(world.deps, world.clock.now())  # written, and not sent yet
    await world.issue(refers=first, msg_type="Update", text="继续。")
    await world.forward(seconds=60)
    assert await doors.states() == [("李秀英", "王建国", "going", "")]
    assert len([text for text in await world.phone("wang") if text.startswith("请去敲门")]) == 1


async def test_an_answer_that_met_the_sending_calls_back(world: World) -> None:
    """Committed while somebody was being sent: the answer found nobody on the way."""
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("li", "1")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Knock).values(state="going", reason="", done_at=None, tell=""))
    await world.work()
    assert await doors.states() == [("李秀英", "王建国", "off", "answered")]


async def test_many_doors_that_stay_closed_ring_once(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "zhou")
    await doors.knock(sent, "li", "wang")
    await doors.knock(sent, "zhou", "wang")
    await world.forward(minutes=21)
    (hold,) = await doors.desk.holds("knock")
    assert hold.area_id is not None  # one town: its own desk hears of it too
    assert hold.said == "柳湾村李秀英、上坪村周秀兰的门还没有敲开，请打电话问或另派人：红色暴雨"
    await world.say("li", "1")
    (hold,) = await doors.desk.holds("knock")
    assert hold.said == "上坪村 周秀兰的门，王建国去敲还没有回话，请打电话问：红色暴雨"
    await world.say("zhou", "1")
    assert await doors.desk.holds("knock") == []


async def test_what_was_taken_back_may_ring_again(world: World) -> None:
    doors = Doors(world)
    await doors.rung(within=15)
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.forward(minutes=16)
    assert len(await doors.desk.holds("knock")) == 1
    await world.say("wang", "1")
    await world.say("wang", "0")
    assert await doors.desk.holds("knock") == []
    await world.forward(minutes=6)
    assert len(await doors.desk.holds("knock")) == 1


async def test_a_recalled_warning_calls_back(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    async with world.deps.begin() as session:
        found = await broadcast(session, sent)
        assert found is not None
        await take_back(session, found, word="发错了", by="user:liu", at=world.clock.now())
    await world.forward(seconds=30)
    assert [state[2:] for state in await doors.states(sent)] == [("off", "recalled")]
    assert await called_back(world) == ["那一条发错了，已经撤回。不用再去敲门，谢谢您。"]


async def test_the_end_calls_back(world: World) -> None:
    doors = Doors(world)
    await world.issue(hours=0.5)
    sent = (await doors.desk.broadcasts())[-1]
    await doors.knock(sent, "li", "zhou")
    await world.forward(minutes=31)
    assert [state[2:] for state in await doors.states()] == [("off", "expired")]
    assert await called_back(world, "zhou") == ["预警到时间了。不用再去敲门，谢谢您。"]


async def test_after_an_outage_nobody_is_sent_for_what_is_over(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await world.issue(hours=0.5)
    sent = (await doors.desk.broadcasts())[-1]
    await doors.knock(sent, "li", "zhou")  # and the process dies before anybody is told
    world.clock.turn(timedelta(hours=2).total_seconds())
    await world.work()
    assert await doors.states() == [("李秀英", "周秀兰", "off", "expired")]
    assert not any("敲门" in text for text in [*await world.phone("zhou"), *await world.phone("wang")])
    assert await doors.desk.holds("knock") == []
    assert (await doors.desk.rungs())[-1] == (5, "over")


async def test_after_an_outage_the_overdue_ring_once_and_nobody_hears_of_yesterday(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    world.clock.turn(timedelta(minutes=70).total_seconds())
    await world.work()
    assert len(await doors.desk.holds("knock")) == 1
    async with world.deps.begin() as session:
        await session.execute(
            sa.update(Knock).values(state="off", tell="off", reason="answered", done_at=world.clock.now())
        )
    world.clock.turn(timedelta(minutes=70).total_seconds())
    await world.work()
    assert await called_back(world) == []


async def test_a_restart_in_each_step_loses_nothing_and_repeats_nothing(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    world.clock.turn(3 * 60)
    await world.work()
    await restart(world)
    world.clock.turn(6 * 60 + 1)
    await sweep_due(world.deps, world.clock.now())
    await restart(world)
    await world.work()
    await restart(world)
    await world.work()
    assert len([text for text in await world.phone("wang") if text.startswith("请去敲门")]) == 1
    await world.say("li", "1")
    await restart(world)
    await world.forward(minutes=1)
    assert len(await called_back(world)) == 1
    async with world.deps.read() as session:
        assert not await anything_due(session, world.clock.now())


async def test_an_errand_that_has_not_left_is_taken_back_in_silence(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    world.clock.turn(9 * 60 + 1)
    await sweep_due(world.deps, world.clock.now())  # written, and not sent yet
    await world.say("li", "1", work=False)
    await sweep_due(world.deps, world.clock.now())
    assert not any("敲门" in text for text in await world.phone("wang"))


async def test_whoever_has_left_is_not_sent_and_rings_the_desk_when_on_the_way(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    wang = await doors.desk.person("wang")
    async with world.deps.begin() as session:
        await session.execute(
            sa.update(Address).where(col(Address.person_id) == wang.id).values(gone_at=world.clock.now())
        )
    await world.work()
    assert await doors.states() == [("李秀英", "王建国", "off", "left")]
    (hold,) = await doors.desk.holds("knock")
    assert hold.said == "柳湾村 李秀英的门，王建国已经联系不上，请另派人：红色暴雨"
    with pytest.raises(CannotGo):
        await doors.knock(sent, "li", "wang")
    await doors.knock(sent, "li", "zhou")
    assert await doors.desk.holds("knock") == []


async def test_two_officers_at_once_send_one(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li")
    first = await doors.knock(sent, "li", "wang")
    again = await doors.knock(sent, "li", "wang", officer="user:sun")  # the same, pressed by the other
    assert again.uid == first.uid
    with pytest.raises(SentAlready):
        await doors.knock(sent, "li", "zhou", officer="user:sun")
    await world.work()
    await doors.knock(sent, "li", "zhou", instead_of=first.uid, officer="user:sun")  # who sees it may change it
    await world.work()
    assert [state[1:] for state in await doors.states()] == [("王建国", "off", "changed"), ("周秀兰", "going", "")]
    assert await called_back(world) == ["已经换了别人去。不用再去敲门，谢谢您。"]


async def test_who_has_answered_or_is_herself_cannot_be_knocked_at(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li")
    with pytest.raises(HasAnswered):
        await doors.knock(sent, "wang", "zhou")
    with pytest.raises(Lone):
        await doors.knock(sent, "li", "li")
    with pytest.raises(CannotGo):
        await doors.knock(sent, "li", "chen")  # of another town
    assert await doors.states() == []


async def test_a_night_of_knocks_verifies_and_names_nobody_in_the_record(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "敲开了")
    async with world.deps.begin() as session:
        await seal(session, world.deps.vault, world.clock.now())
        rows = (await session.execute(select(Entry).where(col(Entry.action).like("knock.%")))).scalars().all()
        assert [row.action for row in rows] == ["knock.sent", "knock.knows"]
        assert not any("李秀英" in str(row.detail) or "王建国" in str(row.detail) for row in rows)
        assert (await verify(session, world.deps.vault, RECOMPUTED)).problems == []


async def test_an_errand_that_came_by_another_road_is_not_called_undelivered(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li")
    await doors.knock(sent, "li", "wang")
    await world.work()
    (seen,) = await doors.seen()
    async with world.deps.begin() as session:
        mine = select(Delivery).where(col(Delivery.broadcast_id) == seen.knock.told_id)
        first = (await session.execute(mine)).scalars().first()
        assert first is not None
        first.state = State.failed
        other = Delivery(**first.model_dump(exclude={"id", "state", "channel"}), state=State.delivered, channel="sms")
        session.add_all([first, other])
    (seen,) = await doors.seen()
    assert (seen.copy, seen.unreached) == (State.delivered, False)


async def test_a_door_of_a_drill_keeps_nobody_busy_in_earnest(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "zhou")
    played = await doors.knock(sent, "zhou", "wang")
    li = await doors.desk.person("li")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Knock).where(col(Knock.id) == played.id).values(drill=True))
        found = await broadcast(session, sent)
        assert found is not None
        door = Door(li.id, li.area_id)
        near = await neighbours(session, world.deps.settings, await tree(session), found, [door])
        assert [one.busy for one in near.of(door, 1)] == [0]
