"""撤回: how far a sending can be taken back is said first; it takes a word, and stays on the record."""

import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from bot.access.models import Role
from broadcasts.answers.models import Said
from broadcasts.hazards.grades import Grade
from tests.console.browser import Browser, add, browser
from tests.stories.answering import Desk
from tests.world import World


async def recalled(world: World, userid: str) -> list[bool]:
    async with world.http.get(f"{world.base}/_sim/phones/{userid}") as answer:
        return [message["recalled"] for message in (await answer.json())["messages"]]


async def issued(world: World) -> tuple[str, str]:
    """The alert's page, and the one on which its sending is taken back."""
    got = await world.issue()
    sent = (await Desk(world).broadcasts())[-1]
    return f"/console/alerts/{got.taken[0].alert.uid}", f"/console/broadcasts/{sent}/recall"


async def test_what_the_application_sent_is_taken_back_and_groups_are_not(world: World, officer: Browser) -> None:
    page, recall = await issued(world)
    await world.forward(minutes=3)  # the silent have been told twice
    assert "撤回这次发送" in await officer.open(page)
    shown = await officer.open(recall)
    assert "还能撤回 12 份" in shown  # six people twice
    assert "份群机器人撤不回" in shown
    await officer.send(recall)
    assert officer.status == 422
    assert await recalled(world, "li") == [False, False]
    await officer.send(recall, word="颜色发错了")
    await world.work()
    assert await recalled(world, "li") == [True, True]
    assert "撤回 12/12 份" in await officer.open(page)
    assert "颜色发错了" in officer.text
    assert len(await world.group("柳湾村群")) == 1
    assert "没有能撤回的了" in await officer.open(recall)
    await officer.open(page)
    await officer.send(recall, word="再撤一次")
    assert officer.status == 409


async def test_nobody_is_reminded_of_what_was_taken_back(world: World, officer: Browser) -> None:
    _, recall = await issued(world)
    await officer.open(recall)
    await officer.send(recall, word="发错了")
    await world.forward(minutes=8)
    assert len(await world.phone("li")) == 1
    assert await Desk(world).rungs() == [(2, "over"), (3, "over")]
    async with world.deps.read() as session:
        entries = sa.text("SELECT count(*) FROM record WHERE action = 'broadcast.recalled'")
        assert await session.scalar(entries) == 1


async def test_what_has_not_left_does_not_leave(world: World, officer: Browser) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    _, recall = await issued(world)
    assert "还有 6 份没有发出，可以不发" in await officer.open(recall)
    await officer.send(recall, word="发错了")
    async with world.http.delete(f"{world.base}/_sim/faults"):
        pass
    await world.forward(minutes=2)
    assert await world.phone("li") == []


async def test_after_a_day_the_platform_takes_nothing_back(world: World, officer: Browser) -> None:
    await world.issue("大风", "11B06", Grade.blue, hours=30)
    recall = f"/console/broadcasts/{(await Desk(world).broadcasts())[-1]}/recall"
    world.clock.turn(24 * 3600 + 1)
    await officer.open("/console/sign-in")
    await officer.sign_in("officer")
    assert "没有能撤回的了" in await officer.open(recall)
    assert "份应用消息撤不回" in officer.text


async def test_a_town_takes_back_only_what_is_its_own_and_a_viewer_nothing(
    world: World, server: TestServer, viewer: Browser
) -> None:
    page, recall = await issued(world)
    assert "撤回这次发送" not in await viewer.open(page)
    await viewer.open(recall)
    assert viewer.status == 403
    async with world.deps.read() as session:
        town = await session.scalar(sa.text("SELECT id FROM area WHERE name = '石门乡'"))
    await add(world.deps, "town", Role.officer, area=town)
    async with browser(server) as made:
        await made.sign_in("town")
        await made.open(page)
        await made.send(recall, word="发错了")
        assert made.status == 404
    assert await recalled(world, "li") == [False]
    assert await Desk(world).say("li", Said.received)
