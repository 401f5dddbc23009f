"""A video or a file is laid aside for the officer beside what was said with it, handed out as a download, and refused
kindly where it is too large or is none."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.access.models import Role
from bot.simulator.acts.attachments import MP4, PDF
from bot.wechat.http import Calls
from handlers.hints.models import Hint
from handlers.reports.models import Report
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Media, MediaState
from handlers.wechat.platform_media import PlatformMedia, sources
from tests.both_ways import BothWays, both_ways
from tests.console.browser import Browser, add, browser, console

PROGRAM = base64.b64encode(b"MZ program").decode()


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, languages="ko") as made:
        yield made


@pytest.fixture
async def officer(both: BothWays) -> AsyncIterator[Browser]:
    await add(both.world.deps, "officer", Role.officer)
    async with console(both.world.deps) as running, browser(running) as made:
        await made.sign_in("officer")
        yield made


async def fetched(both: BothWays) -> list[Media]:
    """What the platform keeps is fetched now."""
    deps = both.world.deps
    async with Calls(timeout=5, connections=2, by_hand=False) as calls:
        while await fetch_due(deps, PlatformMedia(calls, sources(deps, calls))):
            pass
    await both.world.work()
    async with deps.read() as session:
        return list((await session.execute(select(Media).order_by(col(Media.id)))).scalars())


async def test_a_video_stands_beside_the_report_and_is_a_download(both: BothWays, officer: Browser) -> None:
    await both.type("li", "三组垮坡，路断了")
    await both.act("li", "video")
    assert "视频收到了，放进" in (await both.world.phone("li"))[-1]
    (kept,) = await fetched(both)
    assert (kept.kind, kept.mime, kept.size, kept.state) == ("video", "video/mp4", len(MP4), MediaState.kept)
    async with both.world.deps.read() as session:
        report = (await session.execute(select(Report))).scalar_one()
    assert "下载视频" in await officer.open(f"/console/reports/{report.uid}")
    await handed_out(officer, f"/console/reports/{report.uid}/media/{kept.uid}", f"{kept.uid}.mp4", MP4)
    await handed_out(officer, f"/console/inbox/media/{kept.uid}", f"{kept.uid}.mp4", MP4)


async def handed_out(officer: Browser, path: str, name: str, body: bytes) -> None:
    async with officer.client.get(path) as answer:
        assert await answer.read() == body
        headers = answer.headers
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


async def test_a_worker_who_sends_nothing_but_a_video_has_reported(both: BothWays) -> None:
    await both.act("li", "video")
    said = (await both.world.phone("li"))[-1]
    assert said.startswith("收到初报 ")
    async with both.world.deps.read() as session:
        assert len((await session.execute(select(Report))).scalars().all()) == 1


async def test_a_residents_video_is_where_the_account_says_and_waits_in_the_inbox(
    both: BothWays, officer: Browser
) -> None:
    await both.scan("zhang", "柳湾村")
    await both.act("zhang", "video", short=True)
    assert "视频收到了，已转给值班员。请再用一句话说哪里、怎么了，更快。" in (await both.world.phone("zhang"))[-1]
    (kept,) = await fetched(both)
    assert kept.state is MediaState.kept
    assert "［视频］" in await officer.open("/console/inbox")


async def test_a_video_of_a_hint_goes_into_it(both: BothWays, officer: Browser) -> None:
    await both.scan("zhang", "柳湾村")
    await both.type("zhang", "隐患 柳湾村路边电线杆歪了")
    await both.act("zhang", "video")
    (kept,) = await fetched(both)
    async with both.world.deps.read() as session:
        hint = (await session.execute(select(Hint))).scalar_one()
    assert f"视频收到了，放进 {hint.number}" in "".join(await both.world.phone("zhang"))
    assert "下载视频" in await officer.open(f"/console/hints/{hint.uid}")
    await handed_out(officer, f"/console/hints/{hint.uid}/pictures/{kept.uid}", f"{kept.uid}.mp4", MP4)


async def test_a_file_is_laid_aside_by_its_own_kind(both: BothWays, officer: Browser) -> None:
    await both.act("li", "file", name="evil.html")
    (kept,) = await fetched(both)
    assert (kept.kind, kept.mime) == ("file", "application/pdf")
    await handed_out(officer, f"/console/inbox/media/{kept.uid}", f"{kept.uid}.pdf", PDF)


@pytest.mark.parametrize("phone", ["li", "zhang"])
async def test_a_file_alone_finds_out_that_the_token_has_run_out(both: BothWays, phone: str) -> None:
    """No message went out since, which would have got another."""
    await both.scan("zhang", "柳湾村")
    await both.act(phone, "file")
    await fetched(both)
    async with both.world.http.post(f"{both.world.base}/_sim/standing", json={"void_tokens": ["wecom", "oa"]}) as done:
        assert done.status == 200
    both.world.clock.turn(60)
    await tell(both, phone, "file")
    assert [one.state for one in await fetched(both)] == [MediaState.kept, MediaState.kept]


async def tell(both: BothWays, phone: str, what: str) -> None:
    """Its callback comes, and nothing is sent."""
    async with both.world.http.post(f"{both.world.base}/_sim/phones/{phone}/{what}", json={}) as done:
        assert done.status == 200


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("video", {"size": 10 * 1024 * 1024 + 1}, "您发的视频没有留：文件太大，最大 10 MB。您说的话都在。请拍短一些"),
        ("video", {"base64": PROGRAM}, "您发的视频没有留：文件不是视频，只是名字像"),
        ("file", {"base64": PROGRAM}, "您发的文件没有留：文件这一种不收"),
        ("file", {"size": 20 * 1024 * 1024 + 1}, "您发的文件没有留：文件太大，最大 20 MB"),
    ],
    ids=["large video", "no video", "a program", "large file"],
)
async def test_what_is_not_kept_is_named_with_the_mend(
    both: BothWays, act: str, given: dict[str, Any], said: str
) -> None:
    await both.act("li", act, **given)
    (media,) = await fetched(both)
    assert media.state is MediaState.refused
    assert (await both.world.phone("li"))[-1].startswith(said)
