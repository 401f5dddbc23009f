"""One tap on a phone: the page behind a message's link knows who reads, takes the answer, and shows what holds now."""

import asyncio

from aiohttp import ClientSession, TCPConnector
from yarl import URL

from bot.directory.queries import person_of_key
from broadcasts.answers.queries import open_for
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade
from tests.both_ways import BothWays


async def said(both: BothWays, userid: str) -> list[str | None]:
    """What a person has said to each alert that is open for her."""
    async with both.world.deps.read() as session:
        person = await person_of_key(session, userid)
        assert person is not None
        found = await open_for(session, person.id, Road.live, both.world.clock.now())
    return [o.said.value if o.said else None for o in found]


async def test_she_reads_taps_once_and_can_take_it_back(both: BothWays) -> None:
    await both.world.issue()
    async with both.reading("li") as page:
        text = await page.open(await both.link("li"))
        assert page.status == 200
        assert "柳湾村的李秀英，收到请按 1" in text
        assert "叫醒河边、坡脚的人家" in text
        assert "青崖县气象台原文" in text
        form = page.text
        await page.press(a="1")
        assert "收到了：1 收到" in page.text
        assert await said(both, "li") == ["received"]
        page.text = form
        await page.press(a="3")  # the same page a second time: the back button, a double tap
        assert await said(both, "li") == ["received"]
        form, at = page.text, page.text.split('name="at" value="')[1].split('"')[0]
        await page.press(a="0", at=at)
        assert "收到请按 1" in page.text
        assert await said(both, "li") == [None]
        both.world.clock.turn(5)
        await page.press(a="2")
        page.text = form
        await page.press(a="0", at=at)  # the old page's button once more: it takes back nothing newer
        assert await said(both, "li") == ["cannot"]


async def test_a_form_of_another_reader_is_refused(both: BothWays) -> None:
    await both.world.issue()
    async with both.reading("li") as hers, both.reading("wang") as his:
        await hers.open(await both.link("li"))
        await his.open(await both.link("wang"))
        his.text = hers.text
        await his.press(a="1")
        assert his.status == 403
    assert await said(both, "wang") == [None]


async def test_a_forwarded_link_shows_strangers_the_truth_and_no_names(both: BothWays) -> None:
    got = await both.world.issue()
    async with both.world.deps.read() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
    async with both.reading("zhang") as page:
        text = await page.open(f"/h5/a/{sent.code.lower()}")
        assert "这条现在有效" in text
        assert "<button" not in text
        assert not any(name in text for name in ("李秀英", "王建国", "zhang"))
        both.world.clock.turn(600)
        await both.world.issue(refers="52992641600000_20260711184000", text="雨势继续加强。")
        assert "这条已经过时" in await page.open(f"/h5/a/{sent.code}")
        both.world.clock.turn(4 * 3600)
        await page.open("/h5/a/ZZZZZZZZ")
        assert page.status == 404


async def test_a_code_that_was_used_asks_again_and_a_forged_return_is_refused(both: BothWays) -> None:
    await both.world.issue()
    async with both.reading("li") as page:
        await page.open(await both.link("li"))
        await page.open("/h5/in/wecom?code=made-up&state=made-up")
        assert page.status == 400
        assert "没有认出您是谁" in page.text


async def test_as_many_as_tap_at_once_read_it(both: BothWays) -> None:
    """A page takes one reader of the database at a time: two each, and all would wait for each other."""
    await both.scan("zhang", "柳湾村")
    await both.world.issue(grade=Grade.orange, places=["柳湾村"])
    link = URL(await both.link("zhang")).with_query(None)
    async with ClientSession(connector=TCPConnector(limit=0)) as http:

        async def look() -> int:
            async with asyncio.timeout(20), http.get(link) as answer:
                await answer.read()
                return answer.status

        assert await asyncio.gather(*(look() for _ in range(40))) == [200] * 40
