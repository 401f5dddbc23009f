"""The page of whoever answers for a village that is moved: theirs alone, with figures, words and a picture."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.both_ways import BothWays, both_ways
from tests.hints.test_on_the_form import photo, send
from tests.tasks.moving import Moving


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        yield made


async def ordered(both: BothWays) -> tuple[Moving, str]:
    moving = Moving(both.world)
    await both.world.issue()
    await moving.order("柳湾村", expected=40)
    return moving, f"/h5/evacuation/{(await moving.seen())['柳湾村'].task.uid}"


async def test_the_order_leads_to_a_page_on_which_figures_are_filled_in(both: BothWays) -> None:
    moving, path = await ordered(both)
    assert f"{path}?by=wecom" in (await both.world.phone("li"))[-1]
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        assert "请组织转移：柳湾镇柳湾村" in page.text
        form = page.text
        for wrong, said in (
            ({}, "请至少填一个数"),
            ({"people": "-3"}, "已转人数请写 0 以上的整数"),
            ({"people": "4000"}, "4000 人对不上"),
            ({"people": "3", "do": "needless"}, "请写一句原因"),
        ):
            await page.press(path, **{"do": "said", **wrong})
            assert said in page.text
        assert (await moving.seen())["柳湾村"].words == ()
        await page.press(path, do="said", homes="12", people="35", refusing="3", place="柳湾小学")
        assert "12 户 35 人" in page.text
        await page.press(path, do="all", words="都劝好了")
        assert "都转完了：柳湾村" in page.text
        await page.press(path, do="back")
        assert "请组织转移" in page.text
    seen = (await moving.seen())["柳湾村"]
    assert (seen.said.refuses, seen.said.place, len(seen.words)) == (True, "柳湾小学", 2)
    async with both.reading("zhou") as page:
        await page.open(f"{path}?by=wecom")
        assert page.status == 404
        page.text = form
        await page.press(path, do="all")
        assert page.status == 404


async def test_a_picture_comes_with_a_word_and_is_seen_by_whoever_sent_it(both: BothWays) -> None:
    moving, path = await ordered(both)
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        await send(page, path, do="said", people="35", pictures=(("a.zip", b"PK"),))
        assert page.status == 422
        assert "“a.zip”没有收" in page.text
        await send(page, path, do="said", people="35", pictures=(("moved.png", photo()),))
        (source,) = re.findall(r'src="(/h5/evacuation/[^"]+)"', page.text)
        async with page.http.get(both.web + source) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert (await moving.seen())["柳湾村"].pictures == 1
