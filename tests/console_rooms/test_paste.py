"""粘贴: three screens from a text to the phones, and nothing that was not shown."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.access.models import Role
from broadcasts.alerts.models import Alert, AlertSource, Status
from broadcasts.hazards.grades import Grade
from broadcasts.release.holds import open_holds
from tests.console_rooms.desk import Desk, Page, desk
from tests.world import World

STATION = "青崖县气象台2026年07月12日02时40分发布暴雨红色预警信号："
RED = STATION + "过去3小时柳湾镇雨量已达100毫米，预计未来3小时仍将持续，请注意防范。\n转移路线见村口牌子。"
YELLOW = "青崖县气象台2026年07月12日02时40分发布雷电黄色预警信号：预计未来6小时我县有雷电活动，请注意防范。"
ENDLESS = "青崖县气象台2026年07月12日02时40分发布雷电黄色预警信号：我县有雷电活动，请注意防范。"
VALUE = re.compile(r'name="(station|hazard|sent|areas)"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="(\w+)"')


def filled(page: Page) -> dict[str, Any]:
    """The second screen's values as they stand there."""
    found = {a or d: b or c for a, b, c, d in VALUE.findall(page.text)}
    found = {name: found[name] for name in ("station", "hazard", "sent", "areas")}
    colour, lasts = re.findall(r'<option selected value="([^"]*)"', page.text)
    kinds = re.findall(r'<input checked[^>]*name="(msg_type|refers)"[^>]*value="([^"]*)"', page.text)
    return {**found, "colour": colour, "lasts": lasts, "until": "", **dict(kinds), "draft": page.hidden["draft"]}


async def through(at_desk: Desk, text: str, county: str = "", **changed: Any) -> Page:
    """All three screens; `changed` is what the officer mends on the second."""
    second = await at_desk.press("/console/paste", text=text)
    assert second.status == 200
    third = await at_desk.press("/console/paste/check", **{**filled(second), **changed})
    assert third.status == 200, third.text
    sent = await at_desk.press("/console/paste/send", draft=third.hidden["draft"], county=county)
    await at_desk.world.work()
    return sent


async def alerts(world: World) -> list[Alert]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Alert).order_by(col(Alert.id)))).scalars())


async def test_a_red_warning_reaches_the_phones_in_five_inputs(world: World) -> None:
    inputs = 0
    async with desk(world, Role.officer) as officer:
        inputs += 2  # pastes, presses 核对
        second = await officer.press("/console/paste", text=RED.replace("\n", "\r\n"))
        assert filled(second) | {"draft": ""} == {
            "station": "青崖县气象台", "hazard": "暴雨", "sent": "2026-07-12T02:40", "areas": "柳湾镇", "colour": "red",
            "lasts": "read", "until": "", "msg_type": "Alert", "refers": "-", "draft": "",
        }  # fmt: skip
        inputs += 1  # presses 下一步
        third = await officer.press("/console/paste/check", **filled(second))
        assert "向 3 个群、5 人发布红色暴雨</button>" in third.text
        assert "<blockquote>红色暴雨 柳湾镇\n" in third.text
        inputs += 2  # types the first character, presses 发布
        sent = await officer.press("/console/paste/send", draft=third.hidden["draft"], county="青")
    assert sent.status == 303
    await world.work()
    alert = (await alerts(world))[0]
    assert sent.at == f"/console/alerts/{alert.uid}"
    assert alert.status is Status.issued
    assert alert.typed_in
    assert (await world.phone("li"))[-1].startswith("红色暴雨 柳湾镇")
    assert await world.phone("chen") == []
    assert inputs <= 6


