"""A phone as a page: everything a thumb can do is a plain form."""

import asyncio
import re

import aiohttp
import pytest

from tests.simulator.product import Product
from tests.simulator.sim import Json, Sim
from tests.simulator.test_callbacks import CODE, MENU
from tests.simulator.test_cards import send

BEWARE = "模拟器：不是真的微信"


async def press(sim: Sim, who: str, act: str, form: Json | aiohttp.FormData, origin: str = "") -> tuple[int, str]:
    headers = {"Origin": origin} if origin else {}
    async with sim.http.post(f"/phones/{who}/{act}", data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_sentence_is_typed_and_shown(heard: Sim, product: Product) -> None:
    status, page = await press(heard, "wang", "say", {"text": "收到 <b>"})
    assert (status, BEWARE in page, "收到 &lt;b&gt;" in page) == (200, True, True)
    assert product.heard[0]["Content"] == "收到 <b>"


async def test_a_cards_button_is_a_form(heard: Sim, product: Product) -> None:
    await send(heard)
    page = await heard.page("/phones/wang")
    assert 'name="button" value="1"' in page
    number = re.search(r'name="message" value="(\d+)"', page)
    assert number
    status, page = await press(heard, "wang", "tap", {"message": number[1], "button": "1"})
    assert (status, "［收到］" in page, product.heard[0]["EventKey"]) == (200, True, "1")


async def test_a_poster_is_scanned_from_a_list_and_the_menu_is_used(heard: Sim, product: Product) -> None:
    await heard.account("qrcode/create", CODE)
    await heard.account("menu/create", MENU)
    await heard.post("/_sim/world", {"scenes": [{"scene": "v1", "name": "柳湾村海报"}]})
    page = await heard.page("/phones/o-qian")
    assert "柳湾村海报" in page
    assert 'id="say"' not in page  # who does not follow cannot type
    await press(heard, "o-qian", "scan", {"scene": "v1"})
    await press(heard, "o-qian", "menu", {"key": "now"})
    await press(heard, "o-qian", "unfollow", {})
    assert [told["Event"] for told in product.heard] == ["subscribe", "CLICK", "unsubscribe"]


async def test_a_menu_that_opens_a_page_opens_it_as_that_phone(heard: Sim) -> None:
    await heard.account("menu/create", MENU)
    form = {"key": "https://county.example/mine"}
    async with heard.http.post("/phones/o-he/menu", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "https://county.example/mine"
        assert "simulator_phone=o-he" in answer.headers["Set-Cookie"]


async def test_a_picture_is_chosen_or_the_sample_sent(heard: Sim, product: Product) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"\xff\xd8\xff\xe0 mine", filename="a.jpg", content_type="image/jpeg")
    await press(heard, "o-he", "picture", form)
    _, page = await press(heard, "o-he", "picture", {})
    bodies = []
    for source in re.findall(r'<img class="picture" src="([^"]+)"', page):
        async with heard.http.get(source) as answer:
            bodies.append(await answer.read())
    assert bodies[0] == b"\xff\xd8\xff\xe0 mine"
    assert len(bodies[1]) > 1000
    assert len(product.heard) == 2


async def test_a_page_does_not_wait_for_a_product_that_sleeps(heard: Sim, product: Product) -> None:
    product.asleep = asyncio.Event()
    _, page = await press(heard, "wang", "say", {"text": "1"})
    assert "正在送达" in page
    product.asleep.set()
    await heard.post("/_sim/callbacks/settle", {})
    assert "正在送达" not in await heard.page("/phones/wang")


async def test_what_cannot_be_done_is_said_on_the_page(sim: Sim) -> None:
    status, page = await press(sim, "o-he", "scan", {"scene": "none"})
    assert (status, "没做成" in page) == (200, True)
    assert "没人听" in (await press(sim, "o-he", "say", {"text": "1"}))[1]


@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 403), ("null", 403)])
async def test_another_sites_page_cannot_use_a_phone(sim: Sim, origin: str, status: int) -> None:
    assert (await press(sim, "wang", "say", {"text": "1"}, origin))[0] == status
    assert (await sim.phone("wang"))["said"] == []


async def test_a_code_on_paper_leads_to_the_phones_that_can_scan_it(sim: Sim) -> None:
    said = await sim.account("qrcode/create", CODE)
    async with sim.http.get(said["url"]) as answer:
        page = await answer.text()
    assert BEWARE in page
    assert "/phones/o-he/scan" in page
    async with sim.http.get("/q/none") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/phones/nobody", "/phones/wang/open/7", "/_sim/media/none"])
async def test_what_is_not_there_is_404(sim: Sim, path: str) -> None:
    async with sim.http.get(path) as answer:
        assert answer.status == 404


async def test_no_page_carries_style_or_script_of_its_own(heard: Sim) -> None:
    await send(heard)
    await heard.account("menu/create", MENU)
    for path in ("/phones/wang", "/phones/o-he", "/"):
        assert not re.search(r"<style|\bstyle=|\bon\w+=|<script(?! src=)", await heard.page(path))
