"""The life of what we said: an update says first what changed, an all-clear reaches everyone who was told, a correction
goes to the same people, one person may send red alone and be stopped."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.commands.due.alerts import approvals
from bot.directory.models import Address, Area, Person, PersonRole
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.dispatch.models import Delivery
from broadcasts.dispatch.texts.changed import Change, changed
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea, Reference
from broadcasts.notices.models import State
from tests.notices.alerts import plain
from tests.notices.conftest import Room
from tests.notices.pages import LOCAL
from tests.notices.steps import NEW, issued, written
from tests.world import NIGHT, PLACES, World

NEXT = "/console/notices/new?type={}&refers={}"
ZONE = ZoneInfo("Asia/Shanghai")


async def test_an_update_says_first_what_changed_in_the_same_thread(room: Room) -> None:
    first = await issued(room, grade="orange")
    room.world.clock.turn(600)
    path = NEXT.format("Update", first.uid)
    await room["writer"].open(path)
    assert 'value="现在转移"' in room["writer"].text  # what holds stands there already
    second = await issued(room, path=path, areas="柳湾村、上坪村")
    assert (await room.world.phone("li"))[-1].startswith("升级：橙色→红色 现在转移 柳湾村、上坪村 山洪")
    assert (await room.world.phone("zhou"))[-1].startswith("升级：橙色→红色")  # newly affected
    assert second.thread == first.thread
    async with room.world.deps.read() as session:
        old = await session.get(Alert, first.id)
    assert old is not None
    assert (old.status, old.replaced_by) == (Status.ended, second.uid)
    await room["writer"].open(f"/console/alerts/{second.uid}")
    assert room["writer"].text.count("<li class=") >= 2
    assert "孙和平批准" in room["writer"].text
    assert "升级：橙色→红色 现在转移" in room["writer"].text


async def test_the_all_clear_is_ready_and_reaches_everyone_who_was_told(room: Room) -> None:
    first = await issued(room)
    told = {name: len(await room.world.phone(name)) for name in ("li", "wang", "zhou", "chen", "liu", "sun")}
    room.world.clock.turn(3600)
    path = NEXT.format("Cancel", first.uid)
    await room["writer"].open(path)
    assert "“现在转移 柳湾村 山洪”解除。" in room["writer"].text
    texts = {"text": "“现在转移 柳湾村 山洪”解除。", "measures": "听村里的安排，再回家", "ends": "", "loud": ""}
    clear = await issued(room, path=path, **texts)
    assert (clear.msg_type, clear.thread, clear.expires) == ("Cancel", first.thread, None)
    assert (await room.world.phone("li"))[-1].startswith("解除 柳湾村 山洪\n青崖县防汛抗旱指挥部 今天凌晨3:40解除")
    after = {name: len(await room.world.phone(name)) for name in told}
    assert {name for name in told if after[name] > told[name]} >= {name for name in told if told[name]}
    await room["writer"].open(path)  # it is over: nothing more can end it
    assert room["writer"].status == 422
    await room["writer"].send(path, csrf=csrf(room, "writer"), **{**LOCAL, **texts, "do": "submit"})
    assert room["writer"].status == 422
    assert "没有在生效" in room["writer"].text


async def test_nobody_elses_message_ends_what_we_said(room: Room) -> None:
    first = await issued(room)
    at, area = room.world.clock.now(), MessageArea("柳湾村", (PLACES["柳湾村"][0],))
    info = Info("zh-CN", "山洪", "11A51", Grade.red, sender_name="别的平台", areas=(area,))
    refers = (Reference(first.identifier, first.sender, first.sent),)
    await room.world.take(Message(Form.own, "x", "别的平台", at, (info,), msg_type="Cancel", references=refers))
    async with room.world.deps.read() as session:
        alert = await session.get(Alert, first.id)
    assert alert is not None
    assert alert.status is Status.issued


async def test_a_correction_goes_in_two_taps_to_those_who_were_told_and_to_nobody_else(room: Room) -> None:
    wrong = await issued(room)
    before = {name: len(await room.world.phone(name)) for name in ("li", "wang", "zhou", "chen")}
    groups = {name: len(await room.world.group(name)) for name in ("柳湾村群", "上坪村群")}
    await room["other"].open(f"/console/alerts/{wrong.uid}")
    path = f"/console/alerts/{wrong.uid}/correct"
    assert path in room["other"].text
    await room["other"].open(path)  # the first tap
    assert "更正</button>" in room["other"].text
    text = "今天凌晨2:40发的“现在转移 柳湾村 山洪”有误，请不要照它行动。正确的消息核实后马上发。"
    assert text in room["other"].text
    newcomer = await newly_on_duty(room)  # whom the rules would name
    await room["other"].send(path, text=text)  # the second
    await room.world.work()
    async with room.world.deps.read() as session:
        assert newcomer not in (await session.execute(select(Delivery.target_id))).scalars().all()
    last = (await room.world.phone("li"))[-1]
    assert last.startswith("更正 刚才的“山洪”有误 柳湾村\n青崖县防汛抗旱指挥部 今天凌晨2:40更正，other签发")
    assert text in last
    assert "为止" not in last
    after = {name: len(await room.world.phone(name)) for name in before}
    assert {name: after[name] - before[name] for name in before} == {n: int(c > 0) for n, c in before.items()}
    assert groups["上坪村群"] == len(await room.world.group("上坪村群"))
    assert len(await room.world.group("柳湾村群")) == groups["柳湾村群"] + 1
    async with room.world.deps.read() as session:
        made = (await session.execute(select(Alert).order_by(col(Alert.id).desc()).limit(1))).scalar_one()
        old = await session.get(Alert, wrong.id)
    assert (made.kind, made.grade, made.thread) == (Kind.notice, None, wrong.thread)
    assert old is not None
    assert (old.kind, old.status, old.content) == (Kind.local, Status.ended, wrong.content)
    await approvals(room.world.deps)
    await room.world.work()
    assert (await room.world.phone("sun"))[-1].startswith("请核对 一个人先发的")
    await room["other"].send(path, csrf=csrf(room), text=text)
    assert room["other"].status == 409


async def newly_on_duty(room: Room) -> int:
    """Somebody comes to the county's duty room after the warning; his id."""
    at = room.world.clock.now()
    async with room.world.deps.begin() as session:
        county = (await session.execute(select(Area.id).where(col(Area.name) == "青崖县"))).scalar_one()
        person = Person(uid=uuid7(at), key="new", name="何新", area_id=county)
        session.add(person)
        await session.flush()
        session.add(PersonRole(person_id=person.id, role="值班员"))
        session.add(Address(person_id=person.id, channel="wecom_app", value="new", folded="new"))
    return person.id


