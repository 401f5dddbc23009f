"""叫应: the silent are told again, their B is woken, the desk telephones; and what is needless is let go."""

import sqlalchemy as sa
from sqlmodel import col

from bot.record.models import Entry
from bot.record.seals import seal
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from broadcasts.answers.models import Said
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.progress import Progress, progress
from broadcasts.dispatch.queries import broadcast, copies
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.ladder.sweep import sweep_due
from tests.grounds import ON_BOTH
from tests.stories.answering import Desk
from tests.world import World

pytestmark = ON_BOTH


async def answer_all_but(desk: Desk, *silent: str) -> None:
    for key in {"li", "wang", "zhou", "chen", "liu", "sun"} - set(silent):
        await desk.say(key, Said.received)


async def sweep(world: World) -> int:
    """What is due is written, and nothing is sent yet."""
    return await sweep_due(world.deps, world.clock.now())


async def counted(world: World, broadcast_id: str) -> Progress:
    async with world.deps.read() as session:
        found = await broadcast(session, broadcast_id)
        assert found is not None
        return await progress(session, found)


async def restart(world: World) -> None:
    """The worker dies and another takes its place, on the same database."""
    await world.sender.claims.close()
    claims = open_claims(world.deps.settings, "worker-0")
    old = world.sender
    world.sender = Sender(claims, old.channels, old.coordination, world.clock, old.vault)
    await claims.start(world.clock.now())


async def test_the_silent_informant_is_told_again_and_her_B_is_woken(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "li")
    await world.forward(minutes=3)
    first, again = await world.phone("li")
    assert again.startswith("红色暴雨 青崖县\n第 2 次 02:43。还没有收到您的应答。")
    assert again != first
    named = (await world.phone("wang"))[-1]
    assert named.startswith("您的 A 角 李秀英 未应：红色暴雨 柳湾村\n第 2 次 02:43")
    assert len(await world.phone("zhou")) == 1
    assert len(await world.phone("chen")) == 1
    counts = await counted(world, (await desk.broadcasts())[0])
    assert counts.total["targets"] == counts.broadcast.targets == counts.total["sent"]
    assert counts.broadcast.people == 6
    assert counts.broadcast.finished_at is not None


async def test_a_silent_B_gets_the_one_message_that_names_her_A(world: World) -> None:
    await world.issue()
    await answer_all_but(Desk(world), "li", "wang")
    await world.forward(minutes=3)
    assert [text.split("\n")[0] for text in await world.phone("wang")] == [
        "红色暴雨 青崖县",
        "您的 A 角 李秀英 未应：红色暴雨 柳湾村",
    ]


async def test_a_B_who_cannot_go_is_not_woken_for_her_A(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "li", "wang")
    await desk.say("wang", Said.cannot)
    await world.forward(minutes=3)
    assert len(await world.phone("wang")) == 1


async def test_an_answer_between_queue_and_send_stops_the_reminder(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "li", "zhou")
    world.clock.turn(180)
    assert await sweep(world) == 1
    await desk.say("li", Said.received)
    await world.work()
    assert len(await world.phone("li")) == 1
    assert len(await world.phone("zhou")) == 2
    assert len(await world.phone("wang")) == 1  # her A has answered, and so has she
    sent = (await desk.broadcasts())[0]
    counts = await counted(world, sent)
    assert (counts.total["skipped"], counts.total["queued"]) == (2, 0)
    async with world.deps.read() as session:
        let_go = [c for c in await copies(session, sent) if c.reason == "answered"]
    assert [(c.name, c.purpose, c.state.value) for c in let_go] == [
        ("李秀英", "reminder", "skipped"),
        ("王建国", "b-role", "skipped"),
    ]


async def test_the_last_answer_empties_the_batch_and_ends_the_broadcast(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "zhou")
    world.clock.turn(180)
    await sweep(world)
    assert (await counted(world, (await desk.broadcasts())[0])).broadcast.finished_at is None
    await desk.say("zhou", Said.received)
    counts = await counted(world, (await desk.broadcasts())[0])
    assert (counts.total["queued"], counts.total["skipped"]) == (0, 1)
    assert counts.broadcast.finished_at is not None


