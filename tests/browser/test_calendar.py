"""The calendar's pages with a week in them: read and touched at both widths, and the roster on one sheet of A4."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from bot.commands.due.calendar import remind
from bot.commands.due.desk import hand_over
from drills.reminders.models import Topic
from drills.reminders.plan import add
from tests.browser.desk import ADMIN, PHONE, WALL, Desk
from tests.duty.desk import TOWN, local, shift
from tests.world import World

pytestmark = pytest.mark.browser
WEEK = "/console/duty?week=2026-07-13"
ROOMS = (
    WEEK, "/console/duty/swaps", "/console/duty/rules", "/console/duty/roster", "/console/handover",
    "/console/reminders?preset=每月联络测试", "/console/reachability",
)  # fmt: skip
ONE_PAGE = re.compile(rb"/Type\s*/Page[^s]")


async def week_of_duty(world: World) -> None:
    """A county and a town have somebody each night, and one wants to change."""
    monday = local("2026-07-13 17:00", world) - world.clock.now()
    for day in range(7):
        person, leader = ("chen", "liu") if day % 2 else ("zhou", "sun")
        await shift(world, person, starts=monday + timedelta(days=day), hours=15.5)
        await shift(world, leader, role="带班", starts=monday + timedelta(days=day), hours=15.5)
        await shift(world, "wang", at=TOWN, starts=monday + timedelta(days=day), hours=15.5)
    await world.say("zhou", "换班 陈大山")


async def calendar(world: World) -> None:
    """What the pages have to show beside the week: a handover, a check in the past, a test of reachability."""
    await week_of_duty(world)
    at = datetime(2026, 7, 12, 2, 13, tzinfo=world.clock.now().tzinfo)
    for topic, roles in ((Topic.reachability, "灾害信息员,网格员"), (Topic.meeting, "带班领导")):
        async with world.deps.begin() as session:
            await add(session, world.deps.settings, name="每月联络测试", topic=topic, starts_at=at, rule="FREQ=MONTHLY",
                      roles=roles, kinds="", area_id=None, text="本月联络测试。", must_act=False, by="user:刘洋",
                      at=world.clock.now(), basis="系统默认，待县里确认")  # fmt: skip
    world.clock.turn((at - world.clock.now()).total_seconds())
    await remind(world.deps)
    world.clock.turn(timedelta(hours=25).total_seconds())
    await remind(world.deps)
    await shift(world, "li", starts=timedelta(minutes=10))
    await hand_over(world.deps)


async def test_every_room_of_the_calendar_can_be_read_and_touched(desk: Desk) -> None:
    await calendar(desk.world)
    await desk.sign_in(ADMIN)
    faults = {}
    for address in ROOMS:
        await desk.go(address)
        for summary in await desk.page.locator("main summary").all():
            await summary.click()
        for width in (PHONE, WALL):
            await desk.width(width)
            await desk.shot(f"calendar-{ROOMS.index(address)}-{width}")
            if found := await desk.faults():
                faults[address, width] = found
    assert faults == {}
    assert desk.wrong == []


async def test_the_week_prints_on_one_sheet(desk: Desk) -> None:
    await week_of_duty(desk.world)
    await desk.sign_in()
    await desk.go(WEEK)
    sheet = await desk.page.pdf(prefer_css_page_size=True)
    assert len(ONE_PAGE.findall(sheet)) == 1
    await desk.page.emulate_media(media="print")
    await expect(desk.page.locator(".rota")).to_contain_text("2026年7月13日—7月19日")
    assert await desk.page.locator(".rota tbody tr").count() == 14
    for hidden in (".next", ".top", "#checks", ".button"):
        for one in await desk.page.locator(hidden).all():
            await expect(one).to_be_hidden()