def csrf(room: Room, name: str = "other") -> str:
    return room[name].text.split('name="csrf" value="')[1].split('"')[0]


async def test_what_was_relayed_from_a_feed_is_its_stations_to_correct(room: Room) -> None:
    got = await room.world.issue(grade=Grade.orange)
    path = f"/console/alerts/{got.taken[0].alert.uid}/correct"
    await room["writer"].open(path)
    assert "由发布单位更正" in room["writer"].text
    await room["writer"].send(path, text="错了")
    assert room["writer"].status == 409


async def test_red_may_go_by_one_person_who_is_seen_and_can_be_stopped(room: Room) -> None:
    await room["writer"].open(NEW.format("local"))
    await room["writer"].send(NEW.format("local"), **{**LOCAL, "do": "save"})
    url = await room.url()
    await room["writer"].send(f"{url}/alone", first="青", again="")
    assert room["writer"].status == 422
    await room["writer"].send(f"{url}/alone", first="青", again="先发")
    await room.world.work()
    assert (await room.world.phone("li"))[-1].startswith("现在转移 柳湾村 山洪")
    notice = await room.notice()
    assert (notice.state, notice.alone, notice.approver) == (State.issued, True, "")
    await approvals(room.world.deps)
    await room.world.work()
    assert (await room.world.phone("sun"))[-1].startswith("请核对 一个人先发的：红色山洪\nwriter已经先发出")
    async with room.world.deps.read() as session:
        wanted = select(Entry.action).where(col(Entry.subject) == notice.uid).order_by(col(Entry.id))
        said = list((await session.execute(wanted)).scalars())
    assert said == ["notice.begun", "notice.alone", "notice.issued"]
    await room["chief"].open(url)
    assert "有误？停发并更正" in room["chief"].text


