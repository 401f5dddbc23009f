"""What waits for a person, decided in the console."""

import re
from datetime import timedelta

import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role, User
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from broadcasts.release.holds import open_hold, open_holds
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from tests.console.browser import Browser, add, browser
from tests.places import area
from tests.world import World


async def stale(world: World, *places: str) -> str:
    """A red warning that came late waits; the address of its page."""
    await world.issue(
        sent=world.clock.now() - timedelta(hours=3), hours=6, places=places or ("青崖县",), identifier=f"x{places}"
    )
    async with world.deps.read() as session:
        return f"/console/held/{(await open_holds(session))[-1].uid}"


async def test_what_is_released_reaches_the_phones(world: World, officer: Browser) -> None:
    path = await stale(world)
    assert "决定发不发：红色暴雨" in await officer.open("/console/")
    shown = await officer.open(path)
    assert "向 4 个群、6 人发布红色暴雨" in shown
    assert "发布时间已经过去很久" in shown
    await officer.send(path, do="release", first="青")
    assert officer.where.startswith("/console/alerts/")
    await world.work()
    assert (await world.phone("li"))[0].startswith("红色暴雨 青崖县")
    await officer.open(path)
    assert "放行：红色暴雨" in officer.text


async def test_the_most_pressing_stands_first_whenever_it_came(world: World, officer: Browser) -> None:
    await stale(world)
    await world.say("li", "三组路断了，没人伤")
    await world.say("zhou", "上坪村有人被困")
    await world.say("chen", "石门村死亡6人，失踪5人")
    shown = await officer.open("/console/held")
    assert "最急：死亡失踪 11 人" in shown
    async with world.deps.read() as session:
        by_uid = {hold.uid: hold.reason for hold in await open_holds(session)}
    first, *rows = re.findall(r'href="/console/held/([0-9a-f-]{36})"', shown)
    assert by_uid[first] == "grave"
    reasons = list(dict.fromkeys(by_uid[uid] for uid in rows))
    assert reasons == ["grave", "plea", "stale", "report"]


async def test_red_asks_once_more(world: World, officer: Browser) -> None:
    path = await stale(world)
    await officer.open(path)
    assert "红色要再确认一次" in await officer.send(path, do="release", first="红")
    await world.work()
    assert await world.phone("li") == []


async def test_not_sending_needs_a_word_and_only_the_first_decides(
    world: World, officer: Browser, server: TestServer
) -> None:
    path = await stale(world)
    await officer.open(path)
    assert "请写一句为什么不发" in await officer.send(path, do="refuse", word=" ")
    async with browser(server) as other:
        await other.sign_in("second")
        await other.open(path)
        await officer.send(path, do="refuse", word="已经过去")
        assert officer.where.startswith("/console/alerts/")
        assert "已经有人先办了" in await other.send(path, do="release", first="青")
        assert other.status == 409
    await world.work()
    assert await world.phone("li") == []


async def test_a_viewer_sees_and_does_not_decide(world: World, viewer: Browser) -> None:
    path = await stale(world)
    assert "您可以看，不能决定" in await viewer.open(path)
    await viewer.send(path, do="release", first="青")
    assert viewer.status == 403
    assert "没有权限" in viewer.text


