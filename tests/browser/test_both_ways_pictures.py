"""The pictures of the guides that need both ways: what a phone shows, who has answered, whom to telephone."""

from pathlib import Path

import pytest
import segno
from playwright.async_api import BrowserContext, Page, ViewportSize

from bot.directory.binding.bind import ask
from bot.papers import paper
from tests.both_ways import FOLLOWERS, BothWays, both_ways
from tests.browser.chromium import opened
from tests.browser.desk import OFFICER, PASSWORD, users
from tests.browser.pictures import LARGEST, picture, shots_of

pytestmark = pytest.mark.browser
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


async def as_phone(both: BothWays, context: BrowserContext, phone: str, address: str) -> Page:
    """The browser of a phone: at the platform's question the simulator knows it by its cookie."""
    await context.add_cookies([{"name": "simulator_phone", "value": phone, "url": both.world.base}])
    page = await context.new_page()
    await page.set_viewport_size(PHONE)
    await page.goto(address if address.startswith("http") else both.web + address)
    return page


async def at_the_desk(both: BothWays, context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.set_viewport_size(DESK)
    await page.goto(f"{both.web}/console/sign-in")
    await page.locator("input[name=name]").fill(OFFICER)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button").click()
    return page


async def test_a_night_of_answers_in_pictures(tmp_path: Path) -> None:
    shots = shots_of(tmp_path)
    async with both_ways(tmp_path) as both, opened() as browser:
        await users(both.world)
        for openid in FOLLOWERS:
            await both.scan(openid, "柳湾村")
        got = await both.world.issue()
        async with await browser.new_context(locale="zh-CN") as context:
            page = await as_phone(both, context, "li", await both.link("li"))
            assert "收到请按 1" in await page.inner_text("main")
            await picture(page, shots, "h5-answer")
        async with await browser.new_context(locale="zh-CN") as context:
            page = await as_phone(both, context, "zhang", "/h5/mine?by=oa")
            assert "柳湾村" in await page.inner_text("main")
            await picture(page, shots, "h5-mine")
        await both.type("li", "1")
        await both.type("zhou", "3")
        async with both.world.deps.begin() as session:
            deps, now = both.world.deps, both.world.clock.now()
            await ask(session, deps.vault, "oa", "qian", name="钱进", phone="19900000002", at=now)
        async with await browser.new_context(locale="zh-CN") as context:
            page = await at_the_desk(both, context)
            alert = got.taken[0].alert.uid
            for name, address in (
                ("answers", f"/console/alerts/{alert}"),
                ("calls", f"/console/alerts/{alert}/calls"),
                ("bindings", "/console/bindings"),
                ("inbox", "/console/inbox"),
            ):
                answer = await page.goto(both.web + address)
                assert answer is not None
                assert answer.status == 200, address
                await picture(page, shots, name)


def test_the_poster_in_a_picture(tmp_path: Path) -> None:
    shots = shots_of(tmp_path)
    shots.mkdir(parents=True, exist_ok=True)
    rows = ["".join(str(bit) for bit in row) for row in segno.make("http://weixin.qq.com/q/demo", error="q").matrix]
    facts = {"county": "青崖县", "village": "柳湾村", "rows": rows, "phone": "000-0001"}
    assert paper("poster", facts) == paper("poster", facts)
    assert paper("poster", facts).startswith(b"%PDF")
    (shots / "poster.png").write_bytes(paper("poster", facts, pixels=70))
    assert (shots / "poster.png").stat().st_size < LARGEST
