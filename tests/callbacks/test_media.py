"""Pictures and recordings are fetched at once, looked at, drawn anew or laid aside; whatever fails is tried again."""

import asyncio
import io
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.channels.contract import SendError
from bot.clock import SystemClock, TurnedClock
from bot.deps import DEPS, open_deps
from bot.simulator.config import Side
from bot.wechat.http import Calls
from handlers.chat.wake import WAKE, Wake
from handlers.wechat.app import add_wechat
from handlers.wechat.contents import AUDIO, FILE, LIMITS, PICTURE, VIDEO, Unfit, content
from handlers.wechat.files import path_of
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Media, MediaState
from handlers.wechat.platform_media import PlatformMedia
from tests.callbacks.conftest import NIGHT, Door
from tests.callbacks.pushes import SETTINGS, push, send, word
from tests.grounds import Grounds

VOICE = b"#!AMR\n" + b"\x3c" * 200
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(100)


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, form, **more)
    return made.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Telephone-Maker"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N-Latitude-Here"
    return picture(exif=exif)


def bomb() -> bytes:
    """The head of a PNG that claims a billion dots."""
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    whole = struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + whole + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


class Shelf:
    """What the platform would give for each media id: bytes, or an error."""

    def __init__(self, **things: bytes | SendError) -> None:
        self.things, self.asked = dict(things), list[tuple[str, str, str]]()

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        self.asked.append((road, platform, media_id))
        found = self.things[media_id]
        if isinstance(found, SendError):
            raise found
        return found


async def said(door: Door, kind: str = "image", id: int = 1, **more: Any) -> None:
    fields = {k: v for k, v in word(Side.oa, at=door.at, id=id, MsgType=kind, **more).items() if k != "Content"}
    fields.setdefault("MediaId", "m")
    assert (await send(door.client, push(Side.oa, fields, door.at)))[0] == 200


async def only(door: Door) -> Media:
    (row,) = await door.rows(Media)
    assert isinstance(row, Media)
    return row


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_a_picture_of_any_form_becomes_a_plain_jpeg(form: str) -> None:
    made = content(PICTURE, picture(form))
    assert (made.mime, made.body[:3]) == ("image/jpeg", b"\xff\xd8\xff")


def test_nothing_but_the_dots_is_kept() -> None:
    raw = with_place()
    assert b"Telephone-Maker" in raw
    made = content(PICTURE, raw).body
    assert b"Telephone-Maker" not in made
    assert b"Latitude" not in made
    opened = Image.open(io.BytesIO(made))
    assert (opened.size, dict(opened.getexif())) == ((30, 40), {})  # and it stands upright


def test_a_picture_with_holes_lies_on_white_and_a_huge_one_is_made_smaller() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")
    dot = Image.open(io.BytesIO(content(PICTURE, made.getvalue()).body)).getpixel((5, 5))
    assert dot == (255, 255, 255)
    small = Image.open(io.BytesIO(content(PICTURE, picture(size=(6000, 3000))).body))
    assert small.size == (4096, 2048)


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        (PICTURE, b"PK\x03\x04" + b"\x00" * 100, "type"),  # a zip named .jpg
        (PICTURE, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        (PICTURE, b"", "type"),
        (PICTURE, VOICE, "type"),
        (VIDEO, b"MZ" + bytes(100), "type"),  # a program named .mp4
        (VIDEO, b"<html>ftyp", "type"),
        (VIDEO, MP4 + bytes(LIMITS[VIDEO]), "too_large"),
        (FILE, b"MZ" + bytes(100), "type"),
        (FILE, b"#!/bin/sh\n", "type"),
        (FILE, b"%PDF-" + bytes(LIMITS[FILE]), "too_large"),
        (PICTURE, picture(size=(400, 300))[:-200], "broken"),
        (PICTURE, picture("PNG")[:60], "broken"),
        (PICTURE, bomb(), "too_large"),
        (PICTURE, b"\xff\xd8\xff" + b"x" * LIMITS[PICTURE], "too_large"),
        (AUDIO, picture(), "type"),
        (AUDIO, b"MZ\x90", "type"),
        (AUDIO, b"", "type"),
        (AUDIO, VOICE + b"x" * LIMITS[AUDIO], "too_large"),
    ],
)
def test_what_is_not_what_it_says_is_refused(kind: str, raw: bytes, reason: str) -> None:
    with pytest.raises(Unfit, match=f"^{reason}$"):
        content(kind, raw)


