"""A group without a robot: the application makes a group of its people, and warnings go there."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.demo.hands import Browser
from bot.directory.chats.sizes import ask_sizes
from bot.directory.models import Group, Robot
from bot.record.models import Entry
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import ADMIN, PASSWORD, users

GROUP = "柳湾村群"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        await users(made.world)
        yield made


@pytest.fixture
async def admin(both: BothWays) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        browser = Browser(http, both.web)
        await browser.open("/console/sign-in")
        await browser.press("/console/sign-in", name=ADMIN, password=PASSWORD)
        yield browser


async def robotless(both: BothWays, name: str = GROUP) -> Group:
    async with both.world.deps.begin() as session:
        group = (await session.execute(select(Group).where(col(Group.name) == name))).scalar_one()
        await session.execute(sa.delete(Robot).where(col(Robot.group_id) == group.id))
    return group


async def shown(both: BothWays, group: Group) -> list[str]:
    async with both.world.http.get(f"{both.world.base}/_sim/chats/{group.uid.replace('-', '')}") as answer:
        return [m["text"] for m in (await answer.json()).get("messages", [])]


async def test_the_application_makes_a_group_and_warnings_go_there(both: BothWays, admin: Browser) -> None:
    group = await robotless(both)
    assert "或由应用建一个群聊" in await admin.open("/console/robots")
    await admin.press(f"/console/groups/{group.uid}/chat")
    await admin.open("/console/robots")
    await admin.press(f"/console/groups/{group.uid}/chat")  # pressed again: it is still one group
    await both.world.issue()
    (text,) = await shown(both, group)
    assert text.startswith("红色暴雨 青崖县\n")
    assert text.rstrip().endswith("柳湾村 值班电话 000-0001")  # the group's own line
    async with both.world.deps.read() as session:
        made = sa.select(sa.func.count()).select_from(Entry).where(col(Entry.action) == "group.chat_made")
        assert await session.scalar(made) == 2


async def test_a_group_of_one_is_refused_by_name_and_nothing_is_kept(both: BothWays, admin: Browser) -> None:
    group = await robotless(both, "石门村群")
    await admin.open("/console/robots")
    await admin.press(f"/console/groups/{group.uid}/chat")
    assert admin.status == 422
    assert "那里能用企业微信的人不到 2 个。请先导入他们的企业微信账号：" in admin.text
    async with both.world.deps.read() as session:
        kept = (await session.execute(select(Group).where(col(Group.id) == group.id))).scalar_one()
    assert kept.chat_id == ""


async def test_what_the_platform_refuses_is_said(both: BothWays, admin: Browser) -> None:
    group = await robotless(both)
    fault = {"endpoint": "appchat_create", "kind": "errcode", "code": 48002}
    async with both.world.http.post(f"{both.world.base}/_sim/faults", json=fault) as answer:
        assert answer.status < 300
    await admin.open("/console/robots")
    await admin.press(f"/console/groups/{group.uid}/chat")
    assert admin.status == 422
    assert "没有建，企业微信说：" in admin.text


async def test_how_many_are_in_a_group_is_asked_of_the_platform_and_guessed_where_it_tells_nobody(
    both: BothWays, admin: Browser
) -> None:
    group, world = await robotless(both), both.world
    await admin.open("/console/robots")
    await admin.press(f"/console/groups/{group.uid}/chat")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Group).where(col(Group.id) == group.id).values(people=None))
        await session.execute(sa.update(Group).where(col(Group.name) == "石门村群").values(chat_id="notours"))
    await world.fault(endpoint="appchat_get", kind="errcode", code=60020, times=1)
    assert [await ask_sizes(world.deps) for _ in range(3)] == [0, 1, 0]
    async with world.deps.read() as session:
        rows = await session.execute(sa.select(col(Group.name), col(Group.people)).where(col(Group.chat_id) != ""))
        assert {name: people for name, people in rows} == {GROUP: 2, "石门村群": None}
        entry = sa.select(col(Entry.detail)).where(col(Entry.action) == "group.size")
        kept = await session.scalar(entry)
        assert kept is not None
        assert (kept["before"], kept["people"]) == (None, 2)