async def test_a_form_without_the_sessions_word_is_refused(world: World, officer: Browser) -> None:
    path = await stale(world)
    await officer.open(path)
    await officer.send(path, csrf="forged", do="release", first="青")
    assert officer.status == 403
    async with officer.client.post(path, data={}, headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 403


async def test_a_towns_officer_decides_what_lies_in_the_town(world: World, server: TestServer) -> None:
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    county, own, other = await stale(world), await stale(world, "柳湾村"), await stale(world, "石门乡")
    async with browser(server) as made:
        await made.sign_in("town")
        assert "您可以看，不能决定" in await made.open(county)
        await made.send(county, do="refuse", word="不")
        assert made.status == 403
        await made.open(other)
        assert made.status == 404
        assert other not in await made.open("/console/held")
        await made.open(own)
        await made.send(own, do="refuse", word="已经过去")
        assert made.status == 200
        await made.open("/console/unread")
        assert made.status == 403


async def test_an_unreadable_text_is_shown_as_it_came_and_acknowledged(world: World, officer: Browser) -> None:
    await world.receive(b"<alert><script>alert(1)</script>\x00\xff")
    assert "看一看读不懂的内容" in await officer.open("/console/")
    async with world.deps.read() as session:
        (hold,) = (await session.execute(select(Hold))).scalars()
    path = f"/console/held/{hold.uid}"
    shown = await officer.open(path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    await officer.send(path, do="release")
    assert officer.status == 400
    await officer.open(path)
    await officer.send(path, do="seen")
    assert "一切平静" in officer.text
    assert "&lt;script&gt;" in await officer.open("/console/unread")


async def test_two_sources_that_differ_are_compared(world: World, officer: Browser) -> None:
    await world.issue(identifier="one")
    await world.issue(identifier="one", grade=Grade.orange)
    assert "<h1>核对两个来源：红色暴雨</h1>" in await officer.open("/console/")


async def test_who_says_who_they_are_is_compared_on_the_page_of_bindings(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        await open_hold(session, Reason.binding, about="binding:1", said="", by="test", at=world.clock.now())
        (hold,) = await open_holds(session)
    shown = await officer.open("/console/")
    assert '<h1>有人要绑定身份，请核对</h1><a class="button" href="/console/bindings">去核对</a>' in shown
    assert "<h1>有人要绑定身份，请核对</h1>" in await officer.open(f"/console/held/{hold.uid}")


async def typed_in(world: World, by: str) -> str:
    """The address of the hold of a warning that `by` typed in and nobody compared."""
    at = world.clock.now()
    info = Info("zh-CN", "雷电", "11B14", Grade.orange, sender_name="青崖县气象台", headline="青崖县气象台发布雷电预警")
    typed = Message(Form.paste, "typed", "青崖县气象台", at, (info,), raw="原文".encode())
    async with world.deps.begin() as session:
        await take_one(session, world.deps.settings, typed, Way(by), at=at)
        return f"/console/held/{(await open_holds(session))[-1].uid}"


async def test_who_typed_it_in_does_not_let_it_out(world: World, officer: Browser, server: TestServer) -> None:
    path = await typed_in(world, "user:officer")
    shown = await officer.open(path)
    assert "这条是您录入的，录入的人不能自己放行。" in shown
    assert "second、刘洋、孙和平" in shown
    assert "放行橙色雷电" not in shown
    assert "要由另一个人对照原文后放行" in await officer.send(path, do="release")
    assert officer.status == 403
    await world.work()
    assert await world.phone("li") == []
    async with browser(server) as other:
        await other.sign_in("second")
        assert "officer录入。请先对照发布单位的原件" in await other.open(path)
        await other.send(path, do="release")
        assert other.where.startswith("/console/alerts/")


async def test_the_only_one_who_could_is_told_so(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(User).where(col(User.name) != "officer").values(disabled_at=world.clock.now()))
    assert "现在没有别的账号可以放行" in await officer.open(await typed_in(world, "user:officer"))


async def test_an_approver_decides_what_is_sent_and_nothing_else(world: World, server: TestServer) -> None:
    await add(world.deps, "approver", Role.approver)
    path = await stale(world)
    async with browser(server) as made:
        await made.sign_in("approver")
        await made.open(path)
        await made.send(path, do="release", first="青")
        assert made.where.startswith("/console/alerts/")
        await world.receive(b"<alert>")
        async with world.deps.read() as session:
            unread = f"/console/held/{(await open_holds(session))[-1].uid}"
        assert "您可以看，不能决定" in await made.open(unread)
        await made.send(unread, do="seen")
        assert made.status == 403


async def test_the_page_of_an_older_text_names_the_newer_one_that_waits_too(world: World, officer: Browser) -> None:
    older = await stale(world)
    late = world.clock.now() - timedelta(minutes=150)
    await world.issue("暴雨", sent=late, hours=6, refers="x()", msg_type="Update", identifier="y")
    async with world.deps.read() as session:
        newer = f"/console/held/{(await open_holds(session))[-1].uid}"
    assert f'href="{newer}"' in await officer.open(older)
    assert "同一件事后面又来了一条" in officer.text
    assert "同一件事后面又来了一条" not in await officer.open(newer)


async def test_an_update_that_was_not_sent_is_seen_by_the_officer(world: World, officer: Browser) -> None:
    await world.issue(hours=None, identifier="x")
    sent = world.clock.now() - timedelta(minutes=15)
    await world.issue(hours=-0.1, refers="x", msg_type="Update", identifier="y", sent=sent)
    async with world.deps.read() as session:
        (path,) = [f"/console/held/{one.uid}" for one in await open_holds(session) if one.reason == Reason.not_sent]
    assert "更新了红色暴雨" in await officer.open(path)
    await officer.send(path, do="seen")
    await officer.open(path)
    assert "已知晓" in officer.text