async def test_a_picture_lies_in_our_folder_for_our_eyes(either: Door) -> None:
    await said(either)
    assert await fetch_due(either.deps, Shelf(m=picture())) == 1
    row = await only(either)
    path = path_of(either.deps.settings, row.uid)
    assert (row.state, row.reason, row.mime, row.size) == (MediaState.kept, "", "image/jpeg", path.stat().st_size)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [row.uid]
    assert row.kept_at == either.clock.now()
    assert await fetch_due(either.deps, Shelf()) == 0


async def test_a_recording_is_laid_aside_byte_for_byte_with_what_the_platform_heard(either: Door) -> None:
    await said(either, "voice", Format="amr", Recognition="收到，马上去")
    await fetch_due(either.deps, Shelf(m=VOICE))
    row = await only(either)
    assert path_of(either.deps.settings, row.uid).read_bytes() == VOICE
    assert (row.kind, row.mime, row.words, row.words_by) == (AUDIO, "audio/amr", "收到，马上去", "platform")


async def test_what_is_unfit_is_refused_with_its_reason_and_not_kept(door: Door) -> None:
    await said(door)
    await fetch_due(door.deps, Shelf(m=b"PK\x03\x04"))
    row = await only(door)
    assert (row.state, row.reason) == (MediaState.refused, "type")
    assert not path_of(door.deps.settings, row.uid).exists()


async def test_a_platform_that_is_down_is_asked_again_later_and_later_and_for_three_days(door: Door) -> None:
    await said(door)
    shelf = Shelf(m=SendError("unreachable", wait=2.0))
    pauses = []
    while (await only(door)).state is MediaState.waiting:
        door.clock.turn(((await only(door)).due_at - door.clock.now()).total_seconds())
        before = door.clock.now()
        assert await fetch_due(door.deps, shelf) == 1
        pauses.append((await only(door)).due_at - before)
    assert pauses[0] == timedelta(seconds=5)
    assert sorted(pauses[:-1]) == pauses[:-1]
    assert max(pauses[:-1]) == timedelta(hours=1)
    row = await only(door)
    assert (row.state, row.reason) == (MediaState.failed, "unreachable")
    assert timedelta(days=3) <= door.clock.now() - door.clock._start <= timedelta(days=3, hours=1)


async def test_what_was_being_fetched_when_we_died_is_fetched_by_the_next(door: Door) -> None:
    await said(door)

    class Dies(Shelf):
        async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await fetch_due(door.deps, Dies())
    assert await fetch_due(door.deps, Shelf(m=picture())) == 0
    door.clock.turn(180)
    assert await fetch_due(door.deps, Shelf(m=picture())) == 1
    assert (await only(door)).state is MediaState.kept


async def test_what_the_platform_no_longer_has_is_not_asked_for_again(door: Door) -> None:
    await said(door)
    await fetch_due(door.deps, Shelf(m=SendError("media", permanent=True)))
    assert ((await only(door)).state, (await only(door)).reason) == (MediaState.failed, "media")


@pytest.mark.parametrize(
    ("kind", "raw", "kept_as"),
    [
        ("video", MP4, ("video", "video/mp4")),
        ("shortvideo", MP4, ("video", "video/mp4")),
        ("file", b"%PDF-1.7 " + bytes(50), ("file", "application/pdf")),
    ],
)
async def test_a_video_and_a_file_are_laid_aside_as_they_came(
    door: Door, kind: str, raw: bytes, kept_as: tuple[str, str]
) -> None:
    await said(door, kind, ThumbMediaId="t")
    assert await fetch_due(door.deps, Shelf(m=raw)) == 1
    row = await only(door)
    assert ((row.kind, row.mime), row.state) == (kept_as, MediaState.kept)
    path = path_of(door.deps.settings, row.uid)
    assert path.read_bytes() == raw
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_an_address_of_no_length_is_left_alone(door: Door) -> None:
    await said(door, MediaId="x" * 300)
    await said(door, id=2, MediaId="")
    assert await door.rows(Media) == []


# The platforms' side


class Token:
    def __init__(self) -> None:
        self.replaced = 0

    async def get(self) -> str:
        return "stale"

    async def replace(self, stale: str) -> str:
        self.replaced += 1
        return "fresh"


Answer = Callable[[web.Request], web.Response]


