"""A local warning: from the desk to the phones by two people, held until its eight items are there."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Role, User
from broadcasts.alerts.models import Alert, Kind
from broadcasts.notices.models import State
from tests.notices.conftest import Room
from tests.notices.pages import LOCAL

NEW = "/console/notices/new?kind=local"


async def write(room: Room, **changed: str) -> str:
    """Written and handed in by the officer; its address."""
    await room["writer"].open(NEW)
    await room["writer"].send(NEW, **{**LOCAL, "do": "submit", **changed})
    assert room["writer"].status == 200, room["writer"].text
    return await room.url()


async def sent(room: Room) -> Alert:
    notice = await room.notice()
    async with room.world.deps.read() as session:
        alert = await session.get(Alert, notice.alert_id)
    assert alert is not None
    return alert


async def test_two_people_send_it_and_the_order_comes_first(room: Room) -> None:
    url = await write(room)
    assert "等审批人批准：红色山洪" in room["writer"].text
    await room["chief"].open(url)
    assert "批准，向 2 个群、4 人发布红色山洪</button>" in room["chief"].text
    assert await room.world.phone("li") == []
    await room["chief"].send(f"{url}/approve", version="1", then="issue", first="青")
    await room.world.work()
    alert = await sent(room)
    assert room["chief"].where == f"/console/alerts/{alert.uid}"
    assert (alert.kind, alert.grade, alert.sender_name) == (Kind.local, "red", "青崖县防汛抗旱指挥部")
    (told,) = await room.world.phone("li")
    first, by, *rest = told.split("\n")
    assert first == "现在转移 柳湾村 山洪"
    assert by == "青崖县防汛抗旱指挥部 今天凌晨2:40发布，本级红色预警"
    text = "\n".join(rest)
    for words in (
        "上游水库加大泄洪",
        "范围：柳湾村，从今天凌晨3点开始",
        "1. 往高处走，到柳湾小学",
        "到今天上午9点为止",
    ):
        assert words in text
    assert "预警信号" not in told
    assert (await room.notice()).approver == "user:chief"


async def test_the_author_never_approves_whatever_the_role(room: Room) -> None:
    both = await room.enter("both", Role.officer, Role.approver)
    await both.open(NEW)
    await both.send(NEW, **{**LOCAL, "do": "submit"})
    url = await room.url()
    assert "要由另一个人批" in both.text
    assert "/approve" not in both.text
    await both.send(f"{url}/approve", version="1", then="issue", first="青")
    assert both.status == 403
    assert "您自己写的或改过的" in both.text
    assert (await room.notice()).state is State.submitted
    # Whoever changed a word has written it too.
    await room["other"].open(f"{url}/edit")
    await room["other"].send(f"{url}/edit", **{**LOCAL, "order": "准备转移", "do": "submit"})
    await room["other"].send(f"{url}/approve", version="2")
    assert room["other"].status == 403
    assert await room.world.phone("li") == []


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("hazard", "类别"),
        ("grade", "预警级别"),
        ("starts", "起始时间"),
        ("areas", "可能影响的范围"),
        ("text", "警示事项"),
        ("measures", "应当采取的措施"),
        ("body", "发布单位"),
    ],
)
async def test_each_missing_item_is_named_and_holds_it(room: Room, field: str, item: str) -> None:
    await room["writer"].open(NEW)
    await room["writer"].send(NEW, **{**LOCAL, field: "", "do": "submit"})
    assert room["writer"].status == 422
    assert f"{item}：突发事件应对法第六十四条要求写明" in room["writer"].text
    await room["writer"].send(NEW, **{**LOCAL, field: "", "do": "save"})
    assert f"缺 {item}</b>" in room["writer"].text
    url = await room.url()
    await room["writer"].send(f"{url}/submit")
    assert (room["writer"].status, (await room.notice()).state) == (422, State.draft)
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/approve", version="1", then="issue", first="青")
    assert room["chief"].status in {403, 404, 422}
    assert await room.world.phone("li") == []


async def test_red_asks_once_more(room: Room) -> None:
    url = await write(room)
    await room["chief"].open(url)
    await room["chief"].send(f"{url}/approve", version="1", then="issue", first="柳")
    assert room["chief"].status == 422
    assert "县名字的第一个字“青”" in room["chief"].text
    assert (await room.notice()).state is State.submitted


async def test_nor_by_its_author_under_another_login(room: Room) -> None:
    async with room.world.deps.begin() as session:
        chief = sa.select(col(User.person_id)).where(col(User.name) == "chief").scalar_subquery()
        await session.execute(sa.update(User).where(col(User.name) == "writer").values(person_id=chief))
    await room["writer"].open(NEW)
    await room["writer"].send(NEW, **{**LOCAL, "do": "submit"})
    url = await room.url()
    await room["chief"].open(url)
    assert "/approve" not in room["chief"].text
    await room["chief"].send(f"{url}/approve", version="1", then="issue", first="青")
    assert room["chief"].status == 403
    assert "您自己写的或改过的" in room["chief"].text
    assert (await room.notice()).state is State.submitted
