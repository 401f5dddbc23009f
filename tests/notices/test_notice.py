"""An own notice: a named body and a named approver, no colour, to those who were chosen; its way back and forth."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role, User, UserRole
from bot.commands.due.alerts import approvals
from bot.directory.models import Address
from bot.record.models import Entry
from broadcasts.alerts.models import Kind
from broadcasts.notices.models import NoticeVersion, State
from tests.notices.conftest import Room
from tests.notices.pages import NOTICE
from tests.notices.steps import issued, written


async def test_it_names_body_and_approver_and_goes_to_the_chosen_alone(room: Room) -> None:
    alert = await issued(room, "notice")
    assert (alert.kind, alert.grade, alert.event_code) == (Kind.notice, None, None)
    (told,) = await room.world.phone("li")
    first, by, _, text, *_ = told.split("\n")
    assert first == "通知 今晚河边不要停车 柳湾镇"
    assert by == "青崖县应急管理局 今天凌晨2:40发布，孙和平批准"
    assert text == "上游可能放水，请把停在河边的车挪到高处。"
    assert len(await room.world.phone("zhou")) == 1  # 灾害信息员 of another village of the town
    assert await room.world.phone("chen") == []  # of another town
    assert await room.world.group("柳湾村群") == []  # not chosen
    assert await room.world.phone("liu") == []


async def test_the_approver_is_told_at_once_and_again_and_no_more_when_it_is_decided(room: Room) -> None:
    url = await written(room)
    await room["chief"].open("/console/")
    assert "<h1>批不批：红色山洪</h1>" in room["chief"].text
    await room["other"].open("/console/")
    assert "批不批" not in room["other"].text
    await approvals(room.world.deps)
    await room.world.work()
    assert [text.split("\n")[0] for text in await room.world.phone("sun")] == ["待您批准 本级预警：红色山洪"]
    room.world.clock.turn(3600)  # nothing ran for an hour: told once, not twenty times
    for _ in range(3):
        await approvals(room.world.deps)
    await room.world.work()
    assert len(await room.world.phone("sun")) == 2
    assert "第 2 次提醒" in (await room.world.phone("sun"))[-1]
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/return", version="1", word="范围写大了")
    room.world.clock.turn(3600)
    await approvals(room.world.deps)
    await room.world.work()
    assert len(await room.world.phone("sun")) == 2


async def test_a_notice_waits_behind_those_who_have_not_answered_and_a_warning_of_our_own_does_not(room: Room) -> None:
    await written(room, "notice")
    await room["chief"].open("/console/")
    assert "<h1>批不批：" in room["chief"].text
    await room.world.issue()
    await room.world.work()
    await room["chief"].open("/console/")
    assert "<h1>等应答：红色暴雨，0/" in room["chief"].text
    await written(room)
    await room["chief"].open("/console/")
    assert "<h1>批不批：红色山洪</h1>" in room["chief"].text
    await room.world.forward(minutes=6)  # the desk is rung for those who are silent: a warning that waits comes first
    await room["chief"].open("/console/")
    assert "<h1>批不批：红色山洪</h1>" in room["chief"].text
    assert "人没有应答：红色暴雨</a>" in room["chief"].text


async def test_a_draft_is_its_writers_next_thing_and_nobody_elses(room: Room) -> None:
    await room["writer"].open("/console/notices/new?kind=notice")
    await room["writer"].send("/console/notices/new?kind=notice", **NOTICE, do="save")
    await room["writer"].open("/console/notices")
    assert "<h1>还是草稿，没有提交：今晚河边不要停车</h1>" in room["writer"].text
    await room["chief"].open("/console/notices")
    assert "<h1>没有等您办的通知</h1>" in room["chief"].text


async def test_who_approves_sees_beforehand_whom_it_reaches_by_name(room: Room) -> None:
    async with room.world.deps.begin() as session:
        await session.execute(sa.delete(Address).where(col(Address.value) == "li"))
    url = await written(room, "notice")
    assert f"{url}/plan" in await room["chief"].open(url)
    plan = await room["chief"].open(f"{url}/plan")
    assert "李秀英" in plan
    assert "到不了" in plan
    assert "陈大山" not in plan  # of another town, and not chosen
    assert f'href="{url}"' in plan
    await room["looker"].open(f"{url}/plan")
    assert room["looker"].status == 403
    async with room.world.deps.read() as session:
        looked = sa.select(sa.func.count()).select_from(Entry).where(col(Entry.action) == "plan.looked")
        assert await session.scalar(looked) == 1


async def test_what_is_returned_is_mended_and_the_approver_sees_what_changed(room: Room) -> None:
    url = await written(room, "notice")
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/return", version="1", word=" ")
    assert (room["chief"].status, (await room.notice()).state) == (422, State.submitted)
    await room["chief"].send(f"{url}/return", version="1", word="说清到几点")
    assert (await room.notice()).state is State.returned
    await room["writer"].open(url)
    assert "退回的话：说清到几点" in room["writer"].text
    await room["writer"].open(f"{url}/edit")
    await room["writer"].send(f"{url}/edit", **{**NOTICE, "ends": "2026-07-12T06:00", "do": "submit"})
    await room["chief"].open(url)
    assert "第 2 版改了什么" in room["chief"].text
    assert '<del class="said">没有写</del>' in room["chief"].text
    assert '<mark class="said">今天早上6点</mark>' in room["chief"].text
    await room["chief"].send(f"{url}/approve", version="1")  # of the page that stood open
    assert room["chief"].status == 409
    await room["chief"].send(f"{url}/approve", version="2")
    assert (await room.notice()).state is State.approved
    await room["other"].open(url)
    await room["other"].send(f"{url}/issue")
    assert (await room.notice()).state is State.issued
    async with room.world.deps.read() as session:
        assert len((await session.execute(select(NoticeVersion))).all()) == 2


async def test_the_second_press_sends_nothing_twice(room: Room) -> None:
    await issued(room, "notice")
    url = await room.url()
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/issue", csrf=await csrf(room))
    assert room["chief"].status in {403, 422}
    await room.world.work()
    assert len(await room.world.phone("li")) == 1


async def csrf(room: Room) -> str:
    await room["chief"].open("/console/")
    found = re.search(r'name="csrf" value="([^"]+)"', room["chief"].text)
    assert found is not None
    return found.group(1)


async def test_an_approver_who_lost_the_right_is_refused_by_name_and_nothing_goes(room: Room) -> None:
    url = await written(room, "notice")
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/approve", version="1")
    async with room.world.deps.begin() as session:
        await session.execute(
            sa.update(User).where(col(User.name) == "chief").values(disabled_at=room.world.clock.now())
        )
    await room["other"].open(url)
    await room["other"].send(f"{url}/issue")
    assert room["other"].status == 403
    assert "已停用" in room["other"].text
    assert (await room.notice()).state is State.approved
    assert await room.world.phone("li") == []


async def test_after_a_change_of_roles_the_author_still_does_not_approve(room: Room) -> None:
    url = await written(room, "notice")
    async with room.world.deps.begin() as session:
        user = (await session.execute(select(User).where(col(User.name) == "writer"))).scalar_one()
        await session.execute(sa.delete(UserRole).where(col(UserRole.user_id) == user.id))
        session.add(UserRole(user_id=user.id, role=Role.approver))
    await room["writer"].open(url)
    assert "批准，向" not in room["writer"].text
    await room["writer"].open("/console/notices")
    await room["writer"].send(f"{url}/approve", version="1")
    assert (room["writer"].status, (await room.notice()).state) == (403, State.submitted)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "<script>alert(1)</script>", "请只写文字"),
        ("text", "<img src=x onerror=alert(1)>", "请只写文字"),
        ("measures", "<b>走</b>", "请只写文字"),
        ("text", "水" * 10_000, "10000 个字，太长，最多 2000 个字"),
        ("title", "水" * 10_000, "最多 30 个字"),
        ("areas", "成都市", "认不出“成都市”"),
        ("areas", "510100000000", "认不出“510100000000”"),
        ("hazard", "<script>", "没有“&lt;script&gt;”这个灾种"),
        ("roles", "<script>", "没有“&lt;script&gt;”这种角色或群"),
        ("body", "别县应急管理局", "权限表里没有“别县应急管理局”"),
        ("ends", "2026-07-12T01:00", "结束时间已经过去"),
        ("title", "红色预警期间停课", "不带预警的颜色"),
        ("starts", "昨天", "时间写法不对"),
        ("roles", "", "请选给谁"),
    ],
)
async def test_bad_input_is_refused_by_name_and_nothing_is_kept(room: Room, field: str, value: str, says: str) -> None:
    path = "/console/notices/new?kind=notice"
    await room["writer"].open(path)
    await room["writer"].send(path, **{**NOTICE, "do": "submit", field: value})
    assert room["writer"].status == 422
    assert says in room["writer"].text
    assert "<script>" not in room["writer"].text
    assert "<img src=x" not in room["writer"].text
    async with room.world.deps.read() as session:
        assert (await session.execute(select(NoticeVersion))).all() == []


async def test_an_end_before_the_beginning_is_refused(room: Room) -> None:
    path = "/console/notices/new?kind=notice"
    await room["writer"].open(path)
    times = {"starts": "2026-07-12T09:00", "ends": "2026-07-12T08:00"}
    await room["writer"].send(path, **{**NOTICE, **times, "do": "submit"})
    assert "结束时间早于起始时间" in room["writer"].text


async def test_who_may_not_sees_none_of_it(room: Room) -> None:
    url = await written(room, "notice")
    for path in ("/console/notices", url, "/console/notices/new?kind=local", f"{url}/edit"):
        await room["looker"].open(path)
        assert room["looker"].status == 403
    await room["chief"].open("/console/notices/new?kind=local")
    assert room["chief"].status == 403  # an approver does not write
    town = await room.enter("town", Role.officer, Role.approver, place="石门乡")
    await town.open(url)
    assert town.status == 404
    await town.open("/console/notices/new?kind=notice")
    await town.send("/console/notices/new?kind=notice", **{**NOTICE, "do": "save"})
    assert town.status == 422
    assert "认不出“柳湾镇”，或不归您管" in town.text
    for do in ("submit", "approve", "return", "withdraw", "issue", "alone"):
        await room["writer"].send(f"{url}/{do}", csrf="x", version="1", word="w")
        assert room["writer"].status == 403


async def test_it_is_withdrawn_and_then_over(room: Room) -> None:
    url = await written(room, "notice")
    await room["writer"].open(url)
    await room["writer"].send(f"{url}/withdraw", word="不用了")
    assert (await room.notice()).state is State.withdrawn
    await room["chief"].open("/console/notices")
    await room["chief"].send(f"{url}/approve", version="1")
    assert room["chief"].status in {403, 409}
    assert await room.world.phone("li") == []
