"""Alerts and their sendings as the duty room sees them."""

import codecs
import csv
import json
from datetime import timedelta

import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role, User
from bot.directory.models import Person
from bot.directory.queries import area_of_code
from bot.record.models import Entry
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from broadcasts.release.holds import open_holds
from tests.console.browser import Browser, add, browser
from tests.console.test_held import typed_in
from tests.world import PLACES, World


async def test_the_page_says_how_it_stands_and_quotes_word_for_word(world: World, officer: Browser) -> None:
    got = await world.issue(text="第一行<script>alert(1)</script>\n第二行 & 更多")
    shown = await officer.open(f"/console/alerts/{got.taken[0].alert.uid}")
    assert "等应答：红色暴雨，0/6" in shown
    assert "第一行&lt;script&gt;alert(1)&lt;/script&gt;\n第二行 &amp; 更多" in shown
    assert "<script>alert" not in shown
    assert '10<span class="of">/10</span>' in shown
    assert "原文，一字未改" in shown
    world.clock.turn(timedelta(hours=4).total_seconds())
    assert "已结束：红色暴雨" in await officer.open(f"/console/alerts/{got.taken[0].alert.uid}")


async def test_who_was_not_reached_stands_there_and_in_the_file_and_looking_is_recorded(
    world: World, officer: Browser
) -> None:
    await world.gone("li")
    got = await world.issue()
    shown = await officer.open(f"/console/alerts/{got.taken[0].alert.uid}")
    assert "1 份没有送到：红色暴雨" in shown
    assert "李秀英" in shown
    async with world.deps.read() as session:
        (sent,) = (await session.execute(select(Broadcast).where(Broadcast.subject == ""))).scalars()
    page = await officer.open(f"/console/broadcasts/{sent.id}/unreached")
    assert "企业微信里没有这个人" in page
    async with officer.client.get(f"/console/broadcasts/{sent.id}/unreached.csv") as response:
        raw = await response.read()
    assert raw.startswith(codecs.BOM_UTF8)
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows[1][:3] == ["人", "李秀英", "柳湾村"]
    async with world.deps.read() as session:
        actions = {e.action for e in (await session.execute(select(Entry))).scalars() if e.subject == sent.id}
    assert {"unreached.looked", "unreached.exported"} <= actions


async def test_a_town_sees_its_own_people_only(world: World, server: TestServer) -> None:
    await world.gone("li")
    got = await world.issue()
    async with world.deps.read() as session:
        town = await area_of_code(session, PLACES["石门乡"][0])
        (sent,) = (await session.execute(select(Broadcast).where(Broadcast.subject == ""))).scalars()
    assert town is not None
    await add(world.deps, "town", Role.officer, area=town.id)
    elsewhere = await world.issue("雷电", "11B14", places=("柳湾村",), identifier="elsewhere")
    async with browser(server) as made:
        await made.sign_in("town")
        assert "李秀英" not in await made.open(f"/console/alerts/{got.taken[0].alert.uid}")
        assert "柳湾镇" not in made.text
        assert "李秀英" not in await made.open(f"/console/broadcasts/{sent.id}/unreached")
        listed = await made.open("/console/alerts")
        assert got.taken[0].alert.uid in listed
        assert elsewhere.taken[0].alert.uid not in listed
        await made.open(f"/console/alerts/{elsewhere.taken[0].alert.uid}")
        assert made.status == 404


async def test_the_list_is_narrowed_and_paged(world: World, officer: Browser) -> None:
    uids = []
    for n in range(32):
        got = await world.issue("雷电", "11B14", Grade.blue, places=("石门村",), identifier=f"n{n}")
        uids.append(got.taken[0].alert.uid)
    red = (await world.issue(identifier="red")).taken[0].alert.uid
    first = await officer.open("/console/alerts")
    assert red in first
    assert uids[0] not in first
    assert "更早的" in first
    onward = first.split('href="/console/alerts?')[1].split('"')[0].replace("&amp;", "&")
    second = await officer.open(f"/console/alerts?{onward}")
    assert uids[0] in second
    assert "更早的" not in second
    only = await officer.open("/console/alerts?grade=red&standing=force&text=暴雨")
    assert red in only
    assert uids[-1] not in only
    assert "没有这样的预警" in await officer.open("/console/alerts?text=%25&standing=nonsense&before=x")


