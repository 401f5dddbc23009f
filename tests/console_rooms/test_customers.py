"""客户群: taken from the platform, given to a place, with what each may still get."""

import re
from pathlib import Path

import aiohttp
from sqlmodel import col, select

from bot.commands.checks import State
from bot.commands.checks_hands import by_hand
from bot.demo.hands import Browser
from bot.directory.customers.models import CustomerGroup
from bot.directory.models import Group
from bot.record.models import Entry
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import ADMIN, PASSWORD, users
from tests.world import PLACES

GROUPS = [{"chat_id": "wr01", "name": "柳湾村客户群", "owner": "li"}]


async def admin(both: BothWays, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, both.web)
    await browser.open("/console/sign-in")
    await browser.press("/console/sign-in", name=ADMIN, password=PASSWORD)
    return browser


async def test_a_group_is_taken_and_given_to_its_village(tmp_path: Path) -> None:
    async with (
        both_ways(tmp_path, wecom_customer_groups="1") as both,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        await users(both.world)
        desk = await admin(both, http)
        assert [check.state for check in await by_hand(both.world.deps)] == [State.mind]
        assert "还没有取到客户群" in await desk.open("/console/customers")
        async with both.world.http.post(f"{both.world.base}/_sim/world", json={"customer_groups": GROUPS}) as answer:
            assert answer.status == 200
        await desk.press("/console/customers/refresh")
        assert "1 个客户群还不知道是哪里的" in desk.text
        assert "李秀英" in desk.text
        assert "0/31" in desk.text
        await desk.press("/console/customers/wr01", area="999", kind="村群")
        assert (desk.status, "没有归好" in desk.text) == (422, True)
        await desk.press("/console/customers/wr01", area=PLACES["柳湾村"][0], kind="居民群")
        assert desk.status == 422
        await desk.press("/console/customers/wr01", area=PLACES["柳湾村"][0], kind="村群")
        assert "1 个客户群都归好了" in desk.text
        await desk.press("/console/customers/wr01", area=PLACES["石门村"][0], kind="村群")
        assert desk.status == 404  # it has its place
        async with both.world.deps.read() as session:
            group = (await session.execute(select(Group).where(col(Group.chat_id) == "wr01"))).scalar_one()
            entered = select(Entry).where(col(Entry.action) == "customer_group.placed")
            assert (await session.execute(entered)).scalars().one().subject == f"group:{group.uid}"
        assert [check.state for check in await by_hand(both.world.deps)] == [State.good]
        async with both.world.http.post(
            f"{both.world.base}/_sim/faults", json={"endpoint": "groupchat_list", "kind": "errcode", "code": 48002}
        ) as answer:
            assert answer.status < 300
        await desk.press("/console/customers/refresh")
        assert (desk.status, "没有取到客户群，企业微信说： 没有这个接口的权限" in desk.text) == (422, True)


async def test_a_group_that_is_gone_at_the_platform_is_named(tmp_path: Path) -> None:
    async with (
        both_ways(tmp_path, wecom_customer_groups="1") as both,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        await users(both.world)
        async with both.world.deps.begin() as session:
            session.add(CustomerGroup(chat_id="wr09", name="旧群", owner="li", seen_at=both.world.clock.now()))
        desk = await admin(both, http)
        await desk.open("/console/customers")
        await desk.press("/console/customers/refresh")
        assert re.search(r"旧群.*平台上已经没有了", desk.text, re.S)


async def test_the_road_that_is_not_open_says_what_opens_it(tmp_path: Path) -> None:
    async with (
        both_ways(tmp_path) as both,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        await users(both.world)
        desk = await admin(both, http)
        assert "SIGNALTREE_WECOM_CUSTOMER_GROUPS=1" in await desk.open("/console/customers")
        await desk.press("/console/customers/refresh")
        assert desk.status == 404
        assert await by_hand(both.world.deps) == []