async def test_the_desk_is_rung_for_the_call_sheet_until_nobody_is_silent(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "li", "zhou")
    await world.forward(minutes=6)
    ring = (await world.phone("liu"))[-1]
    assert ring.startswith("请处理 有人还没有应答，请打电话叫应\n还有 2 人没有应答：红色暴雨")
    await desk.say("li", Said.received)
    assert [hold.said for hold in await desk.holds("silent")] == ["还有 1 人没有应答：红色暴雨"]
    await desk.say("zhou", Said.received)
    assert await desk.holds("silent") == []
    await desk.undo("zhou")
    assert len(await desk.holds("silent")) == 1


async def test_when_all_have_answered_the_rungs_are_closed_and_nobody_is_told(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk)
    await world.forward(minutes=7)
    assert await desk.rungs() == [(2, "answered"), (3, "answered")]
    assert len(await world.phone("li")) == 1


async def test_an_all_clear_before_the_rung_closes_it(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    await world.issue()
    await world.forward(minutes=2)
    await world.issue(refers=first, msg_type="Cancel", text="解除。")
    desk = Desk(world)
    assert await desk.rungs() == [(2, "over"), (3, "over")]
    await world.forward(minutes=10)
    assert [t.split("\n")[0] for t in await world.phone("li")] == ["红色暴雨 青崖县", "解除 红色暴雨 青崖县"]
    assert await desk.holds("silent") == []
    assert await desk.silent() == []  # an all-clear asks nobody


async def test_an_all_clear_lets_a_queued_reminder_go_and_the_desk(world: World) -> None:
    first = f"52992641600000_{world.clock.now():%Y%m%d%H%M%S}"
    await world.issue()
    world.clock.turn(360)
    await sweep(world)
    assert len(await Desk(world).holds("silent")) == 1
    await world.issue(refers=first, msg_type="Cancel", text="解除。")
    assert [t.split("\n")[0] for t in await world.phone("li")] == ["红色暴雨 青崖县", "解除 红色暴雨 青崖县"]
    assert await Desk(world).holds("silent") == []


async def test_after_an_outage_nothing_dead_is_replayed(world: World) -> None:
    await world.issue(hours=0.5)
    world.clock.turn(31 * 60)
    await sweep(world)
    await world.work()
    desk = Desk(world)
    assert await desk.rungs() == [(2, "over"), (3, "over")]
    assert len(await world.phone("li")) == 1
    async with world.deps.read() as session:
        why = await session.scalars(sa.select(col(Entry.detail)).where(col(Entry.action) == "rung.over"))
        assert [detail["reason"] for detail in why] == ["expired", "expired"]


async def test_a_restart_in_each_step_loses_nothing_and_repeats_nothing(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await restart(world)
    await answer_all_but(desk, "li")
    await restart(world)
    world.clock.turn(180)
    await sweep(world)
    await restart(world)
    await world.work()
    assert len(await world.phone("li")) == 2
    await restart(world)
    await world.work()
    await world.forward(minutes=3)
    assert len(await world.phone("li")) == 2
    assert len(await desk.holds("silent")) == 1


async def test_who_has_not_been_told_yet_is_not_told_twice(world: World) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    await world.issue()
    await world.forward(minutes=3)
    desk = Desk(world)
    assert (await desk.rungs())[0] == (2, "told")
    assert (await counted(world, (await desk.broadcasts())[0])).broadcast.targets == 10
    assert len(await desk.silent()) == 6


async def test_a_night_with_answers_and_reminders_verifies(world: World) -> None:
    await world.issue()
    desk = Desk(world)
    await answer_all_but(desk, "li", "zhou")
    await world.forward(minutes=4)
    await desk.say("li", Said.received)
    async with world.deps.begin() as session:
        await seal(session, world.deps.vault, world.clock.now())
    assert await problems(world) == []
    async with world.deps.begin() as session:
        await session.execute(sa.text("UPDATE answer SET said = 'done' WHERE id = 1"))
    assert len(await problems(world)) == 1


async def problems(world: World) -> list[str]:
    async with world.deps.read() as session:
        return (await verify(session, world.deps.vault, RECOMPUTED)).problems