@asynccontextmanager
async def platform(answer: Answer, *, none: Answer | None = None) -> AsyncIterator[tuple[PlatformMedia, Token]]:
    """It has the medium "m". Asked for any other it answers by `none`; without one nobody may ask."""

    async def give(request: web.Request) -> web.Response:
        said = answer if request.query["media_id"] == "m" else none
        assert said is not None
        return said(request)

    app, token = web.Application(), Token()
    app.router.add_get("/cgi-bin/media/get", give)
    async with TestServer(app) as server, Calls(timeout=5, connections=2, by_hand=False) as calls:
        yield PlatformMedia(calls, {("live", "oa"): (f"http://{server.host}:{server.port}", token)}), token


def error(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "no"})


@pytest.mark.parametrize(("address", "given"), [("/video", True), ("http://127.0.0.1:1/secret", False)])
async def test_a_video_is_fetched_where_the_account_says_that_it_lies_and_nowhere_else(
    address: str, given: bool
) -> None:
    async def tell(request: web.Request) -> web.Response:
        whole = address if not given else f"http://{request.host}{address}"
        return web.json_response({"video_url": whole})

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=MP4)

    app = web.Application()
    app.router.add_get("/cgi-bin/media/get", tell)
    app.router.add_get("/video", give)
    async with TestServer(app) as server, Calls(timeout=5, connections=2, by_hand=False) as calls:
        library = PlatformMedia(calls, {("live", "oa"): (f"http://{server.host}:{server.port}", Token())})
        if given:
            assert await library.fetch("live", "oa", "m", VIDEO, 1000) == MP4
        else:
            with pytest.raises(SendError) as refused:
                await library.fetch("live", "oa", "m", VIDEO, 1000)
            assert (refused.value.reason, refused.value.permanent) == ("bad_answer", True)


async def test_a_stale_token_is_replaced_once() -> None:
    def answer(request: web.Request) -> web.Response:
        return web.Response(body=VOICE) if request.query["access_token"] == "fresh" else error(42001)

    async with platform(answer) as (library, token):
        assert await library.fetch("live", "oa", "m", AUDIO, 10_000) == VOICE
        assert token.replaced == 1


@pytest.mark.parametrize(
    ("answer", "reason", "permanent", "replaced"),
    [
        (lambda _: error(42001), "credentials", False, 1),
        (lambda _: error(40007), "media", True, 0),
        (lambda _: error(-1), "busy", False, 0),
        (lambda _: web.Response(status=502, body=b"<html>"), "bad_answer", False, 0),
        (lambda _: web.Response(body=b""), "bad_answer", False, 0),
        (lambda _: web.Response(body=b"{nonsense", content_type="application/json"), "bad_answer", False, 0),
        (lambda _: web.Response(body=b"x" * 10_001), "too_large", True, 0),
    ],
)
async def test_how_a_platform_says_no(answer: Answer, reason: str, permanent: bool, replaced: int) -> None:
    async with platform(answer) as (library, token):
        with pytest.raises(SendError) as raised:
            await library.fetch("live", "oa", "m", AUDIO, 10_000)
        assert (raised.value.reason, raised.value.permanent, token.replaced) == (reason, permanent, replaced)
        assert "fresh" not in repr(raised.value) + str(raised.value.__cause__)
        with pytest.raises(SendError, match="credentials"):
            await library.fetch("training", "oa", "m", AUDIO, 10_000)


async def test_what_hangs_on_a_word_is_fetched_while_the_application_runs(grounds: Grounds, tmp_path: Path) -> None:
    async def token(_: web.Request) -> web.Response:
        return web.json_response({"access_token": "t", "expires_in": 7200})

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=picture())

    account = web.Application()
    account.add_routes([web.post("/cgi-bin/stable_token", token), web.get("/cgi-bin/media/get", give)])
    async with TestServer(account) as server:
        base = f"http://{server.host}:{server.port}"
        settings = grounds.settings("sqlite", tmp_path, **{**SETTINGS, "oa_api_base": base})
        async with open_deps(settings, TurnedClock(NIGHT)) as deps:
            app = web.Application()
            app[DEPS], app[WAKE] = deps, Wake()
            add_wechat(app)
            async with TestClient(TestServer(app)) as client, asyncio.timeout(20):
                door = Door(client, deps, cast("TurnedClock", deps.clock), app)
                await said(door)
                while (await only(door)).state is MediaState.waiting:
                    await SystemClock().sleep(0.01)
                row = await only(door)
    assert row.state is MediaState.kept
    assert path_of(settings, row.uid).exists()
