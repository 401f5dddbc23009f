"""A resident lets notices come: WeChat's button stands on a page signed for it, and the page says what is left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.config import NOTICE
from bot.wechat.tickets import signed
from tests.both_ways import BothWays, both_ways


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id) as made:
        await made.act("zhang", "follow")
        yield made


async def test_the_page_has_wechats_button_and_says_what_is_left(both: BothWays) -> None:
    async with both.reading("zhang") as page:
        assert "去同意" in await page.open("/h5/mine?by=oa")
        await page.open("/h5/notice")
        assert f'<wx-open-subscribe id="subscribe" template="{NOTICE.id}">' in page.text
        assert "同意一次，发一条" in page.text
        assert "https://res.wx.qq.com/open/js/jweixin" in page.text
        await both.act("zhang", "consent")
        assert "还能给您发 1 条通知" in await page.open("/h5/notice")
        await both.act("zhang", "stop_notices")
        assert "您不接收通知" in await page.open("/h5/notice")
        async with page.http.get(f"{both.web}/h5/notice") as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self' https://res.wx.qq.com 'unsafe-eval';" in policy
        assert not {"default-src", "frame-src", "child-src"} & {rule.split()[0] for rule in policy.split("; ")}
        assert "object-src 'none'" in policy
        assert '<script type="text/wxtag-template"><button>' in page.text
        async with page.http.get(f"{both.web}/h5/mine") as answer:
            assert "res.wx.qq.com" not in answer.headers["Content-Security-Policy"]


async def test_one_ticket_serves_many_pages_and_without_one_there_is_no_button(both: BothWays) -> None:
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        await both.world.fault(endpoint="ticket", kind="errcode", code=48001, times=1)
        assert "wx-open-subscribe" not in await page.open("/h5/notice")
        await both.world.fault(endpoint="ticket", kind="errcode", code=48001, times=1)
        async with page.http.get(f"{both.web}/h5/notice") as answer:  # no button, nothing that only it needs
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        for _ in range(3):
            assert "wx-open-subscribe" in await page.open("/h5/notice")
        assert (await both.world.counts())["calls"]["ticket"] == 3
        both.world.clock.turn(7200)
        await page.open("/h5/notice")
        assert (await both.world.counts())["calls"]["ticket"] == 4


async def test_there_is_no_such_page_without_the_road(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await both.act("zhang", "follow")
        async with both.reading("zhang") as page:
            assert "去同意" not in await page.open("/h5/mine?by=oa")
            await page.open("/h5/notice")
            assert page.status == 404


def test_the_signature_is_the_platforms_own_example() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    made = signed("wx0", ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#part")
    assert made.signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
