"""What a platform gives for a media id: a file is never taken for its word, its word leads nowhere else, and one medium
that goes wrong holds up no other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.contract import SendError
from bot.clock import TurnedClock
from bot.deps import open_deps
from bot.simulator.acts.attachments import PDF
from bot.wechat.http import Calls, Given
from handlers.wechat.contents import AUDIO, FILE, PICTURE, VIDEO
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Media, MediaState
from handlers.wechat.platform_media import PlatformMedia, sources
from tests.callbacks.conftest import NIGHT, Door
from tests.callbacks.pushes import SETTINGS
from tests.callbacks.test_media import MP4, Answer, Shelf, Token, error, only, picture, platform, said
from tests.grounds import Grounds

STALE = orjson.dumps({"errcode": 42001, "errmsg": "no"})
ELSEWHERE = orjson.dumps({"video_url": "http://127.0.0.1:1/secret"})
NAMED = {"Content-Disposition": 'attachment; filename="a.json"'}


@pytest.mark.parametrize("body", [STALE, ELSEWHERE], ids=["says stale", "leads elsewhere"])
@pytest.mark.parametrize("kind", [PICTURE, AUDIO, VIDEO, FILE])
@pytest.mark.parametrize(
    ("mime", "headers"),
    [("application/json", NAMED), ("text/plain", NAMED), ("application/octet-stream", {}), ("video/mp4", {})],
)
async def test_what_the_platform_calls_a_file_is_one_whatever_it_says(
    kind: str, body: bytes, mime: str, headers: dict[str, str]
) -> None:
    async with platform(lambda _: web.Response(body=body, content_type=mime, headers=headers)) as (library, token):
        assert await library.fetch("live", "oa", "m", kind, 1000) == body
        assert token.replaced == 0


async def test_an_answer_is_short() -> None:
    long = STALE + b" " * 70_000
    async with platform(lambda _: web.Response(body=long, content_type="application/json")) as (library, token):
        assert await library.fetch("live", "oa", "m", PICTURE, 100_000) == long
        assert token.replaced == 0


@pytest.mark.parametrize("body", [STALE, ELSEWHERE])
async def test_of_a_file_no_word_is_believed_and_it_is_asked_for_again(body: bytes) -> None:
    written: Answer = lambda _: web.Response(body=body, content_type="application/json")  # noqa: E731
    async with platform(written, none=lambda _: error(40007)) as (library, token):
        with pytest.raises(SendError, match="bad_answer") as raised:
            await library.fetch("live", "oa", "m", FILE, 1000)
        assert (raised.value.permanent, token.replaced) == (False, 0)


async def test_whether_the_token_is_stale_is_asked_where_nobody_but_the_platform_speaks() -> None:
    def answer(request: web.Request) -> web.Response:
        return web.Response(body=PDF) if request.query["access_token"] == "fresh" else error(42001)

    async with platform(answer, none=answer) as (library, token):
        assert await library.fetch("live", "oa", "m", FILE, 1000) == PDF
        assert token.replaced == 1


async def test_a_token_that_stays_stale_is_replaced_once_for_a_file_too() -> None:
    async with platform(lambda _: error(42001), none=lambda _: error(42001)) as (library, token):
        with pytest.raises(SendError, match="credentials") as raised:
            await library.fetch("live", "oa", "m", FILE, 1000)
        assert (raised.value.permanent, token.replaced) == (False, 1)


class Told:
    """Calls whose first answer names an address, and whose second is what lies there."""

    def __init__(self, address: object, then: Exception | Given) -> None:
        self._said, self._then, self.asked = orjson.dumps({"video_url": address}), then, list[str]()

    async def fetch(self, url: object, most: int) -> Given:
        self.asked.append(str(url))
        if len(self.asked) == 1:
            return Given(200, self._said, "text/plain")
        if isinstance(self._then, Exception):
            raise self._then
        return self._then


async def led(address: object, then: Exception | Given, *, side: str = "oa", kind: str = VIDEO) -> bytes:
    calls: Any = Told(address, then)
    library = PlatformMedia(calls, {("live", side): ("http://account.test:8080", Token())})
    return await library.fetch("live", side, "m", kind, 1000)


@pytest.mark.parametrize("address", ["https://mp.weixin.qq.com/v", "http://account.test:8080/v"])
async def test_a_video_lies_at_the_platform(address: str) -> None:
    assert await led(address, Given(200, MP4)) == MP4


@pytest.mark.parametrize(
    "address",
    [
        *("http://mp.weixin.qq.com/v", "https://mp.weixin.qq.com:8443/v", "https://qq.com.evil.test/v"),
        *("https://evilqq.com/v", "https://name@mp.weixin.qq.com/v", "https://account.test:8080/v"),
        *("http://account.test/v", "ftp://mp.weixin.qq.com/v", "https://[::1/v", "https://a.qq.com:99999/v"),
        *("/v", "", None, 7),
    ],
)
async def test_and_nowhere_else(address: object) -> None:
    with pytest.raises(SendError, match="bad_answer") as raised:
        await led(address, Given(200, MP4))
    assert raised.value.permanent


@pytest.mark.parametrize(("side", "kind"), [("wecom", VIDEO), ("oa", PICTURE), ("oa", AUDIO)])
async def test_nothing_but_a_video_of_the_account_lies_elsewhere(side: str, kind: str) -> None:
    with pytest.raises(SendError, match="bad_answer") as raised:
        await led("https://mp.weixin.qq.com/v", Given(200, MP4), side=side, kind=kind)
    assert raised.value.permanent


@pytest.mark.parametrize(
    ("then", "reason", "permanent"),
    [
        (TimeoutError(), "timeout", False),
        (UnicodeError("label too long"), "bad_answer", True),
        (Given(502, b"<html>"), "bad_answer", False),
    ],
)
async def test_how_a_video_does_not_come(then: Exception | Given, reason: str, permanent: bool) -> None:
    with pytest.raises(SendError, match=reason) as raised:
        await led("https://mp.weixin.qq.com/v", then)
    assert raised.value.permanent is permanent


async def test_for_a_medium_no_token_is_voided(grounds: Grounds, tmp_path: Path) -> None:
    asked = []

    async def token(request: web.Request) -> web.Response:
        asked.append((await request.json())["force_refresh"])
        return web.json_response({"access_token": "t", "expires_in": 7200})

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=STALE, content_type="application/json")

    account = web.Application()
    account.add_routes([web.post("/cgi-bin/stable_token", token), web.get("/cgi-bin/media/get", give)])
    async with TestServer(account) as server:
        base = f"http://{server.host}:{server.port}"
        settings = grounds.settings("sqlite", tmp_path, **{**SETTINGS, "oa_api_base": base})
        async with open_deps(settings, TurnedClock(NIGHT)) as deps, calls() as pool:
            with pytest.raises(SendError, match="credentials"):
                await PlatformMedia(pool, sources(deps, pool)).fetch("live", "oa", "m", PICTURE, 1000)
    assert asked == [False, False]


@asynccontextmanager
async def calls() -> AsyncIterator[Calls]:
    async with Calls(timeout=5, connections=2, by_hand=False) as pool:
        yield pool


class Breaks(Shelf):
    """One of its things cannot be fetched in a way that nobody thought of."""

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        if media_id == "bad":
            raise ValueError("unheard of")
        return await super().fetch(road, platform, media_id, kind, most)


async def test_one_that_breaks_is_asked_for_again_and_holds_up_no_other(either: Door) -> None:
    await said(either, MediaId="bad")
    await said(either, id=2)
    assert await fetch_due(either.deps, Breaks(m=picture())) == 2
    bad, good = await either.rows(Media)
    assert (good.state, bad.state, bad.reason) == (MediaState.kept, MediaState.waiting, "broke")
    assert bad.due_at - either.clock.now() == timedelta(seconds=5)
    either.clock.turn(3 * 24 * 3600)
    await fetch_due(either.deps, Breaks())
    assert (await either.rows(Media))[0].state is MediaState.failed


async def test_one_that_cannot_be_told_of_is_tried_for_three_days_and_holds_up_no_other(door: Door) -> None:
    await said(door)
    await said(door, id=2, MediaId="n")
    async with door.deps.begin() as session:  # whose word it was cannot be found out
        await session.execute(sa.text("ALTER TABLE hint_word RENAME TO lost"))
    assert await fetch_due(door.deps, Shelf(m=b"PK", n=picture())) == 2
    bad, good = await door.rows(Media)
    assert (good.state, bad.state, bad.reason) == (MediaState.kept, MediaState.waiting, "untold")
    door.clock.turn(3 * 24 * 3600)
    await fetch_due(door.deps, Shelf(m=b"PK"))
    assert (await door.rows(Media))[0].state is MediaState.failed


async def test_one_whose_every_try_came_to_no_end_is_given_up(door: Door) -> None:
    await said(door)
    door.clock.turn(timedelta(days=3, hours=1).total_seconds())
    shelf = Shelf(m=picture())
    assert await fetch_due(door.deps, shelf) == 1
    row = await only(door)
    assert (row.state, row.reason, shelf.asked) == (MediaState.failed, "late", [])
