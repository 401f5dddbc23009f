"""The page of whoever was sent: theirs alone, with time, words and a picture; and what the desk sees of it."""

import re

from tests.both_ways import BothWays
from tests.hints.test_on_the_form import photo, send
from tests.tasks.knocking import Doors


async def sent(both: BothWays) -> tuple[Doors, str]:
    doors = Doors(both.world)
    night = await doors.silent_night("li")
    knock = await doors.knock(night, "li", "wang")
    await both.world.work()
    return doors, f"/h5/knock/{knock.uid}"


async def test_the_errand_leads_to_a_page_that_is_theirs_alone(both: BothWays) -> None:
    doors, path = await sent(both)
    assert f"{path}?by=wecom" in (await both.world.phone("wang"))[-1]
    async with both.reading("wang") as page:
        await page.open(f"{path}?by=wecom")
        assert "请去敲门：柳湾镇柳湾村 李秀英" in page.text
        assert "红色暴雨 青崖县，一直没有应答" in page.text
        assert "000-0001" in page.text
        form = page.text
        await page.press(path, do="knows", at="25:00")
        assert "时间请写成 03:12 这样" in page.text
        await page.press(path, do="knows", at="02:39", words="她在灶房，没听见")
        assert "已敲开，本人已知道：李秀英" in page.text
        assert "她在灶房，没听见" in page.text
    (seen,) = await doors.seen()
    assert (seen.knock.state.value, f"{seen.knock.found_at:%H:%M}") == ("knows", "18:39")
    assert await doors.desk.silent() == []
    async with both.reading("zhou") as page:
        await page.open(f"{path}?by=wecom")
        assert page.status == 404
        page.text = form
        await page.press(path, do="nobody")
        assert page.status == 404


async def test_said_by_mistake_it_is_said_anew(both: BothWays) -> None:
    doors, path = await sent(both)
    async with both.reading("wang") as page:
        await page.open(f"{path}?by=wecom")
        await page.press(path, do="nobody")
        assert "值班室会另派人" in page.text
        await page.press(path, do="back")
        assert "请去敲门" in page.text
        await page.press(path, do="cannot")
        assert "不用去了" in page.text
    assert await doors.states() == [("李秀英", "王建国", "off", "refused")]


async def test_a_picture_from_the_door_is_kept(both: BothWays) -> None:
    doors, path = await sent(both)
    async with both.reading("wang") as page:
        await page.open(f"{path}?by=wecom")
        await send(page, path, do="nobody", at="", pictures=(("a.zip", b"PK"),))
        assert page.status == 422
        assert "“a.zip”没有收" in page.text
        await send(page, path, do="nobody", at="", pictures=(("door.png", photo()),))
        assert "没人在：李秀英" in page.text
        (source,) = re.findall(r'src="(/h5/knock/[^"]+)"', page.text)
        async with page.http.get(both.web + source) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
    (seen,) = await doors.seen()
    assert (seen.knock.state.value, seen.pictures) == ("nobody", 1)
