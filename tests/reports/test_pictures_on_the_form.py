"""Pictures on the form: drawn anew without place, time and telephone; what is no picture is named and costs nothing."""

import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from PIL import Image
from sqlmodel import col, select

from broadcasts.release.holds import open_holds
from handlers.h5.uploads import AT_ONCE, Crowded, Slots
from handlers.reports.decide import give_back
from handlers.reports.models import Report, State
from handlers.reports.pictures.exif import told
from handlers.reports.queries import pictures
from handlers.wechat.contents import LIMITS
from handlers.wechat.files import path_of
from handlers.wechat.models import Media
from tests.both_ways import BothWays, Page

ZONE = ZoneInfo("Asia/Shanghai")


def photo(*, taken: str = "2026:07:12 02:31:00", place: bool = True, colour: str = "brown") -> bytes:
    """As a phone makes it."""
    picture, out = Image.new("RGB", (64, 48), colour), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F] = "MAKER-OF-PHONES"
    exif.get_ifd(0x8769)[0x9003] = taken
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 30.0, 0.0), 3: "E", 4: (103.0, 30.0, 36.0)})
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("flood.txt", "x")
    return made.getvalue()


async def send(page: Page, path: str, files: list[tuple[str, bytes]], **fields: str) -> None:
    """The form as a browser sends it, with files."""
    key = page.text.split('name="key" value="')[1].split('"')[0]
    data = aiohttp.FormData({"key": key, **fields})
    for name, raw in files:
        data.add_field("pictures", io.BytesIO(raw), filename=name, content_type="image/jpeg")
    async with page.http.post(page.both.web + path, data=data, allow_redirects=False) as answer:
        await page._follow(answer)
    await page.both.world.work()


async def only(both: BothWays) -> Report:
    async with both.world.deps.read() as session:
        return (await session.execute(select(Report))).scalar_one()


async def kept(both: BothWays, report: Report) -> list[Media]:
    async with both.world.deps.read() as session:
        return (await pictures(session, [report.id])).get(report.id, [])


async def test_a_picture_comes_with_the_form_and_tells_nothing_of_the_phone(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    report = await only(both)
    path = f"/h5/report/{report.uid}"
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        await send(page, path, [("IMG_1.jpg", photo())], do="save", words="三组垮坡")
        assert "用照片里的时间（2026-07-12 02:31）位置（103.51, 27.5）" in page.text
        assert (await only(both)).lon is None  # proposed, not taken
        await send(page, path, [], do="send", words="三组垮坡", photo="1")
        assert "报上去了" in page.text
    report = await only(both)
    assert (report.lon, report.lat) == (103.51, 27.5)
    assert report.happened_at == datetime(2026, 7, 12, 2, 31, tzinfo=ZONE)
    assert report.draft is None
    (medium,) = await kept(both, report)
    raw = path_of(both.world.deps.settings, medium.uid).read_bytes()
    assert b"MAKER-OF-PHONES" not in raw
    assert dict(Image.open(io.BytesIO(raw)).getexif()) == {}


async def test_what_is_not_ticked_is_gone(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    report = await only(both)
    path = f"/h5/report/{report.uid}"
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        await send(page, path, [("IMG_1.jpg", photo())], do="save", words="三组垮坡")
        await send(page, path, [], do="send", words="三组垮坡，路断了")
    report = await only(both)
    assert (report.lon, report.happened_at, report.draft) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("zip.jpg", archive(), "文件不是图片，只是名字像"),
        ("huge.jpg", b"\xff\xd8" + b"\0" * (50 * 1024 * 1024), "文件太大，最大 10 MB"),
        ("broken.jpg", photo()[: photo().rindex(b"\xff\xda") + 20], "文件坏了，打不开"),
        ("script.jpg", b"<script>alert(1)</script>", "文件不是图片，只是名字像"),
    ],
    ids=["zip", "huge", "broken", "script"],
)
async def test_what_is_no_picture_is_named_and_everything_else_stays(
    both: BothWays, name: str, raw: bytes, why: str
) -> None:
    await both.act("li", "say", text="三组垮坡")
    report = await only(both)
    path = f"/h5/report/{report.uid}"
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        fields = {"words": "三组垮坡，压了一间房", "group": "三组", "do": "send"}
        await send(page, path, [(name, raw), ("good.jpg", photo())], **fields)
        assert page.status == 422
        assert f"“{name}”没有留：{why}" in page.text
        assert "三组垮坡，压了一间房" in page.text
        assert "已有 1 张图片" in page.text
    report = await only(both)
    assert (report.words, report.draft is not None) == ("三组垮坡", True)
    assert report.draft is not None
    assert (report.draft["words"], report.draft["group"]) == ("三组垮坡，压了一间房", "三组")


