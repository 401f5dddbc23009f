"""Every page that the router knows is opened in a real browser and looked over at a phone's width and at the wall's: a
page that no link leads to, that nothing is written for here, and that is not named as an exemption, fails by its
name."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from playwright.async_api import Page, ViewportSize
from sqlmodel import col

from bot.app import create_app
from bot.simulator.config import NOTICE
from handlers.console.rooms import GROUPS, OPEN
from handlers.reports.models import Report
from tests.both_ways import BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.desk import PHONE, WALL, faults, users
from tests.browser.lived_in import SLIDE, Known, at_the_desk, known, lived_in
from tests.browser.test_both_ways_pictures import as_phone
from tests.world import World

pytestmark = pytest.mark.browser
PAGES = ("/console", "/h5", "/docs")
FILES = re.compile(r"\.(pdf|png|csv|json|xlsx|\{kind\})$")
NO_PAGE = {
    "/console": "leads to /console/",
    "/console/live": "the wire that says that something changed",
    "/console/first/{token}": "opens once, by the link that `serve` prints; the form is that of /console/password",
    "/console/clips/{uid}/sound": "a recording",
    "/console/inbox/media/{uid}": "a picture or a recording",
    "/console/inbox/media/{uid}/play": "a recording",
    "/console/reports/{uid}/media/{medium}": "a picture",
    "/console/hints/{uid}/pictures/{picture}": "a picture",
    "/h5/hint/{uid}/pictures/{picture}": "a picture",
    "/h5/hint-task/{uid}/pictures/{picture}": "a picture",
    "/h5/a/{code}/clips/{uid}": "a recording",
    "/h5/knock/{uid}/pictures/{picture}": "a picture",
    "/console/alerts/{uid}/knocks/{knock}/pictures/{n}": "a picture",
    "/console/drills/{uid}/evacuation": "leads to the page of the drill's newest message",
    "/h5/evacuation/{uid}/pictures/{picture}": "a picture",
    "/console/alerts/{uid}/evacuation/{task}/pictures/{n}": "a picture",
    "/h5/in/{platform}": "the way back from the platform's question",
}
BEGIN = [*(room[0] for room in OPEN), *(room[0] for _, rooms in GROUPS for room in rooms)]
SELDOM = ("/console/password", "/docs", "/console/drills/new", "/console/unread", "/console/reachability")
SMALL = ViewportSize(width=PHONE, height=844)
LARGE = ViewportSize(width=WALL, height=1000)
HREFS = "all => all.map(one => one.pathname + one.search)"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id) as made:
        await users(made.world)
        await lived_in(made)
        yield made


def pages(app: web.Application) -> set[str]:
    """The routes behind which a person reads something."""
    found = {r.resource.canonical for r in app.router.routes() if r.method == "GET" and r.resource is not None}
    return {one for one in found if one.startswith(PAGES) and not FILES.search(one)} - set(NO_PAGE)


async def route(app: web.Application, address: str) -> str:
    resource = (await app.router.resolve(make_mocked_request("GET", address))).route.resource
    return resource.canonical if resource is not None else ""


class Walk:
    """Follows links from page to page; of each route the first address is looked at."""

    def __init__(self, both: BothWays) -> None:
        self.both, self.left = both, pages(both.app)
        self.faults: dict[str, list[str]] = {}

    async def all_from(self, page: Page, begin: Iterable[str]) -> None:
        ways = list(begin)
        while ways:
            address = ways.pop(0)
            name = await route(self.both.app, address)
            if name not in self.left:
                continue
            answer = await page.goto(self.both.web + address)
            assert answer is not None
            if answer.status != 200:
                self.faults[address] = [f"status {answer.status}"]
                continue
            self.left.discard(name)
            if found := await self.looked_over(page):
                self.faults[address] = found
            ways += await page.locator("a[href^='/']").evaluate_all(HREFS)

    async def looked_over(self, page: Page) -> list[str]:
        """What is wrong with it on a phone, and on the wall."""
        found = await faults(page)
        await page.set_viewport_size(LARGE)
        found += [f"{WALL} px: {fault}" for fault in await faults(page)]
        await page.set_viewport_size(SMALL)
        return found


async def incident(both: BothWays, page: Page) -> None:
    """Two reports of one event become one."""
    async with both.world.deps.read() as session:
        uid = await session.scalar(sa.select(col(Report.uid)).where(col(Report.words) == SLIDE))
    await page.goto(f"{both.web}/console/reports/{uid}")
    await page.get_by_label("事件的名字", exact=True).fill("滑坡")
    await page.get_by_role("button", name="份并成一件").click()


def ways(ids: Known) -> Sequence[str]:
    return (
        f"/console/broadcasts/{ids.broadcast}/mass",
        f"/console/alerts/{ids.alert}/coverage",
        f"/console/alerts/{ids.alert}/knocks?person={ids.door}",
        f"/console/notices/{ids.draft}/edit",
        f"/console/notices/{ids.draft}/plan",
        f"/console/held/{ids.held}/plan",
    )


async def test_every_page_can_be_read_and_touched(both: BothWays) -> None:
    walk, ids = Walk(both), await known(both)
    link = (await both.link("chen")).removeprefix(both.web)
    async with opened() as browser:
        stranger = await browser.new_page(locale="zh-CN", viewport=SMALL)
        await walk.all_from(stranger, ("/console/sign-in", f"/h5/screen/{ids.screen}", "/h5/no-one"))
        desk = await at_the_desk(both, browser)
        await desk.set_viewport_size(SMALL)
        await incident(both, desk)
        await walk.all_from(desk, (*BEGIN, *SELDOM, *ways(ids)))
        for who, by, own in (
            ("chen", "wecom", (link, "/h5/report", "/h5/relay", "/h5/duty", "/h5/outlets", "/h5/byhand")),
            ("zhou", "wecom", (f"/h5/hint/{ids.hint}", f"/h5/knock/{ids.knock}", f"/h5/evacuation/{ids.evacuation}")),
            ("li", "wecom", (f"/h5/hint-task/{ids.hint}", "/h5/bind")),
            ("zhang", "oa", ("/h5/mine", "/h5/now", "/h5/hint", "/h5/notice")),
        ):
            async with await browser.new_context(locale="zh-CN") as context:
                page = await as_phone(both, context, who, f"/h5/duty?by={by}")
                await page.set_viewport_size(SMALL)
                await page.route("https://res.wx.qq.com/**", lambda asked: asked.abort())  # WeChat's own button
                await walk.all_from(page, own)
    assert walk.faults == {}
    assert walk.left == set()


def test_no_exemption_outlives_its_route(world: World) -> None:
    there = {r.resource.canonical for r in create_app(world.deps).router.routes() if r.resource is not None}
    assert set(NO_PAGE) <= there
