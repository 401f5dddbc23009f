"""The form on a phone: pictures drawn anew, what is none refused by its name, what was typed kept; and the task."""

import io
import re
import zipfile

import aiohttp
import pytest
from PIL import Image
from sqlmodel import col, select

from bot.commands.due.house import prune
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.erase import erase
from handlers.hints.models import HintPicture, Part, State
from handlers.wechat.contents import LIMITS
from handlers.wechat.files import path_of
from tests.both_ways import BothWays, Page
from tests.hints.told import accepted, assigned, hints

SCRIPT = '<script>alert("x")</script>'


def photo(kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, kind)
    return made.getvalue()


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("x.txt", "x")
    return made.getvalue()


async def send(page: Page, path: str = "", *, pictures: tuple[tuple[str, bytes], ...] = (), **fields: str) -> str:
    """The last page's form with pictures, as a browser sends it."""
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    form = aiohttp.FormData(quote_fields=False)  # as browsers name files
    for name, value in {"key": found.group(1) if found else "", **fields}.items():
        form.add_field(name, value, content_type="text/plain; charset=utf-8")
    for name, raw in pictures or (("", b""),):
        form.add_field("picture", io.BytesIO(raw), filename=name, content_type="image/jpeg")
    url = page.both.web + (path or page.where)
    async with page.http.post(url, data=form, allow_redirects=False) as answer:
        await page._follow(answer)
    await page.both.world.work()
    return page.text


async def test_a_resident_tells_with_a_picture_and_hears_the_number(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/hint?by=oa")
        assert 'value="柳湾镇柳湾村"' in page.text
        form = page.text
        await send(page, "/h5/hint", words="桥头护栏松了", village="柳湾村", pictures=(("a.png", photo()),))
        assert (page.status, "打电话时说这个编号：QY0712-H01" in page.text) == (200, True)
        source = re.findall(r'src="(/h5/hint/[^"]+)"', page.text)
        async with page.http.get(both.web + source[0]) as answer:
            assert (answer.content_type, (await answer.read())[:2]) == ("image/jpeg", b"\xff\xd8")
        page.text = form
        await send(page, "/h5/hint", words="桥头护栏松了")  # the same page pressed twice
        assert len(await hints(both.world)) == 1
    async with both.reading("wu") as other:
        await both.scan("wu", "柳湾村")
        await other.open(f"{page.where}&by=oa")
        assert other.status == 404


@pytest.mark.parametrize(
    ("name", "head", "size", "said"),
    [
        ("现场.jpg", archive(), 0, "“现场.jpg”没有收：不是图片，只是名字像"),
        ("大图.jpg", b"\xff\xd8", 50 * 1024 * 1024, "“大图.jpg”没有收：太大，最大 10 MB"),
        ("<script>x.jpg", b"GIF89a", 0, "没有收：不是图片，只是名字像"),
    ],
    ids=["zip", "fifty", "script"],
)
async def test_what_is_no_picture_is_named_and_what_was_typed_is_kept(
    both: BothWays, name: str, head: bytes, size: int, said: str
) -> None:
    raw = head + b"\0" * size
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/hint?by=oa")
        fields = {"words": f"护栏松了{SCRIPT}", "village": "柳湾村", "place": SCRIPT, "anonymous": "1"}
        await send(page, "/h5/hint", pictures=(("good.png", photo()), (name, raw)), **fields)
        assert (page.status, said in page.text) == (422, True)
        assert "护栏松了&lt;script&gt;" in page.text
        assert 'name="anonymous" value="1" checked' in page.text
        assert SCRIPT not in page.text
        assert await hints(both.world) == []
        await send(page, "/h5/hint", pictures=(("good.png", photo()),), **fields)
        assert (page.status, SCRIPT in page.text) == (200, False)
    (hint,) = await hints(both.world)
    assert (hint.anonymous, hint.follower_id, hint.words) == (True, None, f"护栏松了{SCRIPT}")


async def test_an_unknown_village_is_named_and_nothing_at_all_too(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/hint?by=oa")
        await send(page, "/h5/hint", words="护栏松了", village="大坪村")
        assert (page.status, "没有认出“大坪村”" in page.text) == (422, True)
        await send(page, "/h5/hint", words=" ", village="")
        assert (page.status, "请写一句话，或发一张照片" in page.text) == (422, True)
        await send(page, "/h5/hint", words="护栏松了", village="", key="forged")
        assert page.status == 403
    assert await hints(both.world) == []


async def test_one_who_told_adds_to_it_and_becomes_unknown(both: BothWays) -> None:
    await both.act("li", "say", text="隐患 电线杆歪了")
    link = await both.link("li")
    assert "/h5/hint/" in link
    async with both.reading("li") as page:
        await page.open(link)
        await send(page, do="more", words="桥头第二根", pictures=(("a.png", photo()),))
        assert "补进去了" in page.text
        await page.press(do="anonymous")
        assert "改成匿名了" in page.text
        (hint,) = await hints(both.world)
        assert (hint.words, hint.anonymous, hint.person_id) == ("电线杆歪了\n桥头第二根", True, None)
        await page.open(f"/h5/hint/{hint.uid}")
        assert page.status == 200  # still theirs


async def test_whoever_mends_it_says_so_with_a_picture(both: BothWays) -> None:
    await both.act("zhou", "say", text="隐患 柳湾村电线杆歪了")
    (hint,) = await hints(both.world)
    await accepted(both.world, hint)
    await assigned(both.world, hint, "li")
    async with both.reading("li") as page:
        await page.open(await both.link("li"))
        assert "换一根电线杆" in page.text
        await send(page, do="done", words=" ")
        assert (page.status, "请写一句怎么办的" in page.text) == (422, True)
        await send(page, do="done", words="换好了", pictures=(("after.jpg", photo("JPEG")),))
        assert "等值班员验收" in page.text
    (hint,) = await hints(both.world)
    assert (hint.state, hint.result) == (State.done, "换好了")
    async with both.world.deps.read() as session:
        assert [row.part for row in (await session.execute(select(HintPicture))).scalars()] == [Part.mended]
    async with both.reading("wang") as other:
        await other.open(f"/h5/hint-task/{hint.uid}?by=wecom")
        assert other.status == 404


async def test_the_pictures_of_who_is_forgotten_go_with_them(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/hint?by=oa")
        await send(page, "/h5/hint", words="护栏松了", pictures=(("a.png", photo()),))
    deps = both.world.deps
    async with deps.begin() as session:
        kept = (await session.execute(select(HintPicture))).scalar_one()
        follower = (await session.execute(select(Follower).where(col(Follower.openid) == "zhang"))).scalar_one()
        assert path_of(deps.settings, kept.uid).is_file()
        await erase(session, follower, both.world.clock.now())
    await prune(deps)
    assert not path_of(deps.settings, kept.uid).exists()
    (hint,) = await hints(both.world)
    assert (hint.words, hint.by) == ("护栏松了", "follower:erased")


def test_the_limit_is_the_chats() -> None:
    assert LIMITS["picture"] == 10 * 1024 * 1024


async def test_after_two_days_the_account_points_to_the_page_of_the_hint(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.act("zhang", "say", text="匿名举报 柳湾村作坊违规电焊")
    (hint,) = await hints(both.world)
    both.world.clock.turn(49 * 3600)  # the account may no longer answer
    await accepted(both.world, hint)
    assert await both.link("zhang") == f"{both.web}/h5/hint/{hint.uid}?by=oa"
    async with both.reading("zhang") as page:
        assert "QY0712-H01 已受理" in await page.open(await both.link("zhang"))