async def test_what_was_typed_in_is_checked_by_a_second_person(
    world: World, officer: Browser, server: TestServer
) -> None:
    at = world.clock.now()
    info = Info(
        "zh-CN", "暴雨", "11B03", Grade.red, sender_name="青崖县气象台", headline="青崖县气象台发布暴雨红色预警"
    )
    typed = Message(Form.paste, "typed", "青崖县气象台", at, (info,), raw="原文".encode())
    async with world.deps.begin() as session:
        got = await take_one(session, world.deps.settings, typed, Way("user:officer", confirmed=True), at=at)
    path = f"/console/alerts/{got.taken[0].alert.uid}"
    assert "是您录入的，要请另一个人核对" in await officer.open(path)
    await officer.send(f"{path}/checked")
    assert officer.status == 403
    async with browser(server) as other:
        await other.sign_in("second")
        assert "已核对原文" in await other.open(path)
        await other.send(f"{path}/checked")
        assert "人工录入，还没有第二个人核对" not in other.text


async def test_another_login_of_the_same_person_is_no_second_person(
    world: World, officer: Browser, server: TestServer
) -> None:
    for name in ("suna", "sunb"):
        await add(world.deps, name, Role.officer)
    async with world.deps.begin() as session:
        sun = sa.select(col(Person.id)).where(col(Person.key) == "sun").scalar_subquery()
        await session.execute(sa.update(User).where(col(User.name).in_(["suna", "sunb"])).values(person_id=sun))
    path = await typed_in(world, "user:suna")
    async with world.deps.read() as session:
        alert = (await session.execute(select(Alert))).scalar_one()
    here = f"/console/alerts/{alert.uid}"
    async with browser(server) as other:
        await other.sign_in("sunb")
        assert "是您录入的，要请另一个人核对" in await other.open(here)
        await other.send(f"{here}/checked")
        assert other.status == 403
        await other.open(path)
        await other.send(path, do="release")
        assert other.status == 403
        assert "已核对原文" in await officer.open(here)
        await officer.send(f"{here}/checked")
        assert "人工录入，还没有第二个人核对" not in officer.text


async def test_questions_are_asked_until_somebody_says_that_they_are_answered(world: World, officer: Browser) -> None:
    await world.issue("雷电", "11B14", Grade.orange, hours=None)
    assert "发出以后请核对：橙色雷电" in await officer.open("/console/")
    async with world.deps.read() as session:
        (waiting,) = await open_holds(session)
    assert "原文没有写到什么时候为止" in await officer.open(f"/console/held/{waiting.uid}")
    await officer.send(f"/console/held/{waiting.uid}", do="seen")
    assert "等应答：橙色雷电，0/6" in officer.text


async def test_what_was_odd_in_a_message_stands_beside_it(world: World, officer: Browser) -> None:
    got = await world.issue(text="请<b>转移</b>")
    assert "读的时候发现" not in await officer.open(f"/console/alerts/{got.taken[0].alert.uid}")
    item = {"identifier": "odd", "sender": "青崖县气象台", "sent": world.clock.now().isoformat(), "event": "雷电"}
    raw = {**item, "colour": "orange", "headline": "发布雷电", "description": "请<b>进屋</b>", "area_codes": ["529926"]}
    odd = await world.receive(json.dumps(raw).encode())
    shown = await officer.open(f"/console/alerts/{odd.taken[0].alert.uid}")
    assert "读的时候发现" in shown
    assert "请&lt;b&gt;进屋&lt;/b&gt;" in shown
    assert "<b>进屋" not in shown