async def test_the_same_picture_twice_is_kept_once_and_too_many_are_named(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    report = await only(both)
    path = f"/h5/report/{report.uid}"
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        for _press in range(2):
            await send(page, path, [("a.jpg", photo())], do="save", words="三组垮坡")
        assert len(await kept(both, report)) == 1
        nine = [(f"{n}.jpg", photo(colour=f"rgb({n * 20},0,0)")) for n in range(9)]
        await send(page, path, nine, do="save", words="三组垮坡")
        assert "“8.jpg”没有留：一份上报最多 9 张图片" in page.text
    assert len(await kept(both, report)) == 9
    folder = path_of(both.world.deps.settings, "x").parent
    assert len(list(folder.iterdir())) == 9  # nothing lies about


async def test_a_picture_for_what_came_back_rings_the_desk(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    deps = both.world.deps
    async with deps.begin() as session:
        row = (await session.execute(select(Report))).scalar_one()
        await give_back(session, deps.settings, row, comment="有照片吗？", by="user:a", at=deps.clock.now())
    async with both.reading("li") as page:
        path = f"/h5/report/{row.uid}"
        await page.open(f"{path}?by=wecom")
        await send(page, path, [("a.jpg", photo(place=False))], do="save", words="三组垮坡")
    async with deps.read() as session:
        assert [hold.reason for hold in await open_holds(session)] == ["report"]
        versions = (await session.execute(select(Report.state, Report.version).order_by(col(Report.id)))).all()
    assert [tuple(row) for row in versions] == [(State.filed, 3)]


@pytest.mark.parametrize(
    ("raw", "lon", "hour"),
    [
        (photo(), 103.51, 2),
        (photo(place=False), None, 2),
        (photo(taken="2026:07:13 02:31:00"), 103.51, None),  # not yet
        (photo(taken="2019:07:12 02:31:00"), 103.51, None),  # from the album
        (photo(taken="rubbish"), None, None),
        (archive(), None, None),
        (b"", None, None),
    ],
)
def test_what_a_picture_tells_is_believed_where_it_can_be(raw: bytes, lon: float | None, hour: int | None) -> None:
    found = told(raw, datetime(2026, 7, 12, 3, 0, tzinfo=ZONE), ZONE)
    assert (found.lon, found.at.hour if found.at else None) == (lon, hour)


def test_the_limit_is_the_platforms() -> None:
    assert LIMITS["picture"] == 10 * 1024 * 1024


async def parts(key: str, count: int, size: int) -> AsyncIterator[bytes]:
    """A form with `count` files of `size` bytes, which nobody has to hold in memory to send it."""
    yield f'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n{key}\r\n'.encode()
    for number in range(count):
        head = f'--x\r\nContent-Disposition: form-data; name="pictures"; filename="{number}.jpg"\r\n\r\n'
        yield head.encode()
        for _ in range(size // 65536):
            yield b"z" * 65536
        yield b"\r\n"
    yield b"--x--\r\n"


async def stream(page: Page, path: str, count: int, size: int) -> int:
    """The status of such a form."""
    key = page.text.split('name="key" value="')[1].split('"')[0]
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    body = parts(key, count, size)
    async with page.http.post(page.both.web + path, data=body, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer.status


async def test_a_form_full_of_large_files_lies_on_the_disk_and_not_in_memory(both: BothWays) -> None:
    async with both.reading("li") as page:
        await page.open("/h5/report?by=wecom")
        await page.press(do="new")
        kept = sorted(both.world.deps.settings.data_dir.iterdir())
        tracemalloc.start()
        status = await stream(page, page.where, 9, 9 * 1024 * 1024)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert status == 422  # none of them is a picture
    assert peak < 40 * 1024 * 1024
    assert sorted(both.world.deps.settings.data_dir.iterdir()) == kept


async def test_more_than_a_form_may_hold_is_not_read_to_its_end(both: BothWays) -> None:
    async with both.reading("li") as page:
        await page.open("/h5/report?by=wecom")
        await page.press(do="new")
        try:
            status = await stream(page, page.where, 40, 9 * 1024 * 1024)
        except aiohttp.ClientError:  # the line was closed while it was still speaking
            status = 413
    assert status == 413


async def test_one_reader_sends_two_forms_at_a_time_and_everybody_sixteen() -> None:
    slots = Slots()
    with slots.one("li"), slots.one("li"):
        with pytest.raises(Crowded), slots.one("li"):
            pass
        with slots.one("wang"):
            pass
    with ExitStack() as taken:
        for number in range(AT_ONCE):
            taken.enter_context(slots.one(f"reader-{number}"))
        with pytest.raises(Crowded), slots.one("li"):
            pass
    with slots.one("li"):
        pass
