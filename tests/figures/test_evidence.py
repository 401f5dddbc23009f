"""The evidence pack: what was said, who let it out, what became of each person, and that it was made at all."""

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import User
from bot.directory.models import Person, Robot
from bot.ids import uuid7
from bot.record.anchors import holds
from bot.record.models import Entry
from bot.record.seals import seal
from broadcasts.alerts.models import Alert, AlertSource, Kind
from broadcasts.evidence.lines import masked
from broadcasts.notices.models import Notice, NoticeVersion, State
from tests.console.browser import Browser
from tests.figures.counting import counted, newest_alert
from tests.world import World, robot_key

TEXT = "上坪水库水位快速上涨，请转移。"
PHONE = "10000001234"


async def a_night(world: World) -> Alert:
    """A red warning: 李秀英 answers by a digit, a group cannot be reached, 王建国 is reminded; then it is cleared."""
    async with world.deps.begin() as session:
        li = (await session.execute(select(Person).where(col(Person.key) == "li"))).scalar_one()
        li.phone_sealed = world.deps.vault.seal(PHONE)
        session.add(li)
    await world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    got = await world.issue(places=("柳湾镇",), text=TEXT)
    await world.forward(minutes=1)
    await world.say("li", "1")
    await world.forward(minutes=4)
    alert = got.taken[0].alert
    await world.issue(places=("柳湾镇",), refers=alert.identifier, msg_type="Cancel", text="雨停了，解除。")
    await world.forward(minutes=1)
    await counted(world)
    async with world.deps.begin() as session:
        await seal(session, world.deps.vault, world.clock.now())
    return alert


async def made(who: Browser, alert: Alert, kind: str) -> tuple[int, bytes]:
    """One touch on the page's button."""
    await who.open(f"/console/alerts/{alert.uid}/evidence")
    found = re.search(r'name="csrf" value="([^"]+)"', who.text)
    assert found
    data = {"csrf": found.group(1), "kind": kind}
    async with who.client.post(f"/console/alerts/{alert.uid}/evidence", data=data) as answer:
        return answer.status, await answer.read()


def sheets(body: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def test_the_sheets_tell_the_whole_night(world: World, officer: Browser) -> None:
    alert = await a_night(world)
    status, body = await made(officer, alert, "xlsx")
    assert status == 200
    book = sheets(body)
    texts = str(book["原文"])
    assert TEXT in texts
    assert "雨停了，解除。" in texts  # the thread's all-clear belongs to it
    async with world.deps.read() as session:
        digests = (await session.execute(sa.select(col(AlertSource.sha256)))).scalars().all()
    assert all(digest in str(book["来源"]) for digest in digests)
    li = next(row for row in book["每个人"] if row[0] == "李秀英")
    assert li[1:6] == ["灾害信息员 A 角", "柳湾镇柳湾村", "*******1234", "是", "收到"]
    steps = li[6].split("\n")
    assert "首次发布 企业微信应用消息：平台已接收" in steps[0]
    assert "应答：收到（回数字）“1”" in steps[1]
    assert "解除" in steps[-1]
    wang = next(row for row in book["每个人"] if row[0] == "王建国")
    assert wang[5] == ""
    assert "叫醒 B 角" in wang[6] or "再次提醒" in wang[6]
    dropped = next(row for row in book["没有送到"] if row[1] == "柳湾村群")
    assert dropped[5:7] == ["失败", "群机器人已失效"]
    others = [row[2] for row in book["发送"] if row[1] == "和计划不同"]
    assert "失败　群机器人已失效　群机器人　1　柳湾村群" in others
    assert "按放行规则自动发出" in str(book["决定"])
    assert "系统默认，待县里确认" in str(book["发送"])
    assert any("办了" in str(row) for row in book["叫应"][1:])
    assert PHONE not in str(book)


async def test_that_it_was_made_is_on_the_record_with_its_digest_and_the_seal_can_be_checked(
    world: World, officer: Browser
) -> None:
    alert = await a_night(world)
    _, body = await made(officer, alert, "xlsx")
    head = {row[0]: row[1] for row in sheets(body)["总表"]}
    async with world.deps.read() as session:
        wanted = select(Entry).where(col(Entry.action) == "evidence.made")
        entry = (await session.execute(wanted)).scalar_one()
        assert await holds(session, head["存证码"])
    assert (entry.actor, entry.subject) == ("user:officer", alert.uid)
    assert entry.detail["digest"] == head["本件摘要（SHA-256）"]
    assert entry.detail["digest"] in await officer.open(f"/console/alerts/{alert.uid}/evidence")


async def test_whoever_acted_is_named_as_people_know_them(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        behind = sa.select(col(Person.id)).where(col(Person.name) == "刘洋").scalar_subquery()
        await session.execute(sa.update(User).where(col(User.name) == "officer").values(person_id=behind))
    _, body = await made(officer, await a_night(world), "xlsx")
    head = {row[0]: row[1] for row in sheets(body)["总表"]}
    assert head["制作"].endswith(" 刘洋（officer）")
    assert "<span>刘洋</span>" in officer.text


async def test_the_paper_is_printed(world: World, officer: Browser) -> None:
    status, body = await made(officer, await a_night(world), "pdf")
    assert status == 200
    assert body.startswith(b"%PDF")


@pytest.mark.parametrize(("mark", "kept"), [("1751234567890", "1751234567890"), ("1; Path=/", None), ("", None)])
async def test_the_press_that_made_it_finds_its_mark(
    world: World, officer: Browser, mark: str, kept: str | None
) -> None:
    await world.issue(places=("柳湾镇",))
    page = f"/console/alerts/{(await newest_alert(world)).uid}/evidence"
    await officer.open(page)
    token = re.findall(r'name="csrf" value="([^"]+)"', officer.text)[0]
    data = {"csrf": token, "kind": "xlsx", "made": mark}
    async with officer.client.post(page, data=data) as answer:
        assert answer.status == 200
        cookie = answer.cookies.get("made")
    assert (cookie.value if cookie else None) == kept
    assert cookie is None or cookie["path"] == page


async def test_a_drill_is_marked_on_every_sheet(world: World, officer: Browser) -> None:
    alert = await a_night(world)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Alert).where(col(Alert.id) == alert.id).values(kind=Kind.drill))
    _, body = await made(officer, alert, "xlsx")
    for name, rows in sheets(body).items():
        assert (rows[0][0], rows[-1][0]) == ("【演练】", "【演练】"), name


