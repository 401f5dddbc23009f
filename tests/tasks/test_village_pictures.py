"""A picture or a video of a village that is moved, sent by chat: whose it is, what is said of it, and how it is taken
back."""

import pytest

from bot.simulator.acts.attachments import MP4
from handlers.chat.work import work_due
from handlers.wechat.media import fetch_due
from tests.callbacks.test_media import Shelf, picture
from tests.console.browser import Browser
from tests.grounds import ON_BOTH
from tests.tasks.knocking import at_the_door
from tests.tasks.moving import Moving
from tests.tasks.test_door_pictures import reports, sends
from tests.tasks.test_door_pictures import shown as at_doors
from tests.tasks.test_evacuation_desk import page_of
from tests.tasks.test_evacuation_meant import of_two_villages, unread
from tests.world import World

BACK = "不是的回 0。"


async def ordered(world: World) -> Moving:
    """李秀英 answers for 柳湾村."""
    moving = await Moving.begun(world, answered=("li", "wang"))
    await world.forward(minutes=1)
    return moving


async def shown(moving: Moving) -> dict[str, tuple[int, int]]:
    return {name: (one.pictures, one.videos) for name, one in (await moving.seen()).items()}


@ON_BOTH
async def test_a_picture_while_a_village_is_moved_is_the_villages(world: World) -> None:
    moving = await ordered(world)
    assert await sends(world, "li") == f"照片记下了：当作柳湾镇柳湾村转移的。{BACK}"
    assert (await shown(moving), await reports(world)) == ({"柳湾村": (0, 0)}, [])
    assert await fetch_due(world.deps, Shelf(m=picture())) == 1
    assert await shown(moving) == {"柳湾村": (1, 0)}
    assert await moving.states() == {"柳湾村": "asked"}  # a picture is no word


async def test_it_is_told_that_pictures_can_be_sent_there(world: World) -> None:
    await ordered(world)
    assert "现场的照片直接发到这里就行。" not in (await world.phone("li"))[-1]  # nothing comes back here


@ON_BOTH
async def test_a_video_is_the_villages_and_a_download_for_the_desk(world: World, officer: Browser) -> None:
    moving = await ordered(world)
    assert await sends(world, "li", kind="video") == f"视频记下了：当作柳湾镇柳湾村转移的。{BACK}"
    await sends(world, "li")
    await fetch_due(world.deps, Shelf(m=MP4))
    await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(moving) == {"柳湾村": (0, 1)}
    await sends(world, "li")
    await fetch_due(world.deps, Shelf(m=picture()))
    assert (await shown(moving), await reports(world)) == ({"柳湾村": (1, 1)}, [])
    path, task = await page_of(world), (await moving.seen())["柳湾村"].task.uid
    page = await officer.open(path)
    assert page.index(f'{path}/{task}/pictures/1">照片 1') < page.index(f'{path}/{task}/pictures/2">视频 1')
    async with officer.client.get(f"{path}/{task}/pictures/1") as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    async with officer.client.get(f"{path}/{task}/pictures/2") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert await answer.read() == MP4


async def test_who_was_not_told_has_no_village_of_a_picture(world: World) -> None:
    moving = await ordered(world)
    assert (await sends(world, "wang")).startswith("收到初报")  # stands in, and was not called
    await world.forward(minutes=1)
    await world.say("li", "去不了")
    assert "转移" in await sends(world, "wang")
    for _ in range(2):
        await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(moving) == {"柳湾村": (1, 0)}


async def test_what_was_told_last_takes_the_picture(world: World) -> None:
    moving = await ordered(world)
    await world.say("li", "三组垮坡，路断了")
    assert "放进" in await sends(world, "li")
    await world.forward(minutes=1)
    await world.say("li", "转了12户35人")
    assert (await sends(world, "li")).startswith("照片记下了：当作柳湾镇柳湾村转移的")
    await fetch_due(world.deps, Shelf(m=picture()))
    await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(moving) == {"柳湾村": (1, 0)}


async def test_half_an_hour_after_it_is_finished_a_picture_is_of_something_else(world: World) -> None:
    await ordered(world)
    await world.say("li", "都转完了，35人")
    await world.forward(minutes=20)
    assert (await sends(world, "li")).startswith("照片记下了")
    await world.forward(minutes=31)
    assert (await sends(world, "li")).startswith("收到初报")


async def test_of_two_villages_the_speaker_says_which(world: World) -> None:
    moving = await of_two_villages(world)
    said = await sends(world, "chen")
    assert said == "照片收到了。您要管 2 个地方的转移：石门村、上坪村。是哪里的？请回地名，例如：石门村"
    await world.say("chen", "上坪")
    assert (await world.phone("chen"))[-1] == f"照片记下了：当作柳湾镇上坪村转移的。{BACK}"
    world.clock.turn(240)
    await sends(world, "chen")
    await world.say("chen", "石门村转了5户")
    assert "已转 5 户（石门乡石门村）" in (await world.phone("chen"))[-1]
    for _ in range(2):
        await fetch_due(world.deps, Shelf(m=picture()))
    assert await shown(moving) == {"石门村": (1, 0), "上坪村": (1, 0)}


@ON_BOTH
async def test_0_takes_the_picture_back_and_then_the_word(world: World) -> None:
    moving = await ordered(world)
    await world.say("li", "转了12户35人")
    await world.forward(seconds=30)
    await sends(world, "li", kind="video")
    await fetch_due(world.deps, Shelf(m=MP4))
    await world.say("li", "0")
    assert (await world.phone("li"))[-1] == "已撤销：1 段视频不算柳湾镇柳湾村转移的。要报灾情，请写一句话发来。"
    assert (await shown(moving), await moving.states()) == ({"柳湾村": (0, 0)}, {"柳湾村": "heard"})
    assert await unread(world, "li") == 1
    await world.say("li", "0")
    assert (await world.phone("li"))[-1].startswith("已撤销：已转 12 户 35 人")


async def test_between_a_door_and_a_village_the_one_that_was_spoken_of_last(world: World) -> None:
    doors = await at_the_door(world)
    assert "家门口" in await sends(world, "wang")
    await world.forward(seconds=30)
    moving = Moving(world)
    await moving.order("柳湾村")
    await world.say("wang", "转了12户35人")
    assert (await sends(world, "wang")).startswith("照片记下了：当作柳湾镇柳湾村转移的")
    await world.forward(seconds=30)
    await world.say("wang", "敲开了")
    await sends(world, "wang")
    for _ in range(3):
        await fetch_due(world.deps, Shelf(m=picture()))
    assert (await at_doors(doors), await shown(moving)) == ({"李秀英": 2}, {"柳湾村": (1, 0)})


@pytest.mark.parametrize("kind", ["file"])
async def test_a_file_goes_where_it_went(world: World, kind: str) -> None:
    await ordered(world)
    await world.say("li", kind=kind, MediaId="m")
    await work_due(world.deps)
    assert (await world.phone("li"))[-1].startswith("收到初报")
