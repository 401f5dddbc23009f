"""The errand as a card, for whoever sees cards: each button, what the card shows then, and how it ends."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Person
from broadcasts.answers.models import How
from broadcasts.dispatch.texts.marks import MARK
from handlers.wechat.models import Inbound
from tests.both_ways import BothWays, both_ways
from tests.drills.playing import drilled
from tests.stories.test_cards import proven
from tests.tasks.knocking import Doors

CARD = "button_interaction"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, languages="ko") as made:
        yield made


async def sent(both: BothWays, *, card: bool = True) -> Doors:
    """王建国, who sees cards, is sent to 李秀英."""
    doors = Doors(both.world)
    night = await doors.silent_night("li")
    if card:
        await proven(both.world, "wang")
    await doors.knock(night, "li", "wang")
    await both.world.work()
    await both.world.forward(minutes=1)
    return doors


async def face(both: BothWays, phone: str = "wang") -> dict[str, Any]:
    """The errand's card, as the phone shows it now."""
    async with both.world.http.get(f"{both.world.base}/_sim/phones/{phone}") as answer:
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
    return next(m for m in reversed(messages) if m["type"] == CARD)


async def again(both: BothWays, phone: str, key: str) -> None:
    """The card that was pressed is pressed once more, on a client that has not seen the change."""
    async with both.world.deps.read() as session:
        first = select(Inbound).where(col(Inbound.event) == "template_card_event").order_by(col(Inbound.id)).limit(1)
        body = (await session.execute(first)).scalar_one().body
    await both.world.say(phone, kind="event", event="template_card_event", **body | {"EventKey": key})


async def test_a_card_for_whom_a_click_has_proved_it_and_text_for_the_others(both: BothWays) -> None:
    await sent(both)
    card = await face(both)
    assert card["title"] == "请去敲门 柳湾镇柳湾村 李秀英"
    assert card["text"].split("\n") == [
        "李秀英一直没有应答，请当面告诉本人",
        "红色暴雨 青崖县",
        "路上危险就不要去，告诉值班室。门口的照片直接发到这里就行。",
        "回话：今天凌晨3点前",
        "值班电话：000-0001",
        "［已敲开，本人知道］ ［没人在］ ［需要支援］ ［我去不了］",
    ]
    assert "/h5/knock/" in card["link"]


async def test_who_has_not_pressed_a_card_before_gets_text(both: BothWays) -> None:
    await sent(both, card=False)
    assert "到了门口再回：1 已敲开" in (await both.world.phone("wang"))[-1]


async def test_a_card_that_the_platform_refuses_goes_as_text(both: BothWays) -> None:
    doors = Doors(both.world)
    night = await doors.silent_night("li")
    await proven(both.world, "wang")
    await both.world.fault(endpoint="app", kind="errcode", code=42045, times=1, target="wang")
    await doors.knock(night, "li", "wang")
    await both.world.work()
    assert (await both.world.phone("wang"))[-1].startswith("请去敲门 柳湾镇柳湾村 李秀英\n红色暴雨 青崖县")


@pytest.mark.parametrize(
    ("button", "shown", "state", "said"),
    [
        ("door_knows", "1 已敲开，本人已知道", "knows", "收到了：1 已敲开"),
        ("door_nobody", "2 没人在", "nobody", "值班室会另派人，先别走远"),
        ("door_help", "3 需要支援", "help", "值班室正在给您打电话"),
        ("door_cannot", "我去不了", "off", "收到了：您去不了"),
    ],
)
async def test_each_button_is_a_word_and_stands_there(
    both: BothWays, button: str, shown: str, state: str, said: str
) -> None:
    doors = await sent(both)
    await both.act("wang", "tap", button=button)
    assert (await face(both))["pressed"] == f"已回复：{shown} 02:41"
    assert [one[2] for one in await doors.states()] == [state]
    assert any(said in text for text in await both.world.phone("wang"))
    assert await doors.desk.silent() == ([] if state == "knows" else ["李秀英"])
    assert (await both.world.counts())["calls"].get("update_card", 0) == 0  # the press has changed it by itself


