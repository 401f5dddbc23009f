"""The page of whoever answers for a village that is moved: theirs alone, with figures, words and a picture."""

import re

import pytest

from broadcasts.answers.models import How
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.say import Heard, Spoke, say
from broadcasts.tasks.evacuation.states import Why
from tests.both_ways import BothWays
from tests.hints.test_on_the_form import photo, send
from tests.stories.answering import Desk
from tests.tasks.moving import Moving


async def ordered(both: BothWays) -> tuple[Moving, str]:
    moving = await Moving.begun(both.world, expected=40)
    return moving, f"/h5/evacuation/{(await moving.seen())['柳湾村'].task.uid}"


async def test_the_order_leads_to_a_page_on_which_figures_are_filled_in(both: BothWays) -> None:
    moving, path = await ordered(both)
    told = (await both.world.phone("li"))[-1]
    assert "现在回 1 收到　2 去不了　3 要支援；或回一句话，例如：转了12户35人／都转完了\n" in told
    assert f"{path}?by=wecom" in told
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        assert "请组织转移：柳湾镇柳湾村" in page.text
        form = page.text
        for wrong, said in (
            ({}, "请至少填一个数"),
            ({"people": "-3"}, "已转人数请写 0 以上的整数"),
            ({"people": "4000"}, "4000 对不上"),
            ({"people": "3", "do": "needless"}, "请写一句原因"),
        ):
            await page.press(path, **{"do": "said", **wrong})
            assert said in page.text
        assert (await moving.seen())["柳湾村"].words == ()
        await page.press(path, do="said", people="4000")
        sure = re.search(r'name="sure" value="([^"]+)"', page.text)
        assert sure is not None
        await page.press(path, do="said", people="4000", sure=sure.group(1))
        await page.press(path, do="back")
        await page.press(path, do="said", homes="12", people="35", refusing="3", place="柳湾小学")
        assert "12 户 35 人" in page.text
        await page.press(path, do="all", words="都劝好了")
        assert "都转完了：柳湾村" in page.text
        await page.press(path, do="back")
        assert "请组织转移" in page.text
    seen = (await moving.seen())["柳湾村"]
    assert (seen.said.refuses, seen.said.place, len(seen.words)) == (True, "柳湾小学", 3)
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


@pytest.mark.parametrize("do", ["help", "cannot"])
async def test_whoever_needs_somebody_is_heard_whatever_is_wrong_with_the_form(both: BothWays, do: str) -> None:
    moving, path = await ordered(both)
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        await send(page, path, do=do, people="三十", homes="2", left_people="9999", pictures=(("a.zip", b"PK"),))
        assert page.status == 200
    (word,) = (await moving.seen())["柳湾村"].words
    assert (word.help, word.cannot, word.people, word.homes) == (do == "help", do == "cannot", None, 2)
    assert len(await Desk(both.world).holds("help")) == (do == "help")


async def test_what_is_written_in_the_box_is_read_as_in_the_chat(both: BothWays) -> None:
    moving, path = await ordered(both)
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        await page.press(path, do="said", people="30", words="还有3个老人不肯走")
        assert '<dt>不肯走</dt><dd class="silent">3 人</dd>' in page.text
        assert len(await Desk(both.world).holds("evacuation")) == 1
        await page.press(path, do="said", words="有人被困在三组")
        assert "值班室正在给您打电话" in page.text
    assert len(await Desk(both.world).holds("plea")) == 1
    said = (await moving.seen())["柳湾村"].said
    assert said.people is not None
    assert said.people.value == 30


async def test_a_page_that_was_open_at_the_end_is_heard_and_says_that_it_does_not_count(both: BothWays) -> None:
    moving, path = await ordered(both)
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        async with both.world.deps.begin() as session:
            task = (await moving.seen())["柳湾村"].task
            await call_off(session, await session.merge(task), Why.stopped, by="user:liu", at=both.world.clock.now())
        both.world.clock.turn(60)
        await page.press(path, do="help", people="3")
        assert "没有计入：值班室叫停" in page.text
        assert "值班室正在给您打电话" in page.text
    assert len(await Desk(both.world).holds("help")) == 1
    assert (await moving.seen())["柳湾村"].said.people is None


async def test_what_an_officer_typed_is_not_hers_to_take_back(both: BothWays) -> None:
    moving, path = await ordered(both)
    task = (await moving.seen())["柳湾村"].task
    async with both.world.deps.begin() as session:
        spoke = Spoke("user:liu", How.call, "call:1", "转了3人", task.person_id)
        await say(session, await session.merge(task), Heard(people=3), spoke, both.world.clock.now())
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        assert "收回" not in page.text
        await page.press(path, do="back")
    assert (await moving.seen())["柳湾村"].words[-1].undone_at is None
