"""What the public sees of it: the page behind the link, what holds now; and the county's table of rights."""

import re
from datetime import date

from sqlmodel import col, select

from bot.access.models import Role
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.life.models import EndRule
from broadcasts.notices.models import IssuingRight
from tests.notices.conftest import Room
from tests.notices.pages import LOCAL
from tests.notices.steps import NEW, issued


async def page(room: Room, alert: Alert) -> str:
    async with room.world.deps.read() as session:
        wanted = select(Broadcast.code).where(col(Broadcast.alert_id) == alert.id, col(Broadcast.subject) == "")
        code = (await session.execute(wanted)).scalar_one()
    status, body = await room.ask("GET", f"/h5/a/{code}", "")
    assert status == 200
    return str(body.decode())


async def test_the_page_of_a_local_warning_tells_what_to_do_and_who_says_so(room: Room) -> None:
    alert = await issued(room)
    text = await page(room, alert)
    assert "现在转移 柳湾村 山洪" in text
    assert "<li>往高处走，到柳湾小学</li>" in text
    assert "青崖县防汛抗旱指挥部 今天凌晨2:40发布，本级红色预警" in text
    assert "范围：柳湾村，从今天凌晨3点开始" in text
    assert "预警信号" not in text
    _, now = await room.ask("GET", "/h5/now", "")
    assert "现在有 1 条预警" in now.decode()
    assert "现在转移 柳湾村 山洪" in now.decode()


async def test_the_page_of_a_notice_has_no_colour_and_names_its_approver(room: Room) -> None:
    alert = await issued(room, "notice", roles="村群")
    text = await page(room, alert)
    assert "通知 今晚河边不要停车 柳湾镇" in text
    assert "青崖县应急管理局 今天凌晨2:40发布，孙和平批准" in text
    assert not re.search(r'class="(grade )?(red|orange|yellow|blue)"', text)
    _, now = await room.ask("GET", "/h5/now", "")
    assert "现在没有预警，有 1 条通知" in now.decode()


async def test_what_was_corrected_is_said_to_be_over_on_its_page(room: Room) -> None:
    alert = await issued(room)
    await room["writer"].open(f"/console/alerts/{alert.uid}/correct")
    await room["writer"].send(f"/console/alerts/{alert.uid}/correct", text="说错了。")
    assert "这条已经过时" in await page(room, alert)


async def test_a_county_adds_its_own_body_and_ends_a_row(room: Room) -> None:
    leader = await room.enter("leader", Role.leader)
    await leader.open("/console/rights")
    assert "青崖县防汛抗旱指挥部：可以发" in leader.text
    assert "系统默认，待县里确认" in leader.text
    fields = {
        "body": "柳湾镇人民政府",
        "kind": "local",
        "grade": "",
        "hazard": "山洪",
        "area": "柳湾镇",
        "basis": "青政办〔2026〕1号",
    }
    await leader.send("/console/rights", **{**fields, "basis": ""})
    assert leader.status == 422
    await leader.send("/console/rights", **{**fields, "area": "成都市"})
    assert "认不出“成都市”" in leader.text
    await leader.send("/console/rights", **fields)
    assert leader.status == 200, re.findall(r'class="error"[^>]*>([^<]*)', leader.text)
    assert "柳湾镇人民政府：可以发山洪灾害 11A51的本级预警，只管柳湾镇" in leader.text
    await issued(room, body="柳湾镇人民政府")
    await room["writer"].open(NEW.format("local"))
    await room["writer"].send(
        NEW.format("local"), **{**LOCAL, "body": "柳湾镇人民政府", "areas": "石门村", "do": "submit"}
    )
    assert "不管这个地方" in room["writer"].text
    async with room.world.deps.read() as session:
        row = (await session.execute(select(IssuingRight).order_by(col(IssuingRight.id).desc()))).scalars().first()
    assert row is not None
    await leader.open("/console/rights")
    await leader.send(f"/console/rights/{row.id}/end")
    await room["writer"].open(NEW.format("local"))
    await room["writer"].send(NEW.format("local"), **{**LOCAL, "body": "柳湾镇人民政府", "do": "submit"})
    assert room["writer"].status == 422
    await leader.open("/console/rights")
    await leader.send("/console/rights/hours", hours="0", grade="", basis="b")
    assert "请填 1 到 48" in leader.text
    await leader.send("/console/rights/hours", hours="1", grade="blue", basis="b")
    async with room.world.deps.read() as session:
        rule = (await session.execute(select(EndRule).order_by(col(EndRule.id).desc()))).scalars().first()
    assert rule is not None
    await leader.send(f"/console/rights/hours/{rule.id}/end", csrf=leader.text.split('"csrf" value="')[1].split('"')[0])
    assert "蓝色预警：每 1 小时问一次（依据：b" in leader.text
    async with room.world.deps.read() as session:
        ended = await session.get(EndRule, rule.id)
    assert ended is not None
    assert ended.valid_to == date(2026, 7, 11)


async def test_who_only_writes_looks_at_the_table_and_does_not_change_it(room: Room) -> None:
    await room["writer"].open("/console/rights")
    assert "您只能看" in room["writer"].text
    await room["writer"].send("/console/rights", body="x", kind="local", basis="b")
    assert room["writer"].status == 403
    await room["looker"].open("/console/rights")
    assert room["looker"].status == 403
