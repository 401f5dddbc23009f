"""The desk: accept, give to somebody who is not the reporter, look at what was done, close; the late ones first."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer
from python_calamine import CalamineWorkbook
from sqlmodel import col

from bot.access.models import Role, User
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.models import Entry
from handlers.console.hints.listing import EXPORTED
from handlers.hints.deciding.decide import Decided, accept
from handlers.hints.export import HEAD
from handlers.hints.models import Hint, State
from handlers.wechat.models import Platform
from tests.console.browser import Browser, add, browser, console
from tests.hints.told import accepted, assigned, hints, person, steps
from tests.places import area
from tests.world import PLACES, World


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    await add(world.deps, "viewer", Role.viewer)
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


async def test_from_the_village_to_the_end_on_the_desk(world: World, officer: Browser) -> None:
    await world.say("zhou", "隐患 柳湾村三组电线杆歪了")
    (hint,) = await hints(world)
    here = f"/console/hints/{hint.uid}"
    shown = await officer.open("/console/")
    assert "受理隐患 QY0712-H01" in shown
    shown = await officer.open(here)
    assert "像是安全生产，来自：<mark>电线杆</mark>" in shown
    await officer.send(here, do="accept", domain="safety", severity="")
    assert (officer.status, "请选哪一类隐患、有多重" in officer.text) == (422, True)
    await officer.send(here, do="accept", domain="safety", severity="grave", word="马上办")
    assert "已告诉报的人" in officer.text
    assert "3 天，依据 系统默认，待县里确认" in officer.text
    li, zhou = await person(world, "li"), await person(world, "zhou")
    assert (li.uid in officer.text, zhou.uid in officer.text) == (True, False)  # 报办分离
    await officer.send(here, do="assign", person=zhou.uid, measures="换电杆")
    assert (officer.status, "报和办要分开" in officer.text) == (422, True)
    assert "换电杆" in officer.text  # what was typed is kept
    await officer.send(here, do="assign", person=li.uid, measures="换电杆", due="2020-01-01")
    assert (officer.status, "一年以内" in officer.text) == (422, True)
    await officer.send(here, do="assign", person=li.uid, measures="换电杆", plan="拉警戒线")
    await world.work()
    assert (await world.phone("li"))[-1].startswith("请整改 QY0712-H01")
    assert "7月15日下午5:30前办好" in (await world.phone("zhou"))[-1]
    await world.say("li", "办好了 QY0712-H01 换了新的")
    await officer.open(here)
    await officer.send(here, do="reject", word="拉线没有拆")
    await world.work()
    assert (await world.phone("li"))[-1].startswith("QY0712-H01 验收没有通过：拉线没有拆")
    await world.say("li", "办好了，拉线拆了")
    await officer.open(here)
    await officer.send(here, do="close", word="谢谢", reward="1")
    await world.work()
    assert (await world.phone("zhou"))[-1] == (
        "QY0712-H01 已办结：整改好了，验收过了。值班员说：谢谢。这一条有奖励，值班室会和您联系。谢谢您。"
    )
    (hint,) = await hints(world)
    assert (hint.state, hint.reward, hint.result) == (
        State.closed, True, "办好了 QY0712-H01 换了新的\n办好了，拉线拆了",
    )  # fmt: skip
    assert await steps(world, hint) == [
        "filed", "accepted", "assigned", "done", "unchecked", "rejected", "done", "unchecked", "closed",
    ]  # fmt: skip
    shown = await officer.open("/console/hints")
    assert '<dt>销号</dt><dd>1<span class="of">/1</span>' in shown
    assert '<dt>按时办好</dt><dd>1<span class="of">/1</span>' in shown


async def test_whoever_mended_it_does_not_look_at_it(world: World, officer: Browser) -> None:
    await world.say("zhou", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "li")
    await world.say("li", "办好了，换了")
    li = await person(world, "li")
    async with world.deps.begin() as session:  # the officer's login is that person's
        await session.execute(sa.update(User).where(col(User.name) == "officer").values(person_id=li.id))
    await officer.open(f"/console/hints/{hint.uid}")
    for do in ("close", "reject"):
        await officer.send(f"/console/hints/{hint.uid}", do=do, word="好")
        assert (officer.status, "不能验收自己办的" in officer.text) == (422, True)
    (hint,) = await hints(world)
    assert hint.state is State.done


async def test_what_comes_back_is_mended_by_a_sentence_with_its_number(world: World, officer: Browser) -> None:
    await world.say("li", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    await officer.open(f"/console/hints/{hint.uid}")
    await officer.send(f"/console/hints/{hint.uid}", do="return", word=" ")
    assert (officer.status, "请写一句为什么" in officer.text) == (422, True)
    await officer.send(f"/console/hints/{hint.uid}", do="return", word="是哪一根？")
    await world.work()
    assert (await world.phone("li"))[-1] == "QY0712-H01 请补一下：是哪一根？\n直接回“QY0712-H01”加一句话就行。"
    await world.say("li", "QY0712-H01 桥头第二根")
    (hint,) = await hints(world)
    assert (hint.state, hint.words) == (State.filed, "电线杆歪了\n桥头第二根")


async def test_a_plain_sentence_mends_it_too(world: World, officer: Browser) -> None:
    await world.say("li", "匿名举报 作坊违规电焊")
    (hint,) = await hints(world)
    await officer.open(f"/console/hints/{hint.uid}")
    await officer.send(f"/console/hints/{hint.uid}", do="return", word="哪一家？")
    await world.work()
    await world.say("li", "村西头第三家")
    (hint,) = await hints(world)
    assert (hint.state, hint.words, hint.anonymous) == (State.filed, "作坊违规电焊\n村西头第三家", True)
    assert "李秀英" not in await officer.open("/console/inbox")


async def test_what_is_heard_on_the_telephone_is_typed_in(world: World, server: TestServer) -> None:
    async with browser(server) as town:
        await town.sign_in("town")
        await town.open("/console/hint-typed")
        await town.send("/console/hint-typed", words="井盖没了", where="石门村")
        assert (town.status, "不归您管" in town.text, "井盖没了" in town.text) == (422, True, True)
        await town.send("/console/hint-typed", words="石门村井盖没了")
        assert town.status == 422
        await town.send("/console/hint-typed", words=" ", where="上坪村")
        assert (town.status, "请写一句" in town.text) == (422, True)
        for _ in range(2):
            await town.open("/console/hint-typed")
            await town.send("/console/hint-typed", words="井盖没了", where="上坪村", place="桥头")
        assert (town.status, "受理：柳湾镇上坪村 井盖没了" in town.text) == (200, True)
    (hint,) = await hints(world)
    assert (hint.source, hint.by, hint.place) == ("console", "user:town", "桥头")


async def test_the_same_one_is_joined_and_both_hear_its_end(world: World, officer: Browser) -> None:
    await world.say("zhou", "隐患 柳湾村电线杆歪了")
    await world.say("chen", "隐患 柳湾村桥头电杆要倒")
    one, two = await hints(world)
    await officer.open(f"/console/hints/{two.uid}")
    await officer.send(f"/console/hints/{two.uid}", do="join", number=two.number)
    assert (officer.status, "不能是它自己" in officer.text) == (422, True)
    await officer.send(f"/console/hints/{two.uid}", do="join", number=one.number.lower())
    await world.work()
    assert (await world.phone("chen"))[-1].startswith("QY0712-H02 和 QY0712-H01 是同一件，已并入")
    await accepted(world, one)
    await assigned(world, one, "li")
    await world.say("li", "办好了，换了")
    await officer.open(f"/console/hints/{one.uid}")
    assert "QY0712-H02" in officer.text
    await officer.send(f"/console/hints/{one.uid}", do="close")
    await world.work()
    assert (await world.phone("chen"))[-1].startswith("QY0712-H02 已办结：整改好了，验收过了（和 QY0712-H01 是同一件）")


async def test_what_was_joined_twice_hears_that_there_is_no_end(world: World, officer: Browser) -> None:
    for who, words in (("zhou", "电线杆歪了"), ("chen", "桥头电杆要倒"), ("wang", "电杆斜了")):
        await world.say(who, f"隐患 柳湾村{words}")
    one, two, three = await hints(world)
    for which, other in ((three, two), (two, one)):
        await officer.open(f"/console/hints/{which.uid}")
        await officer.send(f"/console/hints/{which.uid}", do="join", number=other.number)
    await officer.open(f"/console/hints/{one.uid}")
    assert two.number in officer.text
    assert three.number in officer.text
    await officer.send(f"/console/hints/{one.uid}", do="decline", word="是旧杆，已经停用")
    await world.work()
    for phone, hint in (("zhou", one), ("chen", two), ("wang", three)):
        assert (await world.phone(phone))[-1].startswith(f"{hint.number} 没有受理：是旧杆，已经停用")


async def test_the_late_ones_stand_first_and_are_handed_over(world: World, officer: Browser) -> None:
    for words in ("隐患 电线杆歪了", "隐患 井盖没了"):
        await world.say("zhou", words)
    one, two = await hints(world)
    for hint in (one, two):
        await accepted(world, hint, severity="grave")
    await assigned(world, one, "li")
    world.clock.turn(4 * 24 * 3600)
    await officer.open("/console/")
    await officer.sign_in("officer")
    shown = await officer.open("/console/hints")
    assert "1 条超期没有整改：先催 QY0712-H01" in shown
    assert "超期：应在昨天下午5:30前" in shown
    shown = await officer.open("/console/hints?late=1")
    assert (one.number in shown, two.number in shown) == (True, False)
    assert "1 条隐患超期没有整改" in await officer.open("/console/")


async def test_the_list_is_narrowed_by_state_town_and_domain(world: World, officer: Browser) -> None:
    await world.say("li", "隐患 电线杆歪了")
    await world.say("chen", "隐患 消防通道堵了")
    mine, other = await hints(world)
    for query, found in (
        ("state=filed", [True, True]),
        ("state=closed", [False, False]),
        ("domain=fire", [False, True]),
        (f"town={PLACES['柳湾镇'][0]}", [True, False]),
        ("state=nonsense&domain=nonsense&town=nonsense&before=x", [True, True]),
    ):
        shown = await officer.open(f"/console/hints?{query}")
        listed = shown.split('data-fragment="list"')[1]
        assert [mine.number in listed, other.number in listed] == found, query


async def test_a_town_sees_its_own_and_nobody_elses(world: World, server: TestServer) -> None:
    await world.say("li", "隐患 电线杆歪了")
    await world.say("chen", "隐患 井盖没了")
    mine, other = await hints(world)
    async with browser(server) as town:
        await town.sign_in("town")
        shown = await town.open("/console/hints")
        assert (mine.number in shown, other.number in shown) == (True, False)
        shown = await town.open(f"/console/hints?town={PLACES['石门乡'][0]}")
        assert other.number not in shown
        await town.open(f"/console/hints/{other.uid}")
        assert town.status == 404
        await town.open(f"/console/hints/{mine.uid}")
        await town.send(f"/console/hints/{other.uid}", do="accept", domain="fire", severity="minor")
        assert town.status == 404
        await town.send(f"/console/hints/{mine.uid}", do="join", number=other.number)
        assert town.status == 422
        await town.open("/console/hint-deadlines")
        assert town.status == 403


async def test_a_viewer_reads_nobodys_hints(world: World, server: TestServer) -> None:
    await world.say("li", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    async with browser(server) as viewer:
        await viewer.sign_in("viewer")
        await viewer.open("/console/hints")
        assert viewer.status == 403
        await viewer.send(f"/console/hints/{hint.uid}", do="accept", domain="fire", severity="minor")
        assert viewer.status == 403


async def test_a_form_needs_its_csrf_and_an_act_that_we_know(world: World, officer: Browser) -> None:
    await world.say("li", "隐患 电线杆歪了")
    (hint,) = await hints(world)
    here = f"/console/hints/{hint.uid}"
    await officer.send(here, csrf="", do="accept", domain="fire", severity="minor")
    assert officer.status == 403
    await officer.open(here)
    await officer.send(here, do="nonsense")
    assert officer.status == 400
    await officer.open(here)
    await officer.send(here, do="close")
    assert (officer.status, "已经有人先办了" in officer.text) == (409, True)
    (hint,) = await hints(world)
    assert hint.state is State.filed


async def test_the_sheet_has_the_five_items_and_no_formula(world: World, officer: Browser) -> None:
    await world.say("zhou", '隐患 =HYPERLINK("http://x","电线杆歪了")')
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "li", due="2026-07-20")
    async with officer.client.get("/console/hints.xlsx") as answer:
        raw = await answer.read()
    rows = CalamineWorkbook.from_filelike(BytesIO(raw)).get_sheet_by_index(0).to_python()
    assert rows[0] == [*HEAD]
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["原话"] == '=HYPERLINK("http://x","电线杆歪了")'
    assert [line[name] for name in ("责任人", "整改措施", "整改时限", "时限依据", "预案")] == [
        "李秀英", "换一根电线杆", "2026-07-20 17:30", "受理人定的", "拉警戒线，人不要靠近",
    ]  # fmt: skip
    with ZipFile(BytesIO(raw)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


async def test_the_days_are_rows_with_their_paper(world: World, server: TestServer) -> None:
    await add(world.deps, "leader", Role.leader)
    async with browser(server) as leader:
        await leader.sign_in("leader")
        shown = await leader.open("/console/hint-deadlines")
        assert "系统默认，待县里确认" in shown
        row = {"do": "add", "severity": "grave", "domain": "fire", "basis": "县文件"}
        await leader.send("/console/hint-deadlines", days="0", **row)
        assert (leader.status, "请写几天" in leader.text) == (422, True)
        await leader.send("/console/hint-deadlines", days="1", **row)
        assert leader.status == 200
    await world.say("zhou", "隐患 消防通道堵了")
    (hint,) = await hints(world)
    await accepted(world, hint, domain="fire", severity="grave")
    await assigned(world, hint, "li")
    (hint,) = await hints(world)
    assert hint.due_at is not None
    assert (hint.due_at.astimezone(world.deps.settings.zone).isoformat()[:16], hint.basis) == (
        "2026-07-13T17:30", "县文件",
    )  # fmt: skip


async def test_who_cannot_be_told_is_said_to_the_officer(world: World, officer: Browser) -> None:
    await world.say("oReader1", "隐患 柳湾村电线杆歪了", platform=Platform.oa)
    world.clock.turn(49 * 3600)
    (hint,) = await hints(world)
    await officer.open("/console/")
    await officer.sign_in("officer")
    await officer.open(f"/console/hints/{hint.uid}")
    await officer.send(f"/console/hints/{hint.uid}", do="decline", word="不是隐患")
    assert "没有能告诉报的人" in officer.text


async def test_of_two_officers_one_decides(world: World) -> None:
    await world.say("li", "隐患 电线杆歪了")
    (seen,) = await hints(world)
    await accepted(world, seen)
    settings, vault, now = world.deps.settings, world.deps.vault, world.clock.now()
    async with world.deps.begin() as session:
        areas = await tree(session)
        with pytest.raises(Decided):  # the second one saw it as it was before
            await accept(session, settings, vault, areas, seen, domain="fire", severity="minor", by="user:b", at=now)
    (hint,) = await hints(world)
    assert (hint.domain, hint.decided_by) == ("safety", "user:officer")


async def test_a_ledger_that_is_cut_says_so(world: World, officer: Browser) -> None:
    await world.say("zhou", "隐患 柳湾村三组电线杆歪了")
    (first,) = await hints(world)
    kept, at = first.model_dump(exclude={"id", "key"}), world.clock.now()
    rows = [kept | {"uid": uuid7(at), "number": f"QY0712-X{number}"} for number in range(EXPORTED)]

    async def exported() -> tuple[list[list[Any]], dict[str, Any]]:
        async with officer.client.get("/console/hints.xlsx") as answer:
            book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
        async with world.deps.read() as session:
            wanted = sa.select(col(Entry.detail)).where(col(Entry.action) == "hints.exported")
            detail = await session.scalar(wanted.order_by(col(Entry.id).desc()).limit(1))
        kept = {name: value for name, value in (detail or {}).items() if name != "salt"}
        return book.get_sheet_by_index(0).to_python(), kept

    found, detail = await exported()
    assert (len(found), detail) == (2, {"count": 1})
    async with world.deps.begin() as session:
        await session.execute(sa.insert(Hint), rows)
    found, detail = await exported()
    assert (len(found), detail) == (EXPORTED + 2, {"count": EXPORTED, "cut": True})
    assert str(found[-1][0]).startswith(f"没有导全：一张表最多 {EXPORTED} 条")
