"""The pages of reports in a real browser: read and touched at a phone's and a wall's width; the form's first load."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.commands.due.reports import daily
from handlers.reports.models import Report
from tests.both_ways import both_ways
from tests.browser.chromium import opened
from tests.browser.desk import PHONE, WALL, Desk, faults
from tests.browser.phones import Weighed, phone
from tests.reports.test_pictures_on_the_form import archive, photo

pytestmark = pytest.mark.browser
WIDTHS = (PHONE, WALL)
FIRST_LOAD = 100 * 1024  # bytes


async def looked_over(desk: Desk, address: str, name: str) -> dict[tuple[str, int], list[str]]:
    await desk.go(address)
    found = {}
    for width in WIDTHS:
        await desk.width(width)
        await desk.shot(f"{name}-{width}")
        if wrong := await desk.faults():
            found[address, width] = wrong
    return found


async def test_the_rooms_of_reports_can_be_read_and_touched(desk: Desk) -> None:
    world, page = desk.world, desk.page
    await world.say("chen", "石门村二组滑坡，死亡6人，失踪5人，倒塌住房12户")
    await world.say("li", "三组滑坡，路断了，没人伤")
    await world.say("wang", "续报 QY0712-077 三组山体滑坡，转移5户12人")
    async with world.deps.read() as session:
        grave, one, _ = (await session.execute(select(Report).order_by(col(Report.id)))).scalars().all()
    await desk.sign_in()
    found = await looked_over(desk, "/console/", "tonight-grave")
    found |= await looked_over(desk, "/console/reports", "reports")
    await desk.go(f"/console/reports/{one.uid}")
    await page.get_by_label("事件的名字", exact=True).fill("柳湾滑坡")
    await page.get_by_role("button", name="份并成一件").click()
    incident = await page.get_by_role("link", name="柳湾滑坡").get_attribute("href")
    assert incident is not None
    ledger = f"/console/reports/{grave.uid}/ledgers/lives"
    await desk.go(ledger)
    await page.get_by_label("姓名").fill("不详")
    await page.get_by_label("在哪里遇难或失踪").fill("石门村二组")
    await page.get_by_role("button", name="记入").click()
    world.clock.turn(20 * 3600 + 10 * 3600)
    await daily(world.deps)
    await desk.sign_in()
    for address, name in (
        (f"/console/reports/{one.uid}", "report"),
        (f"/console/reports/{grave.uid}", "report-grave"),
        (f"/console/reports/{grave.uid}/bulletin", "bulletin"),
        (incident, "incident"),
        (ledger, "ledger"),
        ("/console/daily-reports", "daily"),
        ("/console/report-rates", "rates"),
        ("/console/report-deadlines", "deadlines"),
    ):
        found |= await looked_over(desk, address, name)
    assert found == {}
    assert desk.wrong == []


async def test_the_form_is_light_and_takes_a_picture_by_touch(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both, opened() as browser, phone(both, browser, "li") as li:
        await li.types("三组垮坡，路断了")
        await li.sees("收到初报")
        page = await li.opens()
        weighed = Weighed()
        await weighed.watch(page)
        await page.reload()
        await page.wait_for_load_state("networkidle")
        found = {}
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            if wrong := await faults(page):
                found[width] = wrong
        assert found == {}
        assert 0 < weighed.bytes <= FIRST_LOAD
        good = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        bad = {"name": "zip.jpg", "mimeType": "image/jpeg", "buffer": archive()}
        await page.set_viewport_size({"width": PHONE, "height": 844})
        await page.get_by_label("哪个组").fill("三组")
        await page.locator("input[type=file]").set_input_files([good, bad])  # type: ignore[arg-type]
        await page.get_by_role("button", name="报上去").click()
        await page.get_by_text("“zip.jpg”没有留").wait_for()
        assert await page.get_by_label("哪个组").input_value() == "三组"
        await page.get_by_label("用照片里的时间").check()
        assert await faults(page) == []
        await page.get_by_role("button", name="报上去").click()
        await page.get_by_text("报上去了").wait_for()
    async with both.world.deps.read() as session:
        report = (await session.execute(select(Report))).scalar_one()
    assert (report.group, report.lon) == ("三组", 103.51)
