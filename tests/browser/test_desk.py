"""What only a browser can tell: that a night's work goes by hand, and that every page can be read and touched."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.async_api import expect
from sqlmodel import col

from broadcasts.dispatch.models import Broadcast
from broadcasts.release.models import Hold
from handlers.console.rooms import GROUPS, OPEN
from tests.browser.desk import ADMIN, PHONE, WALL, Desk

pytestmark = pytest.mark.browser
ELSEWHERE = ("/console/password", "/console/sign-in", "/docs")
MOST_TOUCHES = 6
PASTED = "青崖县气象台2026年7月12日02时38分发布暴雨红色预警信号：过去3小时柳湾镇降雨量已达100毫米以上，请注意防范。"
LATE = "52992641600000_20260711154000"
LISTEN = """() => new EventSource("/console/live").addEventListener("alive", function (e) {
  this.close(); console.log("alive"); })"""
HELD_TEXT = "过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范。"


async def held_alert(desk: Desk) -> str:
    """A red warning that came too late to go out by itself; the hold's address."""
    sent = desk.world.clock.now() - timedelta(hours=3)
    await desk.world.issue(sent=sent, hours=2, text=HELD_TEXT, identifier=LATE)
    async with desk.world.deps.read() as session:
        uid = (await session.execute(sa.select(col(Hold.uid)))).scalar_one()
    return f"/console/held/{uid}"


async def sent_broadcast(desk: Desk) -> str:
    async with desk.world.deps.read() as session:
        wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.subject) == "").order_by(col(Broadcast.id).desc())
        return str((await session.execute(wanted.limit(1))).scalar_one())


async def test_the_officer_signs_in_finds_what_waits_and_lets_it_go(desk: Desk) -> None:
    page = desk.page
    await held_alert(desk)
    await desk.sign_in()
    await desk.shot("tonight-held")
    await page.locator(".next a.button").first.click()
    await expect(page.locator("blockquote").first).to_contain_text(HELD_TEXT)
    await desk.shot("held")
    release = page.locator("form", has=page.get_by_role("button", name="向")).first
    await expect(release.get_by_role("button")).to_contain_text("人")
    await release.locator("input:not([type=hidden])").first.fill("青")
    await release.get_by_role("button").click()
    await desk.world.work()
    desk.world.clock.turn(1)
    assert await desk.world.phone("li")
    assert "红色暴雨" in (await desk.world.phone("li"))[-1]
    await desk.shot("released")
    assert desk.wrong == []


async def test_a_text_is_pasted_checked_and_sent_in_six_touches(desk: Desk) -> None:
    page, touches, faults = desk.page, 0, {}
    await desk.width(PHONE)
    await desk.sign_in()
    await desk.go("/console/paste")
    await page.get_by_label("预警原文").fill(PASTED)
    for step in ("check", "send", "sent"):
        touches += 1
        if await page.get_by_label("县名").count():
            await page.get_by_label("县名").fill("青")
            touches += 1
        await page.locator("main form button.button:not(.plain)").last.click()
        await expect(page).to_have_url(re.compile("check|alerts" if step != "check" else "paste"))
        await desk.shot(f"paste-{step}")
        faults[step] = await desk.faults()
    await desk.world.work()
    assert PASTED in (await desk.world.phone("li"))[-1]
    assert touches + 1 <= MOST_TOUCHES  # the paste itself
    assert faults == {"check": [], "send": [], "sent": []}
    assert desk.wrong == []


async def test_a_page_follows_a_sending_without_being_asked(desk: Desk) -> None:
    await desk.sign_in()
    await desk.world.issue()
    await desk.go("/console/alerts")
    await desk.page.locator("main a", has_text="暴雨").first.click()
    await expect(desk.page.locator("main")).to_contain_text(HELD_TEXT)
    before = await desk.page.locator("main").inner_text()
    await desk.world.issue(identifier="52992641600000_20260711190000", refers="52992641600000_20260711184000")
    for _ in range(50):
        desk.world.clock.turn(0.5)
        await desk.page.wait_for_timeout(20)
        if await desk.page.locator("main").inner_text() != before:
            break
    else:
        raise AssertionError("the page stood still")
    assert desk.wrong == []


async def test_on_a_calm_night_no_page_grows_old_and_a_silent_wire_is_said(desk: Desk) -> None:
    stale = desk.page.locator("[data-stale]")
    await desk.page.clock.install()
    await desk.sign_in()
    for _ in range(4):  # a minute, with a sign of life in each quarter
        async with desk.page.expect_event("console", lambda said: said.text == "alive"):
            await desk.page.evaluate(LISTEN)
            for _again in range(40):
                desk.world.clock.turn(0.5)
                await desk.page.wait_for_timeout(5)
        await desk.page.clock.run_for(15_000)
        assert await stale.inner_text() == ""
    await desk.page.clock.run_for(20_000)
    await expect(stale).to_contain_text("秒没有更新，请看网络是否断了")
    assert desk.wrong == []


async def test_every_room_can_be_read_on_the_wall(desk: Desk) -> None:
    """At a phone's width test_every_page does it."""
    waiting = await held_alert(desk)
    await desk.world.gone("wang")
    await desk.world.issue()
    await desk.world.receive(b"<alert>", "application/xml")
    broadcast = await sent_broadcast(desk)
    await desk.sign_in(ADMIN)
    await desk.width(WALL)
    faults = {}
    for address in [
        *(room[0] for room in [*OPEN, *(r for _, rooms in GROUPS for r in rooms)]),
        waiting,
        f"/console/broadcasts/{broadcast}/unreached",
        *ELSEWHERE,
    ]:
        await desk.go(address)
        await desk.shot(f"{address.removeprefix('/console/').replace('/', '-')[:40] or 'tonight'}-{WALL}")
        if found := await desk.faults():
            faults[address] = found
    assert faults == {}
    assert desk.wrong == []
