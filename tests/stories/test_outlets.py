"""Loudspeakers and screens: a text for the ear in a keeper's hand, two lines for a screen, and a page that looks for
itself. What was played is said by somebody, or by the broadcast platform, and counted so."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role, Scope
from bot.access.passwords import hashed
from bot.access.tokens import add_token
from bot.access.users import add_user
from bot.demo.hands import Browser
from bot.directory.models import Person
from bot.directory.outlets.models import Outlet, OutletKind
from bot.directory.outlets.write import carry_out, planned
from bot.directory.queries import area_of_code
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from broadcasts.intake.models import Feed
from broadcasts.outlets.figures import outlet_figures
from broadcasts.outlets.models import Playback
from drills.drills.plan import Line
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import ADMIN, OFFICER, PASSWORD, users
from tests.drills.playing import drilled
from tests.world import PLACES

ROWS = [
    ["种类", "名称", "区划代码", "安装位置", "负责人", "应急广播资源编码"],
    ["大喇叭", "村口大喇叭", "柳湾村", "村口", "李秀英", "123000001"],
    ["大喇叭", "石门大喇叭", "石门村", "", "陈大山", ""],
    ["显示屏", "村委会屏", PLACES["柳湾村"][0], "村委会", "李秀英", ""],
    ["大喇叭", "县广场大喇叭", "青崖县", "", "刘洋", ""],
]
DATABASES = ["sqlite", "postgres"]


@pytest.fixture
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BothWays]:
    asked = getattr(request, "param", "sqlite")
    server = request.getfixturevalue("postgres_server") if asked == "postgres" else None
    database = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, **database) as made:
        await users(made.world)
        async with made.world.deps.begin() as session:
            seen = await planned(session, table(ROWS))
            await carry_out(session, table(ROWS), seen, partial=False, by="test", at=made.world.clock.now())
        yield made


def table(rows: list[list[str]]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    return out.getvalue()


async def counted(both: BothWays) -> dict[OutletKind, tuple[int, int, int]]:
    """(played, cannot, all) of the newest sending, by kind."""
    async with both.world.deps.read() as session:
        found = await outlet_figures(session, (await newest(both)).id)
    return {kind: (f.done, len(f.cannot), len(f.lines)) for kind, f in found.items()}


async def newest(both: BothWays) -> Broadcast:
    async with both.world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.subject) == "", col(Broadcast.alert_id).is_not(None))
        return (await session.execute(wanted.order_by(col(Broadcast.id).desc()))).scalars().first()  # type: ignore[return-value]


async def outlet(both: BothWays, name: str) -> Outlet:
    async with both.world.deps.read() as session:
        return (await session.execute(select(Outlet).where(col(Outlet.name) == name))).scalar_one()


async def states(both: BothWays) -> dict[str, State | None]:
    async with both.world.deps.read() as session:
        wanted = select(Outlet.name, Delivery.state).join(Outlet, (col(Outlet.id) == col(Delivery.target_id)))
        rows = await session.execute(wanted.where(col(Delivery.target_kind).in_(["speaker", "screen"])))
        return {name: state for name, state in rows}


async def admin(both: BothWays, http: aiohttp.ClientSession, name: str = ADMIN) -> Browser:
    browser = Browser(http, both.web)
    await browser.open("/console/sign-in")
    await browser.press("/console/sign-in", name=name, password=PASSWORD)
    return browser


def jar() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_the_keeper_reads_it_out_and_says_how_often(both: BothWays) -> None:
    await both.world.issue(places=("柳湾村",))
    asked = next(text for text in await both.world.phone("li") if "请播出" in text)
    assert asked.startswith("红色暴雨 柳湾村：请播出 2 处\n")
    assert "石门大喇叭" not in asked
    assert await counted(both) == {OutletKind.speaker: (0, 0, 1), OutletKind.screen: (0, 0, 1)}  # not the county's
    assert await states(both) == {"村口大喇叭": State.queued, "村委会屏": State.queued}
    async with both.reading("li") as page:
        await page.open("/h5/outlets?by=wecom")
        assert await states(both) == {"村口大喇叭": State.sent, "村委会屏": State.sent}
        assert "各位乡亲请注意" in page.text
        assert page.text.count("过去3小时已出现强暴雨") == 2  # read twice
        form, task = page.text, re.findall(r'name="task" value="(\d+)"', page.text)[0]
        await page.press("/h5/outlets", task=task, said="played", times="3")
        assert "已播 3 遍" in page.text
        page.text = form
        await page.press("/h5/outlets", task=task, said="unplayed")
        assert "播不了" in page.text
        await page.press("/h5/outlets", task=task, said="played", times="1")
    assert (await counted(both))[OutletKind.speaker] == (1, 0, 1)
    async with both.reading("wang") as page:
        await page.open("/h5/outlets?by=wecom")
        assert "现在没有要播的" in page.text
        page.text = form
        await page.press("/h5/outlets", task=task, said="played", times="1")
        assert page.status == 403


async def test_a_word_in_the_chat_is_enough(both: BothWays) -> None:
    await both.world.issue(places=("石门村",))
    assert "石门大喇叭已播 2 遍" in await both.type("chen", "已播2遍")
    assert (await counted(both))[OutletKind.speaker] == (1, 0, 1)
    assert "播不了" in await both.type("chen", "喇叭坏了")
    assert (await counted(both))[OutletKind.speaker] == (0, 1, 1)
    assert "现在没有要您播的" in await both.type("wang", "已播")


async def test_said_of_a_loudspeaker_is_no_answer_of_her_own(both: BothWays) -> None:
    await both.world.issue(places=("柳湾村",))
    await both.type("li", "已播一遍")
    async with jar() as http:
        desk = await admin(both, http, OFFICER)
        alert = re.findall(r"/console/alerts/([0-9a-f-]{36})", await desk.open("/console/alerts"))[0]
        page = await desk.open(f"/console/alerts/{alert}")
    assert "1/1 已播" in page
    assert "1/1 已上屏" in page
    assert '人已应答</dt><dd class="num">0<span class="of">/4' in page  # nobody has answered for herself


async def test_a_screen_that_looks_for_itself_troubles_nobody(both: BothWays) -> None:
    screen = await outlet(both, "村委会屏")
    async with both.world.deps.begin() as session:
        session.add(feed(both))
    async with jar() as http:
        tv = Browser(http, both.web)
        assert "现无生效预警" in await tv.open(f"/h5/screen/{screen.code}")
        await both.world.issue(places=("柳湾村",))
        assert not any("村委会屏" in text for text in await both.world.phone("li"))
        assert (await states(both))["村委会屏"] == State.queued
        shown = await tv.open(f"/h5/screen/{screen.code}")
    assert "红色暴雨 柳湾村" in shown
    assert "截至 <time>02:40</time>" in shown
    assert not any(name in shown for name in ("李秀英", "王建国", "刘洋"))
    assert (await states(both))["村委会屏"] == State.delivered
    assert (await counted(both))[OutletKind.screen] == (1, 0, 1)


async def test_a_screen_does_not_say_that_all_is_well_when_it_does_not_know(both: BothWays) -> None:
    screen = await outlet(both, "村委会屏")
    async with jar() as http:
        tv = Browser(http, both.web)
        assert "有没有预警，这块屏不知道" in await tv.open(f"/h5/screen/{screen.code}")  # there is no feed at all
        async with both.world.deps.begin() as session:
            session.add(feed(both))
        assert "现无生效预警" in await tv.open(f"/h5/screen/{screen.code}")
        both.world.clock.turn(601)
        assert "有没有预警，这块屏不知道" in await tv.open(f"/h5/screen/{screen.code}")
        await both.world.issue(places=("石门村",))
        assert "红色暴雨" not in await tv.open(f"/h5/screen/{screen.code}")  # another village's
        await tv.open("/h5/screen/AAAABBBBCCCC")
        assert tv.status == 404
        speaker = await outlet(both, "村口大喇叭")
        await tv.open(f"/h5/screen/{speaker.code}")
        assert tv.status == 404


def feed(both: BothWays) -> Feed:
    at = both.world.clock.now()
    return Feed(
        uid=uuid7(at), name="气象台", url="https://example.invalid/feed", every_seconds=60, silent_after_seconds=600,
        enabled=True, heard_at=at, first_done=True,
    )  # fmt: skip


async def test_a_dark_screen_is_seen_and_one_without_a_keeper_too(both: BothWays) -> None:
    screen = await outlet(both, "村委会屏")
    async with jar() as http, jar() as other:
        await Browser(other, both.web).open(f"/h5/screen/{screen.code}")
        desk = await admin(both, http)
        assert "4 处都有负责人" in await desk.open("/console/outlets")
        both.world.clock.turn(timedelta(minutes=70).total_seconds())
        assert "1 块屏黑了" in await desk.open("/console/outlets")
        async with both.world.deps.begin() as session:
            row = (await session.execute(select(Outlet).where(col(Outlet.name) == "石门大喇叭"))).scalar_one()
            row.keeper_id = None
        assert "1 处没有人播" in await desk.open("/console/outlets")
    await both.world.issue(places=("石门村",))
    async with both.world.deps.read() as session:
        wanted = select(Delivery).where(col(Delivery.target_kind) == "speaker")
        (copy,) = (await session.execute(wanted)).scalars()
    assert (copy.channel, copy.state, copy.reason) == ("", State.failed, "no_keeper")


async def test_an_all_clear_reaches_who_was_told_and_what_nobody_saw_is_let_go(both: BothWays) -> None:
    red = await both.world.issue(places=("柳湾村",))
    both.world.clock.turn(60)
    await both.world.issue(
        places=("柳湾村",), msg_type="Cancel", refers=red.taken[0].alert.identifier, identifier="cancel-1"
    )
    async with both.world.deps.read() as session:
        rows = (await session.execute(select(Delivery).where(col(Delivery.target_kind) == "speaker"))).scalars().all()
    assert sorted((d.purpose.value, d.state, d.reason) for d in rows if d.state) == [
        ("all-clear", State.queued, ""),
        ("first", State.skipped, "cancelled"),
    ]
    async with both.reading("li") as page:
        assert "解除 红色暴雨 柳湾村" in await page.open("/h5/outlets?by=wecom")


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_the_broadcast_platform_says_how_far_it_is(both: BothWays) -> None:
    await both.world.issue(places=("柳湾村",))
    sent, url = await newest(both), f"{both.web}/api/v1/playbacks"
    async with both.world.deps.begin() as session:
        token = await add_token(session, "应急广播", Scope.reports, by="cli", at=both.world.clock.now())
        reader = await add_token(session, "读", Scope.read, by="cli", at=both.world.clock.now())
    headers, body = {"Authorization": f"Bearer {token}"}, {"broadcast_id": sent.id, "resource_code": "123000001"}

    async def told(state: object, **more: object) -> int:
        async with both.world.http.post(url, json={**body, "state": state, **more}, headers=headers) as answer:
            return answer.status

    assert await told(2) == 201
    assert (await counted(both))[OutletKind.speaker] == (0, 0, 1)
    assert await told(3, words="播发成功") == 201
    assert (await counted(both))[OutletKind.speaker] == (1, 0, 1)
    assert [await told(9), await told("三"), await told(3, resource_code="nobody")] == [422, 422, 404]
    async with both.world.http.post(url, json=body, headers={"Authorization": f"Bearer {reader}"}) as answer:
        assert answer.status == 403
    async with both.world.deps.read() as session:
        assert [one.state for one in (await session.execute(select(Playback))).scalars()] == [2, 3]
    read = {"Authorization": f"Bearer {reader}"}
    async with both.world.http.get(f"{both.web}/api/v1/broadcasts/{sent.id}", headers=read) as answer:
        assert (await answer.json())["outlets"]["speaker"] == {"targets": 1, "done": 1, "cannot": 0}


async def test_the_sheet_for_the_broadcast_platform(both: BothWays) -> None:
    await both.world.issue(places=("柳湾村",))
    async with jar() as http:
        desk = await admin(both, http, OFFICER)
        alert = re.findall(r"/console/alerts/([0-9a-f-]{36})", await desk.open("/console/alerts"))[0]
        assert "应急广播消息（EBM）" in await desk.open(f"/console/alerts/{alert}/ebm")
        await desk.press(f"/console/alerts/{alert}/ebm", resource_code="123000001", state="4", words="没有电")
        assert (await counted(both))[OutletKind.speaker] == (0, 1, 1)
        await desk.open(f"/console/alerts/{alert}/ebm")
        await desk.press(f"/console/alerts/{alert}/ebm", resource_code="123000001", state="7")
        assert (desk.status, "播发状态应是 0 到 5" in desk.text) == (422, True)
        await desk.fetch(f"/console/alerts/{alert}/ebm.json")
        fields: dict[str, Any] = await _json(both, http, f"/console/alerts/{alert}/ebm.json")
        await desk.fetch(f"/console/alerts/{alert}/ebm.xlsx")
        async with http.get(f"{both.web}/console/alerts/{alert}/ebm.xlsx") as answer:
            book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
    assert (fields["MsgType"], fields["EventType"], fields["Severity"]) == ("1", "11B03", "1")
    assert fields["AreaCode"] == [PLACES["柳湾村"][0]]
    assert fields["MsgDesc"].startswith("各位乡亲请注意")
    assert book.get_sheet_by_index(0).to_python()[0] == ["字段", "名称", "填什么", "说明"]


async def test_a_town_speaks_for_its_own_loudspeakers_alone(both: BothWays) -> None:
    await both.world.issue(places=("青崖县",))
    for name, place in (("shimen", "石门乡"), ("liuwan", "柳湾镇")):
        async with both.world.deps.begin() as session:
            town = await area_of_code(session, PLACES[place][0])
            assert town is not None
            await add_user(
                session, name, [Role.officer], password_hash=await hashed(PASSWORD), by="cli",
                at=both.world.clock.now(), area_id=town.id, must_change=False,
            )  # fmt: skip
    told = {"resource_code": "123000001", "state": "4"}
    async with jar() as http:
        desk = await admin(both, http, "shimen")
        alert = re.findall(r"/console/alerts/([0-9a-f-]{36})", await desk.open("/console/alerts"))[0]
        await desk.open(f"/console/alerts/{alert}/ebm")
        await desk.press(f"/console/alerts/{alert}/ebm", **told)
        assert (desk.status, "这次发送没有给这个大喇叭的" in desk.text) == (422, True)
    assert (await counted(both))[OutletKind.speaker][1] == 0
    async with jar() as http:
        desk = await admin(both, http, "liuwan")
        await desk.open(f"/console/alerts/{alert}/ebm")
        await desk.press(f"/console/alerts/{alert}/ebm", **told)
    assert (await counted(both))[OutletKind.speaker][1] == 1


async def _json(both: BothWays, http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.get(both.web + path) as answer:
        found: dict[str, Any] = await answer.json()
    return found


BAD = [
    ["种类", "名称", "区划代码", "安装位置", "负责人", "应急广播资源编码"],
    ["收音机", "一号", "柳湾村", "", "", ""],
    ["大喇叭", "", "柳湾村", "", "", ""],
    ["大喇叭", "二号", "没有这个村", "", "张三", "中文"],
    ["大喇叭", "三号", "上坪村", "", "周秀兰", ""],
    ["大喇叭", "三号", "上坪村", "", "", ""],
]


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_a_list_is_shown_before_it_is_written_and_bad_cells_are_named(both: BothWays) -> None:
    async with jar() as http:
        desk = await admin(both, http)
        await desk.open("/console/outlets/import")
        page = await desk.upload("/console/outlets/import", "名单.xlsx", table(BAD))
        assert "4 行有错，还没有写入任何东西" in page
        for words in (
            "A2",
            "没有“收音机”这一种",
            "B3",
            "没有填写",
            "C4",
            "没有“没有这个村”这个区划",
            "人员表里没有“张三”",
            "与第 5 行是同一个",
        ):
            assert words in page, words
        hidden = dict(re.findall(r'name="(upload|outline|partial)" value="([^"]+)"', page))
        await desk.press("/console/outlets/import/write", **hidden)
        assert "已写入：新增 1 处" in desk.text
        await desk.open("/console/outlets/import")
        assert "没有找到表头" in await desk.upload("/console/outlets/import", "x.csv", "甲,乙\n1,2\n".encode())
        assert desk.status == 422
    assert (await outlet(both, "三号")).keeper_id is not None
    async with both.world.deps.read() as session:
        assert (await session.execute(select(Entry).where(col(Entry.action) == "outlets.imported"))).scalars().all()


async def test_what_is_taken_off_the_list_hears_nothing_more_and_its_past_stays(both: BothWays) -> None:
    await both.world.issue(places=("石门村",))
    await both.type("chen", "已播")
    row = await outlet(both, "石门大喇叭")
    async with jar() as http:
        desk = await admin(both, http)
        assert "已播 1 遍" in await desk.open(f"/console/outlets/{row.uid}")
        await desk.press(f"/console/outlets/{row.uid}/remove")
        assert "石门大喇叭" not in await desk.open("/console/outlets")
    both.world.clock.turn(60)
    await both.world.issue("大风", "11B06", Grade.red, places=("石门村",))
    assert OutletKind.speaker not in await counted(both)


async def test_a_keeper_is_found_by_name_in_the_place(both: BothWays) -> None:
    """Two of one name: the one who stands there; where neither does, the mend is named."""
    async with both.world.deps.begin() as session:
        for place, key in (("上坪村", "p-1"), ("石门村", "p-2")):
            area = await area_of_code(session, PLACES[place][0])
            assert area is not None
            session.add(Person(uid=uuid7(both.world.clock.now()), key=key, name="同名", area_id=area.id))
    rows = [ROWS[0], ["大喇叭", "甲", "上坪村", "", "同名", ""], ["大喇叭", "乙", "柳湾村", "", "同名", ""],
            ["大喇叭", "丙", "柳湾村", "", "p-2", ""]]  # fmt: skip
    async with both.world.deps.read() as session:
        seen = await planned(session, table(rows))
    assert [(state.name, state.keeper_id is not None) for state in seen.adds] == [("甲", True), ("丙", True)]
    assert [fault.reason for fault in seen.faults] == ["有 2 个人叫“同名”。请写人员编号。"]


async def test_in_a_drill_a_loudspeaker_is_silent_unless_a_line_is_meant_for_it(both: BothWays) -> None:
    script = (Line(0, "请应答。", "灾害信息员"), Line(5, "大喇叭试播，请听清。", "大喇叭"))
    played = await drilled(both.world, lines=script)
    await played.begin()
    assert not any("请播出" in text for text in await both.world.phone("li"))
    await both.world.forward(minutes=6)
    asked = next(text for text in await both.world.phone("li") if "请播出" in text)
    assert (asked.startswith("【演练】"), asked.endswith("【演练】")) == (True, True)
    assert not any("请播出" in text for text in await both.world.phone("chen"))  # no participant
    async with both.reading("li") as page:
        await page.open("/h5/outlets?by=wecom")
        words = re.findall(r"<p>([^<]+)</p>", page.text.split('class="readout"')[1].split("</div>")[0])
        assert (words[0], words[-1]) == ("【演练】这是演练，这是演练。", "【演练】")
        task = re.findall(r'name="task" value="(\d+)"', page.text)[0]
        await page.press("/h5/outlets", task=task, said="played", times="1")
        assert "已播 1 遍" in page.text
    drill = await newest(both)
    async with both.world.deps.read() as session:
        figures = (await outlet_figures(session, drill.id))[OutletKind.speaker]
        alert = await session.get(Alert, drill.alert_id)
    assert (drill.drill, figures.done, len(figures.lines)) == (True, 1, 1)
    assert alert is not None
    async with jar() as http:
        desk = await admin(both, http, OFFICER)
        await desk.open("/console/")
        fields = await _json(both, http, f"/console/alerts/{alert.uid}/ebm.json?drill=5")
    assert (fields["MsgType"], fields["MsgDesc"][:4], fields["MsgTitle"][-4:]) == ("5", "【演练】", "【演练】")
    assert (await _sheet_type(both, alert.uid)) == "3"  # the drill of the platform, where nobody says which


async def _sheet_type(both: BothWays, uid: str) -> str:
    async with jar() as http:
        desk = await admin(both, http, OFFICER)
        await desk.open("/console/")
        return str((await _json(both, http, f"/console/alerts/{uid}/ebm.json"))["MsgType"])
