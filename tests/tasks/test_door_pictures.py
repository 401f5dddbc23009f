"""A picture from the door, sent by chat: whose it is, what is said of it, and how it is taken back."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address
from bot.ids import uuid7
from bot.record.models import Entry
from bot.simulator.acts.attachments import MP4
from broadcasts.tasks.knocks.models import KnockPicture
from handlers.chat.conversations.models import Conversation
from handlers.chat.work import work_due
from handlers.reports.models import Report, ReportWord
from handlers.wechat.contents import PICTURE, VIDEO
from handlers.wechat.files import path_of
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Media, Platform
from handlers.wechat.prune import ERASED, erase_files
from tests.both_ways import both_ways
from tests.callbacks.test_media import Shelf, picture
from tests.console.browser import Browser
from tests.grounds import ON_BOTH
from tests.tasks.knocking import Doors, at_the_door
from tests.world import World

BACK = "不是这家的回 0。"


async def at_two_doors(world: World) -> Doors:
    """周秀兰 is on the way to 李秀英 and to 王建国."""
    doors = Doors(world)
    sent = await doors.silent_night("li", "wang")
    for door in ("li", "wang"):
        await doors.knock(sent, door, "zhou")
    await world.work()
    await world.forward(minutes=1)
    return doors


async def sends(world: World, key: str, *, platform: Platform = Platform.wecom, kind: str = "image") -> str:
    """A picture or a video, as the callback stores it; what is said to it."""
    now, inbound = world.clock.now(), await world.say(key, kind=kind, MediaId="m", platform=platform, work=False)
    what = PICTURE if kind == "image" else VIDEO
    async with world.deps.begin() as session:
        session.add(Media(uid=uuid7(now), inbound_id=inbound, kind=what, media_id="m", due_at=now))
    await work_due(world.deps)
    await world.work()
    return (await world.phone(key) or [""])[-1]


async def shown(doors: Doors) -> dict[str, int]:
    return {one.name: one.pictures for one in await doors.seen()}


async def kept(world: World) -> list[KnockPicture]:
    async with world.deps.read() as session:
        return list((await session.execute(select(KnockPicture).order_by(col(KnockPicture.id)))).scalars())


async def reports(world: World) -> list[Report]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Report))).scalars())


@ON_BOTH
async def test_a_picture_on_the_errand_is_the_doors_and_shown_once_it_is_here(world: World) -> None:
    doors = await at_the_door(world)
    said = await sends(world, "wang")
    assert said == f"照片记下了：当作 柳湾镇柳湾村 李秀英家门口的。{BACK}"
    assert (await shown(doors), await reports(world)) == ({"李秀英": 0}, [])
    assert await fetch_due(world.deps, Shelf(m=picture())) == 1
    assert await shown(doors) == {"李秀英": 1}
    (one,) = await kept(world)
    assert (one.mime, one.size) == ("image/jpeg", path_of(world.deps.settings, one.uid).stat().st_size)
    assert await doors.states() == [("李秀英", "王建国", "going", "")]  # a picture is no word


@ON_BOTH
async def test_what_was_fetched_before_it_was_read_is_here_at_once(world: World) -> None:
    doors = await at_the_door(world)
    now, inbound = world.clock.now(), await world.say("wang", kind="image", MediaId="m", work=False)
    async with world.deps.begin() as session:
        session.add(Media(uid=uuid7(now), inbound_id=inbound, kind=PICTURE, media_id="m", due_at=now))
    await fetch_due(world.deps, Shelf(m=picture()))
    await work_due(world.deps)
    assert await shown(doors) == {"李秀英": 1}


async def test_what_is_no_picture_counts_nowhere(world: World) -> None:
    doors = await at_the_door(world)
    await sends(world, "wang")
    await fetch_due(world.deps, Shelf(m=b"PK\x03\x04" + bytes(100)))
    await world.work()
    assert await shown(doors) == {"李秀英": 0}
    assert "文件不是图片" in (await world.phone("wang"))[-1]


async def test_a_picture_after_the_word_belongs_to_it(world: World) -> None:
    doors = await at_the_door(world)
    await world.say("wang", "2 门锁着")
    await world.forward(minutes=2)
    assert (await sends(world, "wang")).endswith(BACK)
    await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(doors) == {"李秀英": 1}
    await world.forward(minutes=31)
    assert (await sends(world, "wang")).startswith("收到初报")  # long over: it is something else
    assert len(await kept(world)) == 1


async def test_what_was_told_last_takes_the_picture(world: World) -> None:
    doors = await at_the_door(world)
    await world.say("wang", "三组垮坡，路断了")
    assert "放进" in await sends(world, "wang")
    assert await kept(world) == []
    await world.forward(minutes=1)
    await world.say("wang", "1 李秀英")
    assert (await sends(world, "wang")).startswith("照片记下了")
    assert len(await kept(world)) == 1
    async with world.deps.read() as session:
        assert len((await session.execute(select(ReportWord))).scalars().all()) == 2  # the sentence and its picture
    assert await doors.states() == [("李秀英", "王建国", "knows", "")]


async def test_a_report_before_the_errand_does_not(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await world.forward(minutes=8)
    await world.say("wang", "三组垮坡，路断了")
    await world.forward(minutes=2)
    assert (await sends(world, "wang")).startswith("照片记下了")
    assert len(await kept(world)) == 1


async def test_of_two_doors_the_speaker_says_whose_it_is(world: World) -> None:
    doors = await at_two_doors(world)
    said = await sends(world, "zhou")
    assert said == ("照片收到了。您要敲 2 家的门：柳湾村 李秀英、柳湾村 王建国。是哪家门口的？请回名字，例如：李秀英")
    await sends(world, "zhou")
    assert await kept(world) == []
    await world.say("zhou", "王建国")
    assert (await world.phone("zhou"))[-1] == f"照片记下了：2 张，当作 柳湾镇柳湾村 王建国家门口的。{BACK}"
    for _ in range(2):
        await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(doors) == {"李秀英": 0, "王建国": 2}
    assert [state[2] for state in await doors.states()] == ["going", "going"]
    await world.say("zhou", "王建国")
    assert len(await kept(world)) == 2  # once


async def test_a_word_with_the_doors_name_takes_what_waited_along(world: World) -> None:
    doors = await at_two_doors(world)
    await sends(world, "zhou")
    await world.say("zhou", "1 李秀英")
    assert "收到了：1 已敲开" in (await world.phone("zhou"))[-1]
    await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(doors) == {"李秀英": 1, "王建国": 0}


async def test_a_moment_after_the_word_a_picture_is_of_that_door(world: World) -> None:
    doors = await at_two_doors(world)
    await world.say("zhou", "2 李秀英")
    assert "李秀英家门口" in await sends(world, "zhou")
    await world.forward(minutes=4)
    assert "王建国家门口" in await sends(world, "zhou")  # the only one that is left to go to
    assert [one.name for one in await doors.seen()] == ["李秀英", "王建国"]
    assert len({one.knock_id for one in await kept(world)}) == 2


@ON_BOTH
async def test_0_takes_the_picture_back_and_then_the_word(world: World) -> None:
    doors = await at_the_door(world)
    await world.say("wang", "1")
    await world.forward(seconds=30)
    await sends(world, "wang")
    await fetch_due(world.deps, Shelf(m=picture()))
    await world.say("wang", "0")
    said = (await world.phone("wang"))[-1]
    assert said == "已撤销：1 张照片不算 柳湾镇柳湾村 李秀英家门口的。要报灾情，请写一句话发来。"
    assert (await kept(world), await doors.states()) == ([], [("李秀英", "王建国", "knows", "")])
    async with world.deps.read() as session:
        talk = (await session.execute(select(Conversation).where(col(Conversation.address) == "wang"))).scalar_one()
        acts = (await session.execute(select(Entry.action).where(col(Entry.action).contains("picture")))).scalars()
        assert list(acts) == ["knock.picture", "knock.unpictured"]
    assert talk.unread == 1  # somebody looks at what it is of
    await world.say("wang", "0")
    assert "已撤销：1 已敲开" in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "going", "")]


async def test_whoever_was_called_back_sends_pictures_of_something_else(world: World) -> None:
    doors = await at_the_door(world)
    await world.say("li", "1")
    await world.forward(minutes=1)
    assert (await sends(world, "wang")).startswith("收到初报")
    assert await kept(world) == []
    assert await doors.states() == [("李秀英", "王建国", "off", "answered")]


async def test_a_picture_to_the_official_account_is_the_doors_too(world: World) -> None:
    doors = await at_the_door(world)
    wang = await doors.desk.person("wang")
    async with world.deps.begin() as session:
        session.add(Address(person_id=wang.id, channel="oa", value="oWang", folded="oWang"))
    await sends(world, "oWang", platform=Platform.oa)
    await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(doors) == {"李秀英": 1}
    async with world.deps.begin() as session:
        await session.execute(sa.update(Media).values(reason=ERASED))
        await erase_files(session, world.deps.settings)
    assert await shown(doors) == {"李秀英": 0}


async def test_the_desk_sees_it_and_the_errand_asks_for_it(tmp_path: Path, world: World, officer: Browser) -> None:
    doors = await at_the_door(world)
    await sends(world, "wang")
    (seen,) = await doors.seen()
    await officer.open("/console/")
    alert = officer.text.partition('href="/console/alerts/')[2].partition('"')[0].partition("/")[0]
    path = f"/console/alerts/{alert}/knocks/{seen.knock.uid}/pictures/1"
    async with officer.client.get(path) as answer:
        assert answer.status == 404  # on its way
    await fetch_due(world.deps, Shelf(m=picture()))
    for words in ("收到", "2"):  # on the way still, and having been there
        await world.say("wang", words)
        assert path in await officer.open(f"/console/alerts/{alert}/calls")
    async with officer.client.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    other = tmp_path / "other"
    other.mkdir()
    async with both_ways(other) as both:
        await at_the_door(both.world)
        assert "门口的照片直接发到这里就行。" in (await both.world.phone("wang"))[-1]
    assert "照片" not in next(text for text in await world.phone("wang") if "请去敲门" in text)


async def test_a_file_goes_where_it_went(world: World) -> None:
    await at_the_door(world)
    await world.say("wang", kind="file", MediaId="m")
    assert (await world.phone("wang"))[-1].startswith("收到初报")


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
async def test_a_video_from_the_door_is_the_doors(world: World, officer: Browser, kind: str) -> None:
    doors = await at_the_door(world)
    assert await sends(world, "wang", kind=kind) == f"视频记下了：当作 柳湾镇柳湾村 李秀英家门口的。{BACK}"
    await fetch_due(world.deps, Shelf(m=MP4))
    (seen,) = await doors.seen()
    assert ((seen.pictures, seen.videos), await reports(world)) == ((0, 1), [])
    await officer.open("/console/")
    alert = officer.text.partition('href="/console/alerts/')[2].partition('"')[0].partition("/")[0]
    path = f"/console/alerts/{alert}/knocks/{seen.knock.uid}/pictures/1"
    assert f'{path}">视频 1' in await officer.open(f"/console/alerts/{alert}/calls")
    async with officer.client.get(path) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
