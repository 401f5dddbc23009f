"""公众号群发 at the desk: what it would come to stands first, one asks and another agrees, red takes a character."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col

from bot.access.models import Role
from bot.directory.models import Address, Area, Person
from broadcasts.dispatch.masses.following import owing
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.masses.poll import poll_due
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.queries import of_alert
from broadcasts.hazards.grades import Grade
from tests.both_ways import FOLLOWERS, BothWays, both_ways
from tests.console.browser import Browser, add, browser, console

MUTE = {"oa": {"mute": True}}  # the platform tells nothing by itself


class Room:
    """Three accounts at their own browsers, over a county whose account may send to many."""

    def __init__(self, both: BothWays, server: TestServer, stack: AsyncExitStack) -> None:
        self.both, self._server, self._stack = both, server, stack

    async def sits(self, name: str, role: Role, town: str = "") -> Browser:
        deps = self.both.world.deps
        async with deps.read() as session:
            area = await session.scalar(sa.select(col(Area.id)).where(col(Area.name) == town)) if town else None
        await add(deps, name, role, area=area)
        made = await self._stack.enter_async_context(browser(self._server))
        await made.sign_in(name)
        return made

    async def issue(self, grade: Grade = Grade.red) -> tuple[str, str]:
        """The alert's page, and the one of its mass send."""
        got = await self.both.world.issue(grade=grade)
        alert = got.taken[0].alert
        async with self.both.world.deps.read() as session:
            sent = (await of_alert(session, alert.id))[-1]
        return f"/console/alerts/{alert.uid}", f"/console/broadcasts/{sent.id}/mass"

    async def press(self, one: Browser, page: str, do: str, **fields: str) -> int:
        """Open the page, and send one of its forms with what stands in it."""
        await one.open(page)
        size = re.search(r'name="size" value="(\d*)"', one.text)
        whom = re.search(r'name="whom" value="(\w+)"', one.text)
        last = re.search(r'name="last" value="([^"]*)"', one.text)
        held = {"size": size[1] if size else "", "whom": whom[1] if whom else "", "last": last[1] if last else ""}
        await one.send(page.partition("?")[0], do=do, **(held | fields))
        await self.both.world.work()
        return one.status

    async def read(self, phone: str, word: str) -> int:
        """How many texts that begin so are on a follower's phone."""
        return len([text for text in await self.both.world.phone(phone) if text.startswith(word)])

    async def batches(self) -> int:
        async with self.both.world.deps.read() as session:
            wanted = sa.select(sa.func.count()).select_from(Batch).where(sa.text("batch.audience IS NOT NULL"))
            return int(await session.scalar(wanted) or 0)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with both_ways(tmp_path, oa_template_id="", oa_mass="true") as both, AsyncExitStack() as stack:
        for phone in FOLLOWERS:
            await both.act(phone, "follow")
        server = await stack.enter_async_context(console(both.world.deps))
        yield Room(both, server, stack)


async def test_red_goes_out_by_one_officer_who_types_the_countys_first_character(room: Room) -> None:
    async with room.both.world.http.post(f"{room.both.world.base}/_sim/standing", json=MUTE) as answer:
        assert answer.status == 200
    officer = await room.sits("officer", Role.officer)
    alert, mass = await room.issue()
    assert "公众号群发" in await officer.open(alert)
    shown = await officer.open(mass)
    assert "可以向 3 人群发红色暴雨" in shown
    assert "3 人 ÷ 每次 10,000 人 ＝ 1 次" in shown
    assert '<dd class="num">100<span class="of">/100</span></dd>' in shown
    assert "过去3小时已出现强暴雨" in shown
    assert "向 3 人群发红色暴雨</button>" in shown
    assert await room.press(officer, mass, "ask") == 422
    assert "第一个字“青”" in officer.text
    assert await room.press(officer, mass, "ask", first="青", size="2") == 422
    assert "人数变了：原来 2 人，现在 3 人" in officer.text
    assert await room.batches() == 0
    assert await room.press(officer, mass, "ask", first="青") == 200
    assert officer.where == alert
    assert len([t for t in await room.both.world.phone("zhang") if t.startswith("红色暴雨")]) == 1
    await officer.send(mass, do="ask", whom="all", size="3", first="青", last="")  # the same page: a double tap
    assert "刚才已经提过一次群发" in officer.text
    assert await room.batches() == 1
    page = await officer.open(alert)
    assert "公众号群发 3 人" in page
    assert "3 人平台已接收，还没有说结果" in page
    assert "99<span" in await officer.open(mass)
    room.both.world.clock.turn(36 * 60)
    assert await poll_due(room.both.world.deps) == 1
    page = await officer.open(alert)
    assert "3 人平台说送到了" in page
    assert "还没有说结果" not in page