async def test_0_after_a_press_stands_on_the_card(both: BothWays) -> None:
    doors = await sent(both)
    await both.act("wang", "tap", button="door_knows")
    await both.world.forward(minutes=1)
    assert "已撤销：1 已敲开" in await both.type("wang", "0")
    assert (await face(both))["pressed"] == "已撤销 02:42，请回数字"
    assert await doors.states() == [("李秀英", "王建国", "going", "")]
    assert "收到了：2 没人在" in await both.type("wang", "2")
    (seen,) = await doors.seen()
    assert seen.knock.how is How.digit


async def test_what_is_said_otherwise_takes_the_buttons_away(both: BothWays) -> None:
    doors = await sent(both)
    await both.type("wang", "3")
    assert (await face(both))["pressed"] == ""  # the door waits still
    await both.type("wang", "1")
    assert (await face(both))["pressed"] == "已回话"
    assert await doors.states() == [("李秀英", "王建国", "knows", "")]


async def test_the_page_behind_the_card_takes_them_away_too(both: BothWays) -> None:
    await sent(both)
    async with both.reading("wang") as page:
        await page.open((await face(both))["link"])
        await page.press(page.where.partition("?")[0], do="cannot")
    assert (await face(both))["pressed"] == "已回话"


async def test_called_back_the_card_says_so(both: BothWays) -> None:
    doors = await sent(both)
    await both.type("li", "1")
    assert await doors.states() == [("李秀英", "王建国", "off", "answered")]
    assert (await face(both))["pressed"] == "不用去了"
    assert (await both.world.phone("wang"))[-1].startswith("不用去了")


async def test_a_press_that_comes_too_late_counts_nothing_and_says_why(both: BothWays) -> None:
    doors = await sent(both)
    await both.act("wang", "tap", button="door_nobody")
    await again(both, "wang", "door_knows")
    assert (await face(both))["pressed"] == "已回过话，不再改 02:41"
    assert "已经记过：2 没人在" in (await both.world.phone("wang"))[-1]
    assert [one[2] for one in await doors.states()] == ["nobody"]
    await both.type("li", "1")
    await again(both, "wang", "door_help")  # who needs support is heard, however late
    assert len(await doors.desk.holds("help")) == 1


async def test_nobody_else_speaks_for_whoever_was_sent(both: BothWays) -> None:
    doors = await sent(both)
    await both.act("wang", "tap", button="door_help")
    await again(both, "zhou", "door_knows")
    assert await doors.states() == [("李秀英", "王建国", "help", "")]


async def test_an_update_leaves_the_buttons_where_they_are(both: BothWays) -> None:
    first = f"52992641600000_{both.world.clock.now():%Y%m%d%H%M%S}"
    doors = await sent(both)
    await both.world.issue(refers=first, msg_type="Update", text="继续。")
    newer = (await doors.desk.broadcasts())[-1]
    await both.world.forward(seconds=60)
    assert await doors.states(newer) == [("李秀英", "王建国", "going", "")]
    await both.act("wang", "tap", button="door_knows")
    assert await doors.states(newer) == [("李秀英", "王建国", "knows", "")]


async def test_in_a_drill_the_card_is_marked_all_over(both: BothWays) -> None:
    doors = Doors(both.world)
    await doors.rung()
    await proven(both.world, "zhou")
    played = await drilled(both.world, people=("li", "zhou"))
    await played.begin()
    await both.type("zhou", "1")
    await doors.to_the_doors()
    card = await face(both, "zhou")
    assert card["title"].startswith(f"{MARK}请去敲门")
    assert f"这是：{MARK}" in card["text"]
    await both.act("zhou", "tap", button="drill:door_help")
    assert (await face(both, "zhou"))["pressed"] == f"{MARK}已回复：3 需要支援 02:49{MARK}"
    assert await doors.states() == [("李秀英", "周秀兰", "help", "")]
    assert (await both.world.phone("zhou"))[-1].startswith(f"{MARK}收到了：3 需要支援")


async def test_a_korean_card_speaks_korean_all_the_way(both: BothWays) -> None:
    async with both.world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == "wang").values(language="ko"))
    await sent(both)
    card = await face(both)
    assert card["title"] == "문을 두드려 주십시오 柳湾镇柳湾村 李秀英"
    await both.act("wang", "tap", button="지원 필요")
    assert (await face(both))["pressed"] == "회신함: 3 지원 필요 02:41"
