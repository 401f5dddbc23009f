import asyncio
import re

import pytest

from tests.simulator.sim import VILLAGE, Sim, opened

BEWARE = "模拟器：不是真的微信"


async def test_the_page_shows_phones_groups_and_totals(sim: Sim) -> None:
    await sim.robot("红色暴雨 青崖县")
    await sim.app("wang", "现在转移 柳湾村 山洪")
    page = await sim.page("/")
    assert BEWARE in page
    for words in ("李秀英", "柳湾村村群", "红色暴雨 青崖县", "现在转移 柳湾村 山洪", "未读"):
        assert words in page
    assert re.search(r'成员已收到</dt><dd class="num">1<span class="of">/5<', page)
    assert re.search(r'群已收到</dt><dd class="num">1<span class="of">/2<', page)


async def test_the_latest_stand_first(sim: Sim) -> None:
    await sim.app("wang")
    page = await sim.page("/")
    assert page.index("王建国") < page.index("李秀英")


async def test_people_are_found_by_name_or_village(sim: Sim) -> None:
    page = await sim.page("/?q=石门")
    assert "赵敏" in page
    assert "李秀英" not in page
    assert "没有这样的手机" in await sim.page("/?q=无此人")


async def test_one_phone_in_full_is_read_by_looking_at_it(sim: Sim) -> None:
    for content in ("甲消息", "乙消息"):
        await sim.app("wang", content)
    assert (await sim.get("/_sim/phones/wang"))["unread"] == 2
    page = await sim.page("/phones/wang")
    assert BEWARE in page
    assert page.index("甲消息") < page.index("乙消息")
    assert (await sim.get("/_sim/phones/wang"))["unread"] == 0


async def test_one_group_in_full_does_not_show_its_key(sim: Sim) -> None:
    await sim.robot("甲消息")
    handle = (await sim.get("/_sim/groups"))["items"][0]["id"]
    page = await sim.page(f"/groups/{handle}")
    assert "甲消息" in page
    assert BEWARE in page
    assert VILLAGE not in page + await sim.page("/")


@pytest.mark.parametrize("path", ["/phones/nobody", "/groups/nobody", "/_sim/static/other.css"])
async def test_what_is_not_there_is_404(sim: Sim, path: str) -> None:
    async with sim.http.get(path) as answer:
        assert answer.status == 404


async def test_what_a_message_says_is_not_run(sim: Sim) -> None:
    await sim.app("wang", "<script>alert(1)</script>")
    card = {"card_type": "text_notice", "main_title": {"title": "题"}, "card_action": {"url": "javascript:alert(1)"}}
    await sim.app_says({"touser": "wang", "msgtype": "template_card", "template_card": card})
    async with sim.http.get("/phones/wang") as answer:
        page = await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert (
            answer.headers["Referrer-Policy"] == "same-origin"
        )  # without it a form's Origin would be null, and refused
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert not re.search(r"<style|\bstyle=|\bon\w+=|<script(?! src=)", page)


async def test_its_own_assets_come_from_itself(sim: Sim) -> None:
    for path in re.findall(r'(?:href|src)="(/_sim/static/[^"]+)"', await sim.page("/")):
        async with sim.http.get(path) as answer:
            assert answer.status == 200
    assert not re.search(r'(?:href|src)="(?:https?:)?//', await sim.page("/"))


async def test_a_label_tells_two_simulators_apart() -> None:
    async with opened(label="演练路") as sim:
        assert "演练路" in await sim.page("/")


async def test_whoever_watches_hears_only_that_something_changed(sim: Sim) -> None:
    async with sim.http.get("/_sim/live") as answer, asyncio.timeout(5):
        assert await answer.content.readuntil(b"\n\n") == b": hello\n\n"
        for _ in range(5):
            await sim.robot()
        assert await answer.content.readuntil(b"\n\n") == b"data: changed\n\n"