async def test_orange_waits_for_another_hand(room: Room) -> None:
    officer, leader = await room.sits("officer", Role.officer), await room.sits("leader", Role.leader)
    alert, mass = await room.issue(Grade.orange)
    assert "提出向 3 人群发，等人同意" in await officer.open(mass)
    assert await room.press(officer, mass, "ask") == 200
    assert "等人同意" in await leader.open(alert)
    assert await room.press(officer, mass, "agree", first="青") == 403
    assert await room.press(leader, mass, "agree") == 422
    assert await room.batches() == 0
    assert await room.press(leader, mass, "agree", first="青") == 200
    assert await room.batches() == 1
    assert "officer" in await leader.open(alert)
    assert await room.press(leader, mass, "agree", first="青") == 409


async def test_a_leader_does_not_agree_to_his_own(room: Room) -> None:
    leader = await room.sits("leader", Role.leader)
    _, mass = await room.issue(Grade.orange)
    assert await room.press(leader, mass, "ask") == 200
    assert "同意，向" not in await leader.open(mass)
    assert await room.press(leader, mass, "agree", first="青") == 422
    assert "您自己提出的" in leader.text
    assert await room.press(leader, mass, "decline", word="") == 422
    assert await room.press(leader, mass, "decline", word="先用模板消息") == 200
    assert "自己收回了：先用模板消息" in await leader.open(mass)
    assert await room.batches() == 0


async def test_others_do_not_decide(room: Room) -> None:
    viewer, officer = await room.sits("viewer", Role.viewer), await room.sits("officer", Role.officer)
    town, approver = await room.sits("town", Role.officer, "柳湾镇"), await room.sits("approver", Role.approver)
    alert, mass = await room.issue()
    await viewer.open(mass)
    assert viewer.status == 403
    await town.open(mass)
    assert town.status == 404
    assert await room.press(approver, mass, "ask", first="青") == 403
    await officer.open(mass)
    await officer.send(mass, csrf="made-up", do="ask", first="青", size="3")
    assert officer.status == 403
    assert await room.batches() == 0
    await officer.open(alert)


async def test_somebody_looks_at_it_first(room: Room) -> None:
    officer = await room.sits("officer", Role.officer)
    async with room.both.world.deps.begin() as session:
        liu = await session.scalar(sa.select(col(Person.id)).where(col(Person.key) == "liu")) or 0
        session.add(Address(person_id=liu, channel="oa", value="wu", folded="wu"))
    _, mass = await room.issue()
    assert "刘洋" in await officer.open(mass)
    assert await room.press(officer, mass, "preview", who=str(liu)) == 200
    assert "已发到 刘洋 的手机" in officer.text
    assert [len([t for t in await room.both.world.phone(p) if "红色暴雨" in t]) for p in ("wu", "zhang")] == [1, 0]
    assert await room.batches() == 0
    assert await room.press(officer, mass, "preview", who="77") == 422


async def test_to_all_shows_that_an_administrator_must_confirm(room: Room) -> None:
    officer = await room.sits("officer", Role.officer)
    standing = {"oa": {"protected": True}}
    async with room.both.world.http.post(f"{room.both.world.base}/_sim/standing", json=standing) as answer:
        assert answer.status == 200
    alert, mass = await room.issue()
    assert "群发保护" in await officer.open(f"{mass}?whom=all")
    assert await room.press(officer, f"{mass}?whom=all", "ask", first="青") == 200
    assert "请管理员在" in await officer.open(alert)
    assert [t for t in await room.both.world.phone("zhang") if t.startswith("红色")] == []


