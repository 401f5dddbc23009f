"""匿名: no page says who told it, and yet the answer finds its way; who looks needs a reason, and is seen looking."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.erase import erase
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.hints.deciding.assign import NotThey, candidates
from handlers.hints.deciding.decide import decline
from handlers.hints.models import Hint, HintVersion, State
from handlers.hints.reporters.reveal import look_at
from handlers.wechat.media import fetch_due
from handlers.wechat.models import Inbound, Media, Platform
from tests.console.browser import Browser, add, browser, console
from tests.hints.told import accepted, assigned, hints, person
from tests.world import World

SAID = "村西作坊违规电焊"


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer, Role.leader)
    await add(world.deps, "chief", Role.admin)
    async with console(world.deps) as running:
        yield running


async def pages(desk: Browser, hint: Hint) -> str:
    """Everything that an officer can look at."""
    shown = [await desk.open("/console/hints"), await desk.open(f"/console/hints/{hint.uid}")]
    inbox = await desk.open("/console/inbox")
    talks = [part.split('"')[0] for part in inbox.split('href="/console/inbox/')[1:]]
    return "".join([*shown, inbox, *[await desk.open(f"/console/inbox/{uid}") for uid in talks]])


async def test_no_page_says_who_told_it_and_the_answer_finds_its_way(world: World, server: TestServer) -> None:
    await world.say("li", f"匿名举报 {SAID}")
    assert "匿名，值班员看不到是谁" in (await world.phone("li"))[-1]
    await world.say("li", kind="image", MediaId="m1", PicUrl="")
    assert (await world.phone("li"))[-1] == "图片收到了，放进 QY0712-H01。"
    (hint,) = await hints(world)
    assert (hint.words, hint.by, hint.person_id, hint.conversation_id) == (SAID, "anonymous", None, None)
    async with browser(server) as desk:
        await desk.sign_in("officer")
        shown = await pages(desk, hint)
        assert (SAID in shown, "李秀英" in shown, "li" in shown.split()) == (True, False, False)
        await desk.open(f"/console/hints/{hint.uid}")
        await desk.send(f"/console/hints/{hint.uid}", do="accept", domain="safety", severity="serious")
        await world.work()
        assert (await world.phone("li"))[-1].startswith("QY0712-H01 已受理")
        shown = await pages(desk, hint)
        assert "李秀英" not in shown.split("责任人")[0]
        await desk.send(f"/console/hints/{hint.uid}/reporter", why="要核实")
        assert desk.status == 403  # for an administrator alone
    async with world.deps.read() as session:
        words = (await session.execute(select(Inbound))).scalars().all()
        assert {(word.sender, bool(word.body)) for word in words} == {(f"sealed:{hint.uid}", False)}
        assert (await session.execute(select(Utterance))).scalars().all() == []
        talk = (await session.execute(select(Conversation))).scalar_one()
        assert (talk.last_at, talk.last_words, talk.unread) == (None, "", 0)
        li = await person(world, "li")
        said = sa.select(col(Entry.action)).where(col(Entry.actor) == f"person:{li.uid}")
        assert (await session.execute(said)).scalars().all() == []  # nor does the record


class Zip:
    """What the platform keeps is a zip that is named .jpg."""

    async def fetch(self, road: str, platform: str, media_id: str, kind: str, most: int) -> bytes:
        return b"PK\x03\x04 and so on"


async def test_a_file_that_is_no_picture_is_refused_to_whom_nobody_knows(world: World) -> None:
    await world.say("li", f"匿名举报 {SAID}")
    inbound = await world.say("li", kind="image", MediaId="m1", PicUrl="")
    async with world.deps.begin() as session:
        now = world.clock.now()
        session.add(Media(uid=uuid7(now), inbound_id=inbound, kind="picture", media_id="m1", due_at=now))
    assert await fetch_due(world.deps, Zip()) == 1
    await world.work()
    assert "文件不是图片，只是名字像" in (await world.phone("li"))[-1]
    async with world.deps.read() as session:
        assert (await session.execute(select(Utterance))).scalars().all() == []


async def test_it_becomes_anonymous_afterwards_by_one_word(world: World) -> None:
    await world.say("li", f"隐患 {SAID}")
    await world.say("li", "匿名")
    assert (await world.phone("li"))[-1].startswith("QY0712-H01 改成匿名了")
    (hint,) = await hints(world)
    assert (hint.anonymous, hint.person_id, hint.conversation_id) == (True, None, None)
    async with world.deps.read() as session:
        assert (await session.execute(select(Utterance))).scalars().all() == []
        senders = set((await session.execute(select(Inbound.sender))).scalars())
        by = set((await session.execute(select(HintVersion.by))).scalars())
    assert senders == {f"sealed:{hint.uid}"}
    assert by == {"reporter", "anonymous"}
    await world.say("li", "QY0712-H01")  # and still it is theirs
    assert (await world.phone("li"))[-1] == "QY0712-H01 等着受理。"


async def test_who_told_it_by_name_is_never_asked_to_mend_it(world: World) -> None:
    await world.say("li", f"隐患 {SAID}")
    (hint,) = await hints(world)
    await accepted(world, hint)
    async with world.deps.read() as session:
        able = await candidates(session, world.deps.vault, await tree(session), hint)
    assert "李秀英" not in [one.name for one in able]
    with pytest.raises(NotThey, match="这个人不能办这一条"):
        await assigned(world, hint, "li")


async def test_of_an_anonymous_hint_the_list_of_who_may_mend_it_tells_nothing(world: World) -> None:
    """It is the same, whoever told it; and who is asked by chance gives it back without a word."""
    await world.say("li", f"匿名举报 {SAID}")
    await world.say("wang", "匿名举报 村东水井没有盖")
    lists = []
    for hint in await hints(world):
        await accepted(world, hint)
        async with world.deps.read() as session:
            able = await candidates(session, world.deps.vault, await tree(session), hint)
        lists.append([one.name for one in able])
    assert lists[0] == lists[1]
    assert {"李秀英", "王建国"} <= set(lists[0])
    first, _ = await hints(world)
    await assigned(world, first, "li")
    await world.say("li", f"办不了 {first.number}")
    assert (await hints(world))[0].state is State.accepted


async def test_who_first_asks_to_stay_unknown_leaves_no_trace_of_the_asking(world: World, server: TestServer) -> None:
    await world.say("li", "匿名")
    assert "匿名" in (await world.phone("li"))[-1]
    await world.say("li", SAID)
    (hint,) = await hints(world)
    assert hint.anonymous
    async with world.deps.read() as session:
        words = (await session.execute(select(Inbound))).scalars().all()
        assert {(word.sender, bool(word.body)) for word in words} == {(f"sealed:{hint.uid}", False)}
        assert (await session.execute(select(Utterance))).scalars().all() == []
    async with browser(server) as desk:
        await desk.sign_in("officer")
        assert "李秀英" not in (await pages(desk, hint)).split("责任人")[0]


async def test_what_was_told_by_name_a_moment_ago_and_is_told_again_without_one_loses_the_name(world: World) -> None:
    await world.say("li", f"隐患 {SAID}")
    (named,) = await hints(world)
    assert named.person_id is not None
    await world.forward(minutes=5)
    await world.say("li", f"匿名举报 {SAID}")
    (hint,) = await hints(world)
    assert (hint.anonymous, hint.person_id, hint.conversation_id) == (True, None, None)
    assert "匿名，值班员看不到是谁" in (await world.phone("li"))[-1]
    async with world.deps.read() as session:
        senders = set((await session.execute(select(Inbound.sender))).scalars())
    assert senders == {f"sealed:{hint.uid}"}


async def test_an_administrator_looks_with_a_reason_that_everybody_sees(world: World, server: TestServer) -> None:
    await world.say("li", f"匿名举报 {SAID}")
    (hint,) = await hints(world)
    here = f"/console/hints/{hint.uid}"
    async with browser(server) as chief:
        await chief.sign_in("chief")
        assert "李秀英" not in await chief.open(here)
        await chief.send(f"{here}/reporter", why=" ")
        assert (chief.status, "请写为什么要看" in chief.text, "李秀英" in chief.text) == (422, True, False)
        await chief.send(f"{here}/reporter", why="兑现奖励")
        assert "报的人：李秀英" in chief.text
        shown = await chief.open(here)
        assert ("李秀英" in shown, "看了报的人" in shown, "兑现奖励" in shown) == (False, True, True)
    async with world.deps.read() as session:
        wanted = sa.select(col(Entry.actor), col(Entry.subject)).where(col(Entry.action) == "hint-reporter.looked")
        assert [tuple(row) for row in await session.execute(wanted)] == [("user:chief", hint.uid)]


async def test_a_cry_for_help_is_called_back_and_so_is_not_anonymous(world: World) -> None:
    await world.say("li", "匿名举报 作坊里有人被困")
    told = await world.phone("li")
    assert told[-2].startswith("请立即拨打 119/110/120")
    assert "这一条没有匿名" in told[-1]
    (hint,) = await hints(world)
    assert not hint.anonymous
    await world.say("li", "匿名")
    (hint,) = await hints(world)
    assert hint.anonymous
    async with world.deps.read() as session:  # whoever answers the cry must see it
        kept = select(Inbound.sender).where(col(Inbound.intent) == "plea")
        assert (await session.execute(kept)).scalars().all() == ["li"]


async def test_a_resident_who_is_forgotten_leaves_the_hazard_alone(world: World) -> None:
    await world.say("oReader1", f"隐患 柳湾村{SAID}", platform=Platform.oa)
    await world.say("oReader1", "匿名举报 柳湾村消防通道堵了", platform=Platform.oa)
    async with world.deps.begin() as session:
        follower = (await session.execute(select(Follower))).scalar_one()
        await erase(session, follower, world.clock.now())
    one, two = await hints(world)
    assert (one.by, one.follower_id, one.conversation_id) == ("follower:erased", None, None)
    assert (one.words, two.words) == (f"柳湾村{SAID}", "柳湾村消防通道堵了")
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint).where(col(Hint.id) == two.id))).scalar_one()
        at, areas = world.clock.now(), await tree(session)
        looked = await look_at(session, world.deps.vault, areas, row, why="核实", by="user:chief", at=at)
        assert looked.name == "已按本人要求删除，没有人知道了"
        told = await decline(session, world.deps.settings, world.deps.vault, row, word="不是", by="user:officer", at=at)
        assert (told, row.state) == (False, State.declined)
