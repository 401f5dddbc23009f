"""Both ways in a real browser: a poster is scanned, a warning read and answered on phones, and an officer sees it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlmodel import col, select

from bot.directory.binding.bind import ask
from bot.directory.models import Group, Person
from bot.directory.queries import area_of_code
from bot.ids import uuid7
from handlers.chat.conversations.models import Conversation
from tests.both_ways import BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.desk import ADMIN, Desk, users
from tests.browser.phones import Phone, Weighed, looked_over, phone, waited
from tests.world import PLACES

pytestmark = pytest.mark.browser
VILLAGE = PLACES["柳湾村"][0]
MOST_BYTES = 100 * 1024
QUESTION, REPLY = "今晚去哪里领沙袋", "到镇政府院里领，带上名单"
GROUP = "石门一组家庭群"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        await users(made.world)
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with opened() as made:
        yield made


@pytest.fixture
async def desk(both: BothWays, browser: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    context = await browser.new_context(locale="zh-CN")
    made = Desk(both.world, await context.new_page(), both.web, tmp_path)
    made.listen()
    yield made
    await context.close()


async def red(both: BothWays) -> str:
    """A red warning; its page at the desk."""
    got = await both.world.issue()
    return f"/console/alerts/{got.taken[0].alert.uid}"


async def scanned(both: BothWays, desk: Desk, resident: Phone) -> None:
    """The officer's poster is there, and the resident's phone scans it."""
    picture = await desk.page.request.get(f"{both.web}/console/posters/{VILLAGE}.png")
    assert picture.headers["content-type"] == "image/png"
    await resident.page.reload()
    await resident.page.locator("details.others > summary").click()
    await resident.page.locator("form[action$='/scan'] button").click()
    await resident.sees("已订阅柳湾镇柳湾村")


async def told(both: BothWays, desk: Desk, path: str) -> Page:
    """The board shows two people of six; a third is telephoned."""
    await desk.go(path)
    await expect(desk.page.locator("main")).to_contain_text("2/6")
    await desk.page.get_by_role("link", name="叫应单").first.click()
    line = desk.page.locator(".sheet li", has_text="陈大山")
    await line.get_by_role("button", name="收到").first.click()
    await expect(desk.page.locator(".made")).to_contain_text("陈大山")
    await desk.go(path)
    await expect(desk.page.locator("main")).to_contain_text("3/6")
    return desk.page


async def test_from_the_poster_to_the_officers_answer(both: BothWays, desk: Desk, browser: Browser) -> None:
    await desk.sign_in()
    async with (
        phone(both, browser, "zhang") as resident,
        phone(both, browser, "li") as li,
        phone(both, browser, "wang") as wang,
        phone(both, browser, "zhou") as zhou,
    ):
        await scanned(both, desk, resident)
        path = await red(both)
        await resident.sees("红色暴雨")
        page = await resident.opens()
        await expect(page.locator("body")).to_contain_text("这条现在有效")
        assert await page.locator("main form").count() == 0  # a resident is never asked
        await li.page.reload()
        await li.types("1")
        await li.sees("收到了：1 收到（红色暴雨，柳湾村）")
        await wang.page.reload()
        page = await wang.opens()
        await expect(page.locator("h1")).to_contain_text("王建国，收到请按 1")
        await page.get_by_role("button", name="收到").first.click()
        await expect(page.locator("h1")).to_contain_text("收到了：1 收到")
        await told(both, desk, path)
        await zhou.types(QUESTION)
        await zhou.sees("已转给值班员")
        await answered(both, desk)
        await zhou.sees(REPLY)
    assert desk.wrong == []


async def answered(both: BothWays, desk: Desk) -> None:
    """The officer takes the conversation over and answers."""
    await desk.go("/console/inbox")
    await waited(both, desk.page, QUESTION)
    await desk.page.locator("table.talks a", has_text="周秀兰").click()
    await desk.page.locator("#text").fill(REPLY)
    await desk.page.get_by_role("button", name="接手并发出").click()
    await expect(desk.page.locator("main")).to_contain_text("您接手了")


async def test_a_page_behind_a_link_is_small_and_can_be_read_and_touched(both: BothWays, browser: Browser) -> None:
    await with_group(both)
    await both.scan("zhang", "柳湾村")
    await red(both)
    found: list[str] = []
    async with phone(both, browser, "li") as li:
        weighed, first = Weighed(), await li.browser.new_page()
        await weighed.watch(first)
        await first.goto(f"{both.world.base}/phones/li")
        link = await first.locator(".bubble a").last.get_attribute("href")
        weighed.bytes = 0
        await first.goto(f"{both.world.base}{link}")
        await first.wait_for_url(f"{both.web}/h5/a/**")
        await first.wait_for_load_state("networkidle")
        assert 1_000 < weighed.bytes <= MOST_BYTES
        page = await li.opens()
        found += await looked_over(page)
        await page.get_by_role("button", name="去不了").click()
        found += await looked_over(page)
        for address in ("/h5/now", "/h5/bind", "/h5/no-one", "/h5/a/ZZZZZZZZ"):
            await page.goto(both.web + address)
            found += await looked_over(page)
    for name, address in (("zhang", "/h5/mine"), ("chen", "/h5/relay")):
        async with phone(both, browser, name) as other:
            page = await other.opens()
            found += await looked_over(page)
            await page.goto(both.web + address)
            found += await looked_over(page)
    assert found == []


async def with_group(both: BothWays) -> None:
    """A group of personal WeChat in 石门村, forwarded to by hand."""
    async with both.world.deps.begin() as session:
        village = await area_of_code(session, PLACES["石门村"][0])
        assert village is not None
        uid = uuid7(both.world.clock.now())
        session.add(Group(uid=uid, key=GROUP, name=GROUP, kind="村群", area_id=village.id))


async def test_the_new_rooms_can_be_read_and_touched(both: BothWays, desk: Desk) -> None:
    path = await red(both)
    await both.type("li", "3")
    await both.type("wang", "2")
    await both.act("zhou", "picture")
    await both.type("zhou", QUESTION)
    await both.type("chen", "有人被困")
    deps, now = both.world.deps, both.world.clock.now()
    async with deps.begin() as session:
        await ask(session, deps.vault, "oa", "qian", name="钱进", phone="19900000002", at=now)
        person = (await session.execute(select(Person).where(col(Person.key) == "chen"))).scalar_one()
        person.phone_sealed = deps.vault.seal("19900000003")
        talks = (await session.execute(select(Conversation.uid).order_by(col(Conversation.id)))).scalars().all()
    await desk.sign_in(ADMIN)
    rooms = [path, f"{path}/calls", "/console/inbox", *(f"/console/inbox/{uid}" for uid in talks)]
    found: list[str] = []
    for address in (*rooms, "/console/bindings?q=陈", "/console/posters", "/console/ladder"):
        await desk.go(address)
        found += await looked_over(desk.page)
    assert found == []
    assert desk.wrong == []