async def test_nobody_offers_what_is_not_open(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both, AsyncExitStack() as stack:
        server = await stack.enter_async_context(console(both.world.deps))
        room = Room(both, server, stack)
        officer = await room.sits("officer", Role.officer)
        alert, mass = await room.issue()
        assert "公众号群发" not in await officer.open(alert)
        assert "请管理员填 SIGNALTREE_OA_MASS" in await officer.open(mass)


async def tag(room: Room, name: str, *openids: str) -> int:
    """The account's administrator makes a tag and puts followers under it."""
    base, http = room.both.world.base, room.both.world.http
    settings = room.both.world.deps.settings
    asked = {"grant_type": "client_credential", "appid": settings.oa_app_id, "secret": settings.oa_secret}
    async with http.post(f"{base}/cgi-bin/stable_token", json=asked) as answer:
        token = (await answer.json())["access_token"]
    async with http.post(f"{base}/cgi-bin/tags/create?access_token={token}", json={"tag": {"name": name}}) as answer:
        number: int = (await answer.json())["tag"]["id"]
    body = {"tagid": number, "openid_list": list(openids)}
    async with http.post(f"{base}/cgi-bin/tags/members/batchtagging?access_token={token}", json=body) as answer:
        assert (await answer.json())["errcode"] == 0
    return number


async def test_a_tag_is_chosen_with_the_platforms_number_and_goes_in_one_call(room: Room) -> None:
    number = await tag(room, "河边住户", "zhang", "wu")
    stranger = {"followers": [{"openid": "old", "name": "老关注者", "followed": True}]}
    async with room.both.world.http.post(f"{room.both.world.base}/_sim/world", json=stranger) as answer:
        assert answer.status == 200, await answer.text()
    other = await tag(room, "老关注者", "old", "qian")
    officer = await room.sits("officer", Role.officer)
    alert, mass = await room.issue()
    shown = await officer.open(f"{mass}?whom=tag")
    assert "选一个标签" in shown
    assert "河边住户（2 人）" in shown
    assert "群发红色暴雨</button>" not in shown
    shown = await officer.open(f"{mass}?whom=tag&tag={other}")
    assert "可以向 2 人群发红色暴雨" in shown
    assert '<dd class="num">1<span class="of">/2</span></dd>' in shown  # one follows since before this desk was there
    await officer.open(f"{mass}?whom=tag&tag=77")
    assert "这个标签在公众号后台找不到了" in officer.text
    await officer.open(f"{mass}?whom=tag&tag={number}")
    page = f"{mass}?whom=tag&tag={number}"
    assert await room.press(officer, page, "ask", first="青", tag=str(other), size="3") == 422
    assert "人数变了" in officer.text
    assert await room.press(officer, page, "ask", first="青", tag=str(number)) == 200
    assert [await room.read(phone, "红色暴雨") for phone in FOLLOWERS] == [1, 1, 0]
    assert "公众号群发 2 人" in await officer.open(alert)
    assert "一个标签下的人：河边住户" in officer.text
    async with room.both.world.deps.read() as session:
        batch = (await session.execute(sa.select(Batch).where(sa.text("batch.audience IS NOT NULL")))).scalar_one()
    assert (batch.size, batch.members, len(decoded(batch.audience or b""))) == (2, str(number), 2)
    counts = await room.both.world.counts()
    assert (counts["calls"]["mass_all"], counts["calls"].get("mass", 0)) == (1, 0)


async def test_a_tag_that_waits_for_a_second_hand_is_asked_of_the_platform_again(room: Room) -> None:
    number = await tag(room, "河边住户", "zhang", "wu")
    officer, leader = await room.sits("officer", Role.officer), await room.sits("leader", Role.leader)
    _, mass = await room.issue(Grade.orange)
    assert await room.press(officer, f"{mass}?whom=tag&tag={number}", "ask", tag=str(number)) == 200
    assert "等另一个人同意：向 2 人群发橙色暴雨" in await leader.open(mass)
    assert await room.press(leader, mass, "agree", first="青", tag=str(number)) == 200
    assert [await room.read(phone, "橙色暴雨") for phone in FOLLOWERS] == [1, 1, 0]


async def test_without_tags_and_without_the_platform_that_is_said(room: Room) -> None:
    officer = await room.sits("officer", Role.officer)
    _, mass = await room.issue()
    assert "公众号还没有标签" in await officer.open(f"{mass}?whom=tag")
    await tag(room, "河边住户", "zhang")
    await room.both.world.fault(endpoint="tag_get", kind="errcode", code=42001, times=1)
    assert "河边住户（1 人）" in await officer.open(f"{mass}?whom=tag")  # with another token
    await room.both.world.fault(endpoint="mass_all", kind="errcode", code=45159, times=1)
    page = f"{mass}?whom=tag&tag=100"
    assert await room.press(officer, page, "ask", first="青", tag="100") == 200
    assert "公众号里没有这个标签了" in await officer.open(officer.where)
    await room.both.world.fault(endpoint="tag_get", kind="errcode", code=48001, times=9)
    assert "读不到公众号的标签" in await officer.open(f"{mass}?whom=tag")


async def test_the_all_clear_of_a_mass_send_is_the_desks_next_action(room: Room) -> None:
    officer, leader = await room.sits("officer", Role.officer), await room.sits("leader", Role.leader)
    world = room.both.world
    got = await world.issue(identifier="52992641600000_1", grade=Grade.red)
    alert = f"/console/alerts/{got.taken[0].alert.uid}"
    mass = re.search(r'href="(/console/broadcasts/[^"]+/mass)"', await officer.open(alert))
    assert mass
    assert await room.press(officer, mass[1], "ask", first="青") == 200
    await world.issue(identifier="52992641600000_2", refers="52992641600000_1", msg_type="Cancel", hours=None)
    await owing.sweep_due(world.deps, world.clock.now())
    tonight = await leader.open("/console/")
    assert "<h1>请决定群发：解除红色暴雨，给群发时告诉过的人，向 3 人，1 次调用，发完今天还能发 98 次</h1>" in tonight
    clear = re.search(r'href="(/console/broadcasts/[^"]+/mass)"', tonight)
    assert clear
    shown = await leader.open(clear[1])
    assert "等另一个人同意：向 3 人群发解除红色暴雨" in shown
    assert "系统" in shown
    assert "上一条是群发的，解除也要让同样的人知道" in shown
    assert "同意，向 3 人群发解除红色暴雨" in await officer.open(clear[1])  # of red the officer's own word is enough
    assert await room.press(leader, clear[1], "agree", first="青") == 200
    assert [await room.read(phone, "解除 红色暴雨") for phone in FOLLOWERS] == [1, 1, 1]
    assert "请决定群发" not in await leader.open("/console/")


async def test_the_page_of_a_recall_asks_for_a_correction(room: Room) -> None:
    officer, leader = await room.sits("officer", Role.officer), await room.sits("leader", Role.leader)
    alert, mass = await room.issue()
    assert await room.press(officer, mass, "ask", first="青") == 200
    recall = mass.replace("/mass", "/recall")
    assert "群发的文字平台删不掉" in await officer.open(recall)
    await officer.send(recall, word="地方写错了")
    assert officer.where == alert
    assert "等人同意：3 人" in officer.text
    shown = await leader.open(mass)
    assert "更正 红色暴雨 青崖县 发错了" in shown
    assert "只能再群发一条更正" in shown
    assert await room.press(leader, mass, "agree", first="青") == 200
    assert (await room.both.world.phone("zhang"))[-1].startswith("更正 红色暴雨 青崖县 发错了")


async def test_the_countys_rows_are_written_with_a_basis(room: Room) -> None:
    officer, admin = await room.sits("officer", Role.officer), await room.sits("admin", Role.admin)
    page = "/console/mass-rules"
    assert "每次都等人同意" in await officer.open(page)
    assert "添加一条" not in officer.text
    await officer.send(page, grade="red", alone="y", basis="县防指〔2026〕3号")
    assert officer.status == 403
    assert "/console/mass-rules" in await admin.open("/console/rules")
    await admin.open(page)
    await admin.send(page, grade="orange", message="", alone="y", basis="县防指〔2026〕3号")
    assert "只有红色可以自动群发" in admin.text
    await admin.send(page, grade="red", message="all-clear", basis="县防指〔2026〕3号")
    assert "请勾自动群发" in admin.text
    await admin.send(page, grade="red", message="all-clear", alone="y", pointers="500", basis="县防指〔2026〕3号")
    assert "红色的解除：自动群发，不等人同意；本月满 4 次的人在 500 以内，改发模板消息" in admin.text
    found = re.search(r'action="(/console/mass-rules/\d+/end)"', admin.text)
    assert found
    await admin.send(found[1])
    assert "已停用 1 条" in admin.text
