"""A group of personal WeChat: the grid worker gets the text, forwards it by hand, and says so once."""

from bot.directory.models import Group
from bot.directory.queries import area_of_code
from bot.ids import uuid7
from tests.both_ways import BothWays
from tests.world import PLACES


async def test_she_gets_the_text_and_says_that_she_forwarded_it(both: BothWays) -> None:
    now = both.world.clock.now()
    async with both.world.deps.begin() as session:
        village = await area_of_code(session, PLACES["石门村"][0])
        assert village is not None
        session.add(Group(uid=uuid7(now), key="家庭群", name="石门一组家庭群", kind="村群", area_id=village.id))
    await both.world.issue()
    assert any("石门一组家庭群" in text for text in await both.world.phone("chen"))
    async with both.reading("chen") as page:
        await page.open("/h5/relay?by=wecom")
        assert "请转发到 1 个群" in page.text
        assert "红色暴雨 青崖县" in page.text
        form = page.text
        task = page.text.split('name="task" value="')[1].split('"')[0]
        await page.press("/h5/relay", task=task)
        assert "都转发了，谢谢" in page.text
        page.text = form
        await page.press("/h5/relay", task=task)  # a second press
        assert page.status == 200
    async with both.reading("li") as page:
        await page.open("/h5/relay?by=wecom")
        assert "现在没有要转发的" in page.text
        page.text = form
        await page.press("/h5/relay", task=task)
        assert page.status == 403
