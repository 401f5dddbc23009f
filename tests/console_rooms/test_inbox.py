"""来信: reading, taking over, answering, giving back, typing in a recording."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.queries import area_of_code
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.answers.models import Answer, How, Said
from handlers.chat.conversations.models import Conversation
from handlers.wechat.files import path_of, write
from handlers.wechat.models import Media, MediaState, Platform
from tests.console.browser import Browser, add, browser, console
from tests.places import area
from tests.world import PLACES, World

OPENID = "oReader1"
SOUND = b"#!AMR\n" + b"\x00" * 64


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "second", Role.officer)
    await add(world.deps, "viewer", Role.viewer)
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


async def talk(world: World, address: str) -> Conversation:
    async with world.deps.read() as session:
        wanted = select(Conversation).where(col(Conversation.address) == address)
        return (await session.execute(wanted)).scalar_one()


async def path(world: World, address: str) -> str:
    return f"/console/inbox/{(await talk(world, address)).uid}"


async def looks(world: World, uid: str, action: str = "conversation.looked") -> int:
    async with world.deps.read() as session:
        wanted = select(Entry).where(col(Entry.action) == action, col(Entry.subject) == uid)
        return len((await session.execute(wanted)).scalars().all())


async def test_unread_stands_first_and_a_look_is_on_the_record(world: World, officer: Browser) -> None:
    await world.say("li", "桥头的井盖不见")
    world.clock.turn(60)
    await world.say("wang", "菜单")
    shown = await officer.open("/console/inbox")
    assert shown.index("李秀英") < shown.index("王建国")
    assert "1 句没看" in shown
    one = await path(world, "li")
    shown = await officer.open(one)
    assert "桥头的井盖不见" in shown
    assert "没听懂，已转给值班员" in shown
    assert "平台已接收" in shown
    assert await looks(world, (await talk(world, "li")).uid) == 1
    await officer.open(one, **{"X-Fragment": "1"})
    assert await looks(world, (await talk(world, "li")).uid) == 1
    await officer.open(await path(world, "wang"), **{"X-Fragment": "1"})  # whatever the browser says: it is the first
    assert await looks(world, (await talk(world, "wang")).uid) == 1
    assert "来信都看过了" in await officer.open("/console/inbox")


async def test_an_officer_takes_over_answers_and_gives_back(world: World, officer: Browser) -> None:
    await world.issue()
    await world.say("li", "今晚去哪里领沙袋")
    one = await path(world, "li")
    await officer.open(one)
    await officer.send(one, do="answer", text="到镇政府院里领")
    await world.work()
    assert (await world.phone("li"))[-1] == "到镇政府院里领"
    assert "您接手了" in officer.text
    before = len(await world.phone("li"))
    await world.say("li", "几点关门")
    assert len(await world.phone("li")) == before
    await world.say("li", "1")
    assert (await world.phone("li"))[-1].startswith("收到了：1 收到")
    await world.say("li", "有人被困")
    assert (await world.phone("li"))[-1].startswith("请立即拨打 119/110/120")
    assert (await talk(world, "li")).unread == 3
    await officer.open(one)
    await officer.send(one, do="back")
    await world.say("li", "值班电话")
    assert "000-0001" in (await world.phone("li"))[-1]


async def test_only_one_officer_speaks(world: World, officer: Browser, server: TestServer) -> None:
    await world.say("li", "在哪里领沙袋")
    one = await path(world, "li")
    await officer.open(one)
    await officer.send(one, do="take")
    async with browser(server) as other:
        await other.sign_in("second")
        await other.open(one)
        await other.send(one, do="answer", text="我来说")
        assert other.status == 409
        assert "已由另一位值班员接手" in other.text
    await world.forward(minutes=8 * 60 + 1)
    await world.say("li", "值班电话")
    assert "000-0001" in (await world.phone("li"))[-1]  # nobody is left alone with an officer who went home


async def test_a_closed_window_is_shown_and_nothing_is_sent(world: World, officer: Browser) -> None:
    await world.say(OPENID, "村口的灯坏掉", platform=Platform.oa)
    one = await path(world, OPENID)
    assert "接手并发出" in await officer.open(one)
    world.clock.turn(timedelta(hours=49).total_seconds())
    await officer.sign_in("officer")
    await officer.open("/console/")
    if 'name="password"' in officer.text:
        await officer.sign_in("officer")
    assert "现在不能回" in await officer.open(one)
    await officer.send(one, do="answer", text="修好了")
    assert officer.status == 409
    assert OPENID not in officer.text


async def test_a_recording_is_typed_in_and_counts_as_that_persons_word(world: World, officer: Browser) -> None:
    await world.issue()
    inbound = await world.say("li", kind="voice", MediaId="m1", Format="amr")
    async with world.deps.begin() as session:
        now = world.clock.now()
        media = Media(uid=uuid7(now), inbound_id=inbound, kind="audio", media_id="m1", state=MediaState.kept,
                      mime="audio/amr", due_at=now, kept_at=now)  # fmt: skip
        session.add(media)
    write(path_of(world.deps.settings, media.uid), SOUND)
    one = await path(world, "li")
    assert "<audio controls" in await officer.open(one)
    async with officer.client.get(f"/console/inbox/media/{media.uid}") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "audio/amr", SOUND)
    assert f'src="/console/inbox/media/{media.uid}/play"' in officer.text
    async with officer.client.get(f"/console/inbox/media/{media.uid}/play") as answer:
        sound = await answer.read()
        assert (answer.status, answer.content_type, sound[:4]) == (200, "audio/wav", b"RIFF")
    asked = {"Range": "bytes=0-1"}
    async with officer.client.get(f"/console/inbox/media/{media.uid}/play", headers=asked) as answer:
        assert (answer.status, await answer.read()) == (206, sound[:2])
        assert answer.headers["Content-Range"] == f"bytes 0-1/{len(sound)}"
    await officer.open(one)
    await officer.send(f"{one}/heard", medium=media.uid, words="去不了，在外地")
    await world.work()
    async with world.deps.read() as session:
        (answer_,) = (await session.execute(select(Answer))).scalars()
    assert (answer_.said, answer_.how, answer_.by) == (Said.cannot, How.voice, "user:officer")
    assert (await world.phone("li"))[-1].startswith("收到了：2 去不了，换人")
    assert "officer 听写" in officer.text
    await officer.send(f"{one}/heard", medium=media.uid, words="收到")
    assert officer.status == 409


async def test_a_town_sees_its_own_people_and_nobody_elses(world: World, server: TestServer) -> None:
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    await world.say("li", "沙袋没有送来")
    await world.say("chen", "沙袋没有送来")
    await world.say("chen", "有人失联")
    async with browser(server) as made:
        await made.sign_in("town")
        shown = await made.open("/console/inbox")
        assert "李秀英" in shown
        assert "陈大山" not in shown
        await made.open(await path(world, "chen"))
        assert made.status == 404
        assert "陈大山" not in await made.open("/console/")


async def test_a_cry_for_help_stands_before_everything_and_is_taken(world: World, officer: Browser) -> None:
    await world.say("li", "有人被困")
    await world.issue(sent=world.clock.now() - timedelta(hours=3), hours=6)
    shown = await officer.open("/console/")
    assert "有人求救，马上打电话：柳湾镇柳湾村 李秀英：有人被困" in shown
    await officer.open("/console/inbox")
    assert "求救，没有人接手" in officer.text
    link = officer.text.split('class="silent" href="')[1].split('"')[0]
    assert "本平台不接警" in await officer.open(link)
    await officer.send(link, do="seen")
    before = len(await world.phone("liu"))
    await world.forward(minutes=7)
    assert not any("求救" in text for text in (await world.phone("liu"))[before:])


async def test_a_viewer_reads_nobodys_words(world: World, server: TestServer) -> None:
    await world.say("li", "菜单")
    async with browser(server) as made:
        await made.sign_in("viewer")
        await made.open("/console/inbox")
        assert made.status == 403
        await made.open(await path(world, "li"))
        assert made.status == 403


async def test_whoever_only_scanned_a_poster_has_not_written(world: World, officer: Browser) -> None:
    scene = "qrscene_v529926101001"
    await world.say(OPENID, kind="event", event="subscribe", platform=Platform.oa, EventKey=scene)
    assert "还没有人来信" in await officer.open("/console/inbox")
    await world.say(OPENID, "今晚广场的戏还演不演", platform=Platform.oa)
    shown = await officer.open("/console/inbox")
    assert "今晚广场的戏还演不演" in shown
    assert shown.count('<td data-name="谁">') == 1


async def test_all_that_wait_are_counted_and_not_the_page(world: World, officer: Browser, server: TestServer) -> None:
    await world.say("chen", "石门的井盖不见")
    await world.say("li", "桥头的井盖不见")
    first, at = await talk(world, "li"), world.clock.now()
    kept = first.model_dump(exclude={"id"})
    rows = [kept | {"uid": uuid7(at), "address": f"x{number}"} for number in range(60)]
    async with world.deps.begin() as session:
        await session.execute(sa.insert(Conversation), rows)
        town = await area_of_code(session, PLACES["柳湾镇"][0])
    assert town is not None
    for page in ("", "?unread=1", "?skip=50"):
        assert "共 62 个没看" in await officer.open(f"/console/inbox{page}"), page
    await add(world.deps, "of-town", Role.officer, area=town.id)
    async with browser(server) as other:
        await other.sign_in("of-town")
        assert "共 61 个没看" in await other.open("/console/inbox")