async def test_what_is_not_red_waits_for_the_other(room: Room) -> None:
    url = await written(room, grade="orange")
    await room["writer"].open(url)
    assert "先发" not in room["writer"].text
    await room["writer"].send(f"{url}/alone", csrf=csrf(room, "writer"), again="先发")
    assert (room["writer"].status, (await room.notice()).state) == (422, State.submitted)


@pytest.mark.parametrize(
    ("grade", "codes", "hours", "says"),
    [
        (Grade.red, ("529926101000",), 3, Change("升级：橙色→红色", True)),
        (Grade.yellow, ("529926101000",), 3, Change("降级：橙色→黄色", True)),
        (Grade.orange, ("529926000000",), 3, Change("范围扩大")),
        (Grade.orange, ("529926101001",), 3, Change("范围缩小")),
        (Grade.orange, ("529926102000",), 3, Change("范围改变")),
        (Grade.orange, ("529926101000",), 5, Change("延长到今天早上7:40")),
        (Grade.orange, ("529926101000",), 1, Change("提前到今天凌晨3:40结束")),
        (Grade.red, ("529926000000",), 5, Change("升级：橙色→红色", True)),
        (Grade.orange, ("529926101000",), 3, None),
        (None, ("529926101000",), None, None),
    ],
)
def test_what_changed(grade: Grade | None, codes: tuple[str, ...], hours: int | None, says: Change | None) -> None:
    assert changed(saying(Grade.orange, ("529926101000",), 3), saying(grade, codes, hours), NIGHT, ZONE) == says


def saying(grade: Grade | None, codes: tuple[str, ...], hours: int | None) -> Alert:
    ends = NIGHT + timedelta(hours=hours) if hours else None
    return plain(grade=grade, expires=ends, content={"infos": [{"areas": [{"codes": list(codes)}]}]})


async def pasted(world: World) -> Alert:
    """An officer typed in a station's signal."""
    at = world.clock.now()
    area = MessageArea("柳湾镇", (PLACES["柳湾镇"][0],))
    info = Info(
        "zh-CN", "暴雨", "11B03", Grade.orange, sender_name="青崖县气象台", headline="青崖县气象台发布暴雨橙色预警信号",
        description="预计未来3小时有强降雨。", expires=at + timedelta(hours=3), areas=(area,),
    )  # fmt: skip
    got = await world.take(Message(Form.paste, "typed", "青崖县气象台", at, (info,), raw=b"typed"), confirmed=True)
    return got.taken[0].alert


async def test_a_typed_in_signal_is_corrected_by_a_notice_beside_it(room: Room, world: World) -> None:
    wrong = await pasted(world)
    text = "录入有误，请以气象台的原文为准。"
    await room["writer"].open(f"/console/alerts/{wrong.uid}/correct")
    assert "录入有误，请不要照它行动" in room["writer"].text
    await room["writer"].send(f"/console/alerts/{wrong.uid}/correct", text=text)
    await world.work()
    last = (await world.phone("li"))[-1]
    assert last.startswith("更正 刚才的“暴雨”有误 柳湾镇\n青崖县应急管理局")
    async with world.deps.read() as session:
        old = await session.get(Alert, wrong.id)
    assert old is not None
    assert (old.kind, old.content, old.headline) == (Kind.signal, wrong.content, wrong.headline)
