"""The monthly bulletin: begun once by the machine, edited by one, approved by another, and only ever a commendation."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.commands.due.calendar import commend
from bot.record.entries import record
from bot.record.models import Entry
from drills.bulletins.draft import anything_due, draft, due
from drills.bulletins.models import Bulletin, State
from drills.bulletins.send import NotSent, send
from tests.console.browser import Browser
from tests.figures.counting import counted
from tests.world import World


async def a_month_later(world: World) -> None:
    """The first of August, eight o'clock and eight minutes, after a warning in July."""
    await world.issue()
    await world.forward(minutes=2)
    for userid in ("li", "wang", "zhou"):
        await world.say(userid, "1")
    await counted(world)
    world.clock.turn((datetime(2026, 8, 1, 0, 8, tzinfo=UTC) - world.clock.now()).total_seconds())


async def all_of(world: World) -> list[Bulletin]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Bulletin))).scalars())


async def begun(world: World, officer: Browser, leader: Browser) -> Bulletin:
    """July's, by an officer's hand; both have come anew, a month later."""
    await a_month_later(world)
    await officer.sign_in("officer")
    await leader.sign_in("leader")
    assert "2026年7月的通报还没有起草" in await officer.open("/console/bulletins")
    await officer.send("/console/bulletins")
    (made,) = await all_of(world)
    return made


async def test_on_the_first_the_draft_is_there_once(world: World) -> None:
    await a_month_later(world)
    await commend(world.deps)
    await commend(world.deps)  # as after a restart
    (made,) = await all_of(world)
    assert (made.month, made.state) == ("2026-07", State.draft)
    assert made.title == "青崖县2026年7月预警应答通报和表扬"
    assert "李秀英（柳湾镇柳湾村 A 角）：1 次预警都应答，中位用时 2 分" in made.text
    assert "2 个村每次预警该应答的人都应答了：柳湾镇柳湾村、柳湾镇上坪村。" in made.text
    assert "陈大山" not in made.text  # who was silent is not named
    assert "石门" not in made.text


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 8, 1, 0, 6, tzinfo=UTC), "2026-06"),  # 08:06
        (datetime(2026, 8, 1, 0, 7, tzinfo=UTC), "2026-07"),
        (datetime(2026, 8, 31, 15, tzinfo=UTC), "2026-07"),
        (datetime(2026, 1, 1, 0, 7, tzinfo=UTC), "2025-12"),
    ],
)
async def test_which_month_is_due(world: World, at: datetime, month: str) -> None:
    assert due(at, world.deps.settings.zone).name == month


async def test_of_a_month_before_the_house_stood_there_is_none(world: World) -> None:
    zone = world.deps.settings.zone
    async with world.deps.begin() as session:
        record(session, "cli", "user.added", "liu", world.clock.now())
        await session.flush()
        assert not await anything_due(session, world.clock.now(), zone)
        assert await anything_due(session, world.clock.now() + timedelta(days=30), zone)


async def test_who_wrote_it_does_not_approve_it(world: World, officer: Browser, leader: Browser) -> None:
    await a_month_later(world)
    await commend(world.deps)
    (made,) = await all_of(world)
    address = f"/console/bulletins/{made.uid}"
    await officer.sign_in("officer")  # a month later, both come anew
    await leader.sign_in("leader")
    await leader.open(address)
    assert "还没有人核对过" in await leader.send(address, do="approve", version="1")  # the machine's own words
    await leader.send(address, do="save", version="1", title="七月通报", text="表扬李秀英同志。")
    assert "写过这一份" in await leader.send(address, do="approve", version="2")
    assert leader.status == 422
    await officer.open(address)
    await officer.send(address, do="approve", version="2")
    assert officer.status == 403  # an officer does not approve
    await officer.send(address, do="save", version="1", title="七月通报", text="又改")
    assert officer.status == 409  # the leader was faster
    (made,) = await all_of(world)
    assert (made.state, made.text, made.version) == (State.draft, "表扬李秀英同志。", 2)


async def test_once_approved_it_is_printed_and_stands(world: World, officer: Browser, leader: Browser) -> None:
    made = await begun(world, officer, leader)
    address = f"/console/bulletins/{made.uid}"
    await officer.send(address, do="save", version="1", title="七月通报", text="表扬李秀英同志。\n\n向她学习。")
    await leader.open(address)
    text = await leader.send(address, do="approve", version="2")
    assert "已签发" in text
    await officer.send(address, do="save", version="2", title="七月通报", text="改")
    assert officer.status == 409
    async with officer.client.get(f"{address}.pdf") as answer:
        assert (await answer.read()).startswith(b"%PDF")
    async with world.deps.read() as session:
        wanted = sa.select(col(Entry.action)).where(col(Entry.subject) == made.uid).order_by(col(Entry.id))
        assert (await session.execute(wanted)).scalars().all() == [
            "bulletin.drafted", "bulletin.edited", "bulletin.approved",
        ]  # fmt: skip


async def test_a_town_and_a_viewer_do_not_come_in(world: World, town: Browser, viewer: Browser) -> None:
    for who in (town, viewer):
        await who.open("/console/bulletins")
        assert who.status == 403


async def test_an_empty_month_says_so(world: World) -> None:
    async with world.deps.begin() as session:
        made = await draft(session, [], due(world.clock.now(), world.deps.settings.zone), at=world.clock.now())
    assert "没有可以从记录里列出的事项" in made.text


async def test_an_approved_one_goes_out_once_and_by_day(world: World, officer: Browser, leader: Browser) -> None:
    address = f"/console/bulletins/{(await begun(world, officer, leader)).uid}"
    await officer.send(address, do="save", version="1", title="七月通报", text="表扬李秀英同志。")
    await leader.open(address)
    assert "还没有签发" in await leader.send(f"{address}/send", kinds="村群")
    await leader.send(address, do="approve", version="2")
    assert "请选发给哪些群" in await leader.send(f"{address}/send")
    assert "一个也没有" in await leader.send(f"{address}/send", kinds="工作群")
    await officer.send(f"{address}/send", kinds="村群")
    assert officer.status == 403
    assert "看谁没收到" in await leader.send(f"{address}/send", kinds="村群", roles="灾害信息员")
    await world.work()
    assert (await world.phone("li"))[-1] == "七月通报\n\n表扬李秀英同志。"
    assert (await world.group("柳湾村群"))[-1].startswith("七月通报\n\n表扬李秀英同志。")
    assert "已经发出去了" in await leader.send(f"{address}/send", kinds="村群")
    await leader.send(address, do="reopen", version="2")
    assert leader.status == 409


async def test_nobody_is_woken_to_be_praised(world: World) -> None:
    night = datetime(2026, 8, 1, 14, 0, tzinfo=UTC)  # 22:00
    made = Bulletin(
        uid="b", month="2026-07", state=State.approved, title="七月", text="好。", made_by="-", made_at=night
    )
    async with world.deps.begin() as session:
        session.add(made)
        await session.flush()
        with pytest.raises(NotSent, match="现在是夜里"):
            await send(session, world.deps.settings, made, ["村群"], [], by="user:z", at=night)
