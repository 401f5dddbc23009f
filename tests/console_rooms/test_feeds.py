"""来源: added, switched, and seen for what they are."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.access.models import Role
from bot.record.models import Entry
from broadcasts.intake.models import Feed
from tests.console_rooms.desk import desk
from tests.world import World

GIVEN = {"name": "县<气象台>", "url": "http://10.0.0.8/feed.atom", "silent_minutes": "30", "every_seconds": "10"}


async def feeds(world: World) -> list[Feed]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Feed))).scalars())


async def test_a_feed_of_the_countys_own_network_is_added_and_switched(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        assert (await officer.press("/console/feeds", **GIVEN, hosts="files.example.cn")).status == 303
        (feed,) = await feeds(world)
        assert (feed.every_seconds, feed.silent_after_seconds, feed.hosts) == (10, 1800, "files.example.cn")
        page = await officer.look("/console/feeds")
        assert "县&lt;气象台&gt;" in page.text
        assert "还没有看过" in page.text
        for enabled in (0, 0, 1):
            assert (await officer.press(f"/console/feeds/{feed.uid}", enabled=enabled)).status == 303
            assert (await feeds(world))[0].enabled is bool(enabled)
        assert (await officer.press("/console/feeds/none", enabled=1)).status == 404
        assert (await officer.press("/console/feeds", **GIVEN)).status == 409
    async with world.deps.read() as session:
        actions = (await session.execute(select(Entry.action))).scalars().all()
    assert list(actions) == ["feed.added", "feed.disabled", "feed.enabled"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://example.cn/a"},
        {"url": "javascript:alert(1)"},
        {"url": "http://"},
        {"url": "http://u:p@example.cn/"},
        {"url": "http://example.cn:x/"},
        {"url": "file:relative"},
        {"url": "file://host/folder"},
        {"url": " "},
        {"name": " "},
        {"every_seconds": "9"},
        {"every_seconds": "x"},
        {"silent_minutes": "0"},
        {"hosts": "http://a"},
    ],
)
async def test_what_cannot_be_polled_is_refused(world: World, wrong: dict[str, str]) -> None:
    async with desk(world, Role.admin) as admin:
        answer = await admin.press("/console/feeds", **{**GIVEN, **wrong})
    assert answer.status == 422
    assert 'class="error"' in answer.text
    assert await feeds(world) == []


async def test_a_folder_below_those_of_the_settings_is_a_feed_and_no_other(world: World, tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "out").symlink_to("/etc")
    async with desk(world, Role.admin) as admin:
        for url in ("file:/srv/alerts", f"file:{tmp_path}/feeds/../x", f"file:{tmp_path}/feeds/out", "file:///etc"):
            refused = await admin.press("/console/feeds", **{**GIVEN, "url": url})
            assert refused.status == 422, url
            assert f"只能读这些文件夹里面的：{tmp_path}/feeds。" in refused.text
            assert "FEED_FOLDERS" in refused.text
        kept = await admin.press("/console/feeds", **{**GIVEN, "url": f"file:{tmp_path}/feeds/county"})
        assert kept.status == 303
    assert [feed.url for feed in await feeds(world)] == [f"file:{tmp_path}/feeds/county"]


async def test_a_silent_feed_heads_the_page(world: World) -> None:
    now = world.clock.now()
    async with desk(world, Role.officer) as officer:
        await officer.press("/console/feeds", **GIVEN)
        async with world.deps.begin() as session:
            heard = now - timedelta(minutes=31)
            await session.execute(sa.update(Feed).values(heard_at=heard, polled_at=now, failures=3, error="HTTP 502"))
        page = await officer.look("/console/feeds")
    assert "1 个来源没有声音" in page.text
    assert "今天凌晨2:09起没有声音" in page.text
    assert "3 次：HTTP 502" in page.text


async def test_only_officers_and_administrators_see_feeds(world: World) -> None:
    async with desk(world, Role.viewer) as viewer, desk(world, Role.officer) as officer:
        assert (await viewer.look("/console/feeds")).status == 403
        assert (await viewer.press("/console/feeds", **GIVEN)).status == 403
        assert (await officer.press("/console/feeds", csrf="x", **GIVEN)).status == 403
    assert await feeds(world) == []
