"""A stop, another database, a file that is none, a resident who is forgotten: nothing is lost or doubled."""

import asyncio
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.deps import open_deps
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.sealing import seal_due
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from broadcasts.dispatch.states import Road
from broadcasts.release.holds import open_holds
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.erase import erase
from handlers.chat.work import work_due
from handlers.reports.decide import confirm
from handlers.reports.handed import OwedReports
from handlers.reports.models import Report, ReportDue, ReportVersion, State
from handlers.wechat.contents import LIMITS
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Media, MediaState, Platform
from tests.reports.desk import reports
from tests.servers import Postgres
from tests.world import World, small_world

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("kind", BOTH)
async def test_a_day_of_reports_on_either_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as world:
        await world.say("li", "三组垮坡，路断了，没人伤", work=False)
        await world.say("zhou", "两间房塌了，五户十二人转移", work=False)
        await asyncio.gather(work_due(world.deps), work_due(world.deps))  # two processes at once
        said = {report.words: report for report in await reports(world)}  # whichever of the two was first
        one, two = said["三组垮坡，路断了，没人伤"], said["两间房塌了，五户十二人转移"]
        assert {one.number, two.number} == {"QY0712-001", "QY0712-002"}
        async with world.deps.begin() as session:
            row = (await session.execute(select(Report).where(col(Report.id) == two.id))).scalar_one()
            await confirm(session, world.deps.settings, row, by="user:officer", at=world.clock.now())
        await world.say("zhou", "续报 又转移1户3人")
        *_, three = await reports(world)
        assert (three.thread, three.values["紧急避险转移人口"]["value"]) == (two.thread, 15)
        async with world.deps.read() as session:
            open_ = sa.select(sa.func.count()).select_from(ReportDue).where(col(ReportDue.done_at).is_(None))
            assert await session.scalar(open_) == 2  # 初报 of the first, the daily one of the second


async def test_a_word_that_was_stored_before_the_stop_is_a_report_after_it(world: World) -> None:
    await world.say("li", "三组垮坡，路断了", work=False)
    async with open_deps(world.deps.settings, world.clock) as after:
        assert await work_due(after) == 1
        assert await work_due(after) == 0
    await world.work()
    assert [report.words for report in await reports(world)] == ["三组垮坡，路断了"]
    assert sum("收到初报" in text for text in await world.phone("li")) == 1


class Zip:
    """What the platform keeps is a zip that is named .jpg, or fifty megabytes."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        return self._raw


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("flood.txt", "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [(archive(), "文件不是图片，只是名字像"), (b"\xff\xd8" + b"\0" * (LIMITS["picture"] + 1), "文件太大，最大 10 MB")],
)
async def test_a_file_that_is_no_picture_is_refused_by_its_name_and_the_report_stays(
    world: World, raw: bytes, said: str
) -> None:
    await world.say("li", "三组垮坡，路断了")
    inbound = await world.say("li", kind="image", MediaId="m1", PicUrl="")
    async with world.deps.begin() as session:
        now = world.clock.now()
        media = Media(uid=uuid7(now), inbound_id=inbound, kind="picture", media_id="m1", due_at=now)
        session.add(media)
    assert await fetch_due(world.deps, Zip(raw)) == 1
    await world.work()
    assert said in (await world.phone("li"))[-1]
    async with world.deps.read() as session:
        (kept,) = (await session.execute(select(Media))).scalars()
    assert kept.state is MediaState.refused
    assert [report.words for report in await reports(world)] == ["三组垮坡，路断了"]


async def test_a_resident_who_is_forgotten_leaves_what_happened(world: World) -> None:
    await world.say("oReader1", "柳湾村三组垮坡了", platform=Platform.oa)
    async with world.deps.begin() as session:
        follower = (await session.execute(select(Follower))).scalar_one()
        await erase(session, follower, world.clock.now())
    (report,) = await reports(world)
    assert (report.follower_id, report.conversation_id, report.by) == (None, None, "follower:erased")
    assert report.words == "柳湾村三组垮坡了"


async def test_a_version_that_was_changed_behind_our_back_is_found(world: World) -> None:
    await world.say("li", "五户十二人转移")
    await seal_due(world.deps)
    async with world.deps.read() as session:
        before = await verify(session, world.deps.vault, RECOMPUTED)
    async with world.deps.begin() as session:
        await session.execute(sa.update(ReportVersion).values(words="没有人转移"))
    async with world.deps.read() as session:
        after = await verify(session, world.deps.vault, RECOMPUTED)
    assert before.problems == []
    (problem,) = after.problems
    assert "所说的内容被改动（report.filed" in problem


async def test_a_shift_leaves_to_the_next_what_is_owed(world: World) -> None:
    await world.say("li", "三组垮坡，路断了")
    at = world.clock.now() + timedelta(hours=3)
    async with world.deps.read() as session:
        areas = await tree(session)
        county = areas.roots[0].id
        lines = await OwedReports().lines(session, areas, county, at, world.deps.settings.zone)
        elsewhere = next(node.id for node in areas.nodes.values() if node.name == "石门乡")
        others = await OwedReports().lines(session, areas, elsewhere, at, world.deps.settings.zone)
    assert lines == ["QY0712-001 柳湾镇柳湾村三组：待核实；晚了：初报上报（灾后 2 小时内），今天凌晨4:40前"]
    assert others == []


async def test_training_rings_nobody_and_owes_nothing(world: World) -> None:
    await world.say("li", "三组垮坡", road=Road.training)
    async with world.deps.read() as session:
        assert await open_holds(session) == []
        assert (await session.execute(select(ReportDue))).scalars().all() == []
    (report,) = await reports(world)
    assert (report.road, report.state) == (Road.training, State.filed)