async def test_the_green_channel_is_its_first_line(world: World, officer: Browser) -> None:
    alert = await a_night(world)
    at = world.clock.now()
    async with world.deps.begin() as session:
        notice = Notice(
            uid=uuid7(at), kind=Kind.local, state=State.issued, author="user:刘洋", alone=True, alert_id=alert.id,
            approver="user:孙和平", approved_at=at, created_at=at, changed_at=at,
        )  # fmt: skip
        session.add(notice)
        await session.flush()
        session.add(NoticeVersion(notice_id=notice.id, number=1, content={}, by="user:刘洋", at=alert.received_at))
    _, body = await made(officer, alert, "xlsx")
    book = sheets(body)
    assert book["总表"][4][1] == "绿色通道：刘洋 一个人发出，发出前没有第二个人审批。"
    assert "起草，第 1 版" in str(book["决定"])
    assert book["决定"][-1][1:4] == ["审批同意", "", "孙和平"]


async def test_who_forwards_by_hand_is_named_with_the_group(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.delete(Robot))
    await world.issue(places=("柳湾镇",))
    await world.forward(minutes=1)
    _, body = await made(officer, await newest_alert(world), "xlsx")
    group = next(row for row in sheets(body)["群"] if row[0] == "上坪村群")
    assert "请人转发：待发，转发人 周秀兰" in group[6]


async def test_a_town_gets_its_own_people_alone(world: World, town: Browser) -> None:
    await world.issue()
    _, body = await made(town, await newest_alert(world), "xlsx")
    assert [row[0] for row in sheets(body)["每个人"][1:]] == ["陈大山"]


async def test_nobody_else_makes_one(world: World, officer: Browser, viewer: Browser, town: Browser) -> None:
    await world.issue(places=("柳湾镇",))
    address = f"/console/alerts/{(await newest_alert(world)).uid}/evidence"
    for who, fields, status in (
        (viewer, {"kind": "pdf"}, 403),
        (town, {"kind": "pdf"}, 404),
        (officer, {"kind": "pdf", "csrf": "wrong"}, 403),
        (officer, {"kind": "docx"}, 400),
    ):
        await officer.open(address)
        if who is not officer:
            await who.open("/console/")
        await who.send(address, **fields)
        assert who.status == status, fields
    async with world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(col(Entry.action) == "evidence.made")) == 0


@pytest.mark.parametrize(
    ("phone", "shown"), [("10000001234", "*******1234"), ("000-0001", "****0001"), ("1234", "****"), ("", "")]
)
def test_of_a_phone_the_last_four_digits_stay(phone: str, shown: str) -> None:
    assert masked(phone) == shown