async def test_the_text_is_kept_byte_for_byte(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        assert (await through(leader, RED, "青")).status == 303
    async with world.deps.read() as session:
        raw = (await session.execute(select(AlertSource.raw))).scalar_one()
    assert raw == RED.encode()


async def test_each_proposed_value_stands_beside_its_words(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        page = await officer.press("/console/paste", text=RED)
    for words, names in (
        ("青崖县气象台", "台站"),
        ("暴雨", "灾种"),
        ("红色", "颜色"),
        ("柳湾镇", "地方"),
        ("发布", "种类"),
        ("3小时", "到什么时候"),
    ):
        assert f'<mark title="{names}">{words}</mark>' in page.text
    assert "原文：<mark>2026年07月12日02时40分</mark>" in page.text


async def test_what_is_missing_is_said_and_must_be_said(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        page = await officer.press("/console/paste", text="河水涨得快，请大家注意")
        for missing in ("没有读出颜色", "没有读出灾种", "没有读出台站", "没有读出时间"):
            assert missing in page.text
        assert filled(page)["areas"] == "青崖县"
        refused = await officer.press("/console/paste/check", **filled(page))
        assert refused.status == 422
        assert refused.text.count('class="error"') == 4
        assert (await officer.press("/console/paste", text=" ")).status == 422
    assert await alerts(world) == []


@pytest.mark.parametrize(
    ("text", "chosen", "end", "asked"),
    [
        (YELLOW, {}, "2026-07-12T08:40", False),  # 未来6小时
        (YELLOW, {"lasts": "12"}, "2026-07-12T14:40", False),
        (YELLOW, {"lasts": "12", "until": "2026-07-12T09:10"}, "2026-07-12T09:10", False),
        (YELLOW, {"lasts": ""}, "", True),
        (ENDLESS, {}, "", True),
        (ENDLESS, {"lasts": "3"}, "2026-07-12T05:40", False),
    ],
)
async def test_the_end_is_read_or_chosen_and_only_what_nobody_said_is_asked(
    world: World, text: str, chosen: dict[str, str], end: str, asked: bool
) -> None:
    async with desk(world, Role.officer) as officer:
        second = await officer.press("/console/paste", text=text)
        assert ("没有读出到什么时候" in second.text) is (text == ENDLESS)
        assert ("到今天上午8:40（原文）" in second.text) is (text == YELLOW)
        third = await officer.press("/console/paste/check", **{**filled(second), **chosen})
        assert ("发出以后会请您向发布单位问清" in third.text) is asked
        await officer.press("/console/paste/send", draft=third.hidden["draft"])
        await world.work()
    (alert,) = await alerts(world)
    zone = world.deps.settings.zone
    assert (alert.expires.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if alert.expires else "") == end
    async with world.deps.read() as session:
        assert bool(await open_holds(session)) is asked


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": "2026-07-12T02:35"}, "不能早于发布时间"),
        ({"sent": "2026-07-11T18:00", "lasts": "3"}, "已经过去"),
        ({"until": "soon"}, "时间写法不对"),
        ({"lasts": "99"}, "不是有效的选择"),
    ],
)
async def test_an_end_that_is_over_reaches_nobody_and_so_is_refused(
    world: World, wrong: dict[str, str], said: str
) -> None:
    async with desk(world, Role.officer) as officer:
        values = filled(await officer.press("/console/paste", text=YELLOW))
        refused = await officer.press("/console/paste/check", **{**values, **wrong})
    assert refused.status == 422
    assert said in refused.text
    assert await alerts(world) == []


async def test_an_all_clear_has_no_end(world: World) -> None:
    await world.issue("雷电", "11B14", Grade.yellow)
    async with desk(world, Role.officer) as officer:
        await through(officer, YELLOW.replace("发布雷电", "解除雷电"))
    assert [(a.msg_type, a.expires) for a in await alerts(world)][-1] == ("Cancel", None)


async def test_a_text_in_chinese_numerals_is_read(world: World) -> None:
    text = YELLOW.replace("2026年07月12日02时40分", "七月十二日二时三十分").replace("未来6小时", "未来六小时")
    async with desk(world, Role.officer) as officer:
        page = await officer.press("/console/paste", text=text)
    assert filled(page)["sent"] == "2026-07-12T02:30"
    assert "到今天上午8:30（原文）" in page.text


async def test_places_that_nobody_knows_and_times_to_come_are_refused(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        values = filled(await officer.press("/console/paste", text=YELLOW))
        wrong = await officer.press(
            "/console/paste/check", **{**values, "areas": "柳湾镇、无名村", "sent": "2026-07-12T03:40"}
        )
    assert wrong.status == 422
    assert "认不出“无名村”" in wrong.text
    assert "发布时间还没有到" in wrong.text


@pytest.mark.parametrize(
    ("words", "areas"),
    [("柳湾、石门等乡镇", "柳湾镇、石门乡"), ("柳湾、无名等乡镇", "青崖县"), ("我县", "青崖县"), ("上坪村", "上坪村")],
)
async def test_a_place_that_nobody_knows_leaves_nobody_out(world: World, words: str, areas: str) -> None:
    async with desk(world, Role.officer) as officer:
        page = await officer.press("/console/paste", text=f"{STATION}预计{words}有强降雨。")
    assert filled(page)["areas"] == areas
    assert ("没有认出“" in page.text) is ("无名" in words)


@pytest.mark.parametrize("screen", ["check", "send"])
async def test_a_text_that_was_changed_on_the_way_is_refused(world: World, screen: str) -> None:
    async with desk(world, Role.officer) as officer:
        second = await officer.press("/console/paste", text=YELLOW)
        third = await officer.press("/console/paste/check", **filled(second))
        values = {**filled(second), "draft": third.hidden["draft"]}
        body, _, mac = values["draft"].rpartition(".")
        facts = json.loads(base64.urlsafe_b64decode(body)) | {"text": "别的话", "colour": "red"}
        forged = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
        for draft in (f"{forged}.{mac}", body, "", "é.é"):
            refused = await officer.press(f"/console/paste/{screen}", **{**values, "draft": draft})
            assert refused.status == 400
            assert "被改过" in refused.text
    assert await alerts(world) == []


async def test_another_browser_cannot_use_a_draft(world: World) -> None:
    async with desk(world, Role.officer) as officer, desk(world, Role.leader) as leader:
        second = await officer.press("/console/paste", text=YELLOW)
        third = await officer.press("/console/paste/check", **filled(second))
        assert (await leader.press("/console/paste/send", draft=third.hidden["draft"])).status == 400
        assert (await officer.press("/console/paste/send", draft=second.hidden["draft"])).status == 400  # unchecked


async def test_red_is_not_sent_without_the_countys_first_character(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        refused = await through(officer, RED, "柳")
        assert refused.status == 422
        assert "县名的第一个字“青”" in refused.text
    assert await alerts(world) == []


async def test_who_is_not_sure_lets_another_compare_it_first(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        second = await officer.press("/console/paste", text=RED)
        third = await officer.press("/console/paste/check", **filled(second))
        assert "拿不准：先不发，请另一个人对照原文放行" in third.text
        held = await officer.press("/console/paste/send", draft=third.hidden["draft"], do="hold")
        assert held.status == 303
        await world.work()
        (alert,) = await alerts(world)
        assert (alert.status, alert.typed_in) == (Status.held, True)
        assert await world.phone("li") == []
        async with world.deps.read() as session:
            (hold,) = await open_holds(session)
    assert hold.reason == "typed_in"  # let out by another hand alone: tests/console/test_held.py


async def test_an_update_and_an_all_clear_find_what_they_refer_to(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        await through(officer, RED, "青")
        world.clock.turn(300)
        update = STATION.replace("02时40分发布暴雨红色", "02时44分更新发布暴雨橙色") + "柳湾镇雨势减弱。"
        assert (await through(officer, update)).status == 303
        assert (await world.phone("li"))[-1].startswith("降级：红色→橙色 暴雨")
        world.clock.turn(300)
        clear = STATION.replace("02时40分发布暴雨红色", "02时48分解除暴雨橙色") + "柳湾镇降雨停止。"
        assert (await through(officer, clear)).status == 303
    assert (await world.phone("li"))[-1].startswith("解除 橙色暴雨")
    first, second, third = await alerts(world)
    assert first.thread == second.thread == third.thread
    assert [first.status, second.status] == [Status.ended, Status.ended]


async def test_what_ended_in_between_is_not_referred_to(world: World) -> None:
    got = await world.issue(grade=Grade.orange, hours=1)
    clear = STATION.replace("发布暴雨红色", "解除暴雨橙色") + "降雨停止。"
    async with desk(world, Role.officer) as officer:
        second = await officer.press("/console/paste", text=clear)
        assert filled(second)["refers"] == got.taken[0].alert.uid
        third = await officer.press("/console/paste/check", **filled(second))
        assert "向 4 个群、6 人解除橙色暴雨" in third.text
        world.clock.turn(timedelta(hours=2).total_seconds())
        refused = await officer.press("/console/paste/send", draft=third.hidden["draft"])
    assert refused.status == 422
    assert "刚刚结束" in refused.text


async def test_pasting_twice_is_one_alert(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        first, again = await through(officer, YELLOW), await through(officer, YELLOW)
    assert first.at == again.at
    assert len(await alerts(world)) == 1


async def test_a_towns_officer_warns_the_town_alone(world: World) -> None:
    await world.issue(grade=Grade.orange)
    async with desk(world, Role.officer, place="柳湾镇") as officer:
        page = await officer.press("/console/paste", text=YELLOW)
        assert filled(page)["areas"] == "柳湾镇"
        assert filled(page)["refers"] == "-"  # the county's alert is not the town's to end
        refused = await officer.press("/console/paste/check", **{**filled(page), "areas": "石门乡"})
        assert refused.status == 422


async def test_what_is_pasted_is_text_and_nothing_else(world: World) -> None:
    evil = f"<script>alert(1)</script>\"'>{YELLOW}柳湾镇<img src=x onerror=1>"
    async with desk(world, Role.officer) as officer:
        second = await officer.press("/console/paste", text=evil)
        third = await officer.press("/console/paste/check", **filled(second))
        for page in (second, third):
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
        assert "&lt;img src=x" in third.text


@pytest.mark.parametrize("role", [Role.viewer, Role.approver, Role.admin])
async def test_only_officers_and_leaders_paste(world: World, role: Role) -> None:
    async with desk(world, role) as somebody:
        assert (await somebody.look("/console/paste")).status == 403
        assert (await somebody.press("/console/paste/send", draft="")).status == 403


async def test_a_form_of_another_site_is_refused(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        for path in ("/console/paste", "/console/paste/check", "/console/paste/send"):
            assert (await officer.press(path, csrf="x", text=YELLOW)).status == 403
