"""仍有效？解除？: asked every few hours as long as there is no end, once after an outage, never for what is over."""

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.commands.due.alerts import ends
from broadcasts.alerts.models import Kind
from broadcasts.hazards.grades import Grade
from broadcasts.life.models import EndQuestion, EndRule
from broadcasts.life.questions import hours
from tests.notices.alerts import plain
from tests.notices.conftest import Room
from tests.notices.steps import issued
from tests.world import NIGHT

HOUR = 3600


async def asked(room: Room) -> list[str]:
    """What the officer on duty was asked."""
    await ends(room.world.deps)
    await room.world.work()
    return [text for text in await room.world.phone("liu") if text.startswith("仍有效？解除？")]


async def test_it_is_asked_by_the_hour_and_both_buttons_stand_on_the_page(room: Room) -> None:
    alert = await issued(room, ends="")
    assert await asked(room) == []
    room.world.clock.turn(2 * HOUR)  # red: every two hours
    (first,) = await asked(room)
    assert first.startswith("仍有效？解除？现在转移 柳湾村 山洪\n今天凌晨2:40发出，没有写到什么时候。")
    assert await asked(room) == [first]  # the tick runs again, and after a restart too: the moment is a row
    page = f"/console/alerts/{alert.uid}"
    await room["writer"].open(page)
    assert f'href="/console/notices/new?type=Cancel&amp;refers={alert.uid}">解除</a>' in room["writer"].text
    await room["writer"].send(f"{page}/valid")
    assert "writer 今天凌晨4:40说仍有效；今天早上6:40再问" in room["writer"].text
    room.world.clock.turn(HOUR)
    assert len(await asked(room)) == 1
    room.world.clock.turn(HOUR)
    assert len(await asked(room)) == 2
    assert "第 2 次问" in (await asked(room))[-1]


async def test_after_an_outage_it_is_asked_once(room: Room) -> None:
    await issued(room, ends="")
    await asked(room)
    room.world.clock.turn(26 * HOUR)
    assert len(await asked(room)) == 1
    assert len(await asked(room)) == 1


async def test_what_is_over_is_not_asked_about(room: Room) -> None:
    alert = await issued(room, ends="")
    await asked(room)
    clear = f"/console/notices/new?type=Cancel&refers={alert.uid}"
    await issued(room, path=clear, text="解除。", measures="回家", ends="", loud="")
    room.world.clock.turn(9 * HOUR)
    assert await asked(room) == []
    async with room.world.deps.read() as session:
        rows = (await session.execute(select(EndQuestion.due_at))).scalars().all()
    assert rows == [None]


async def test_what_has_an_end_is_not_asked_about_and_a_relayed_one_is(room: Room) -> None:
    await issued(room)
    got = await room.world.issue(grade=Grade.orange, hours=None)
    room.world.clock.turn(3 * HOUR)
    (said,) = await asked(room)
    assert said.startswith("仍有效？解除？橙色暴雨 青崖县")
    assert "请向发布单位问清" in said
    await room["writer"].open(f"/console/alerts/{got.taken[0].alert.uid}")
    assert "解除：粘贴发布单位的原文" in room["writer"].text
    await room["looker"].open(f"/console/alerts/{got.taken[0].alert.uid}")
    assert "仍有效？" not in room["looker"].text
    await room["looker"].send(f"/console/alerts/{got.taken[0].alert.uid}/valid")
    assert room["looker"].status == 403


async def test_a_notice_too_and_nobody_answers_for_what_is_not_there(room: Room) -> None:
    alert = await issued(room, "notice")
    assert alert.kind is Kind.notice
    room.world.clock.turn(3 * HOUR)
    assert len(await asked(room)) == 1
    async with room.world.deps.begin() as session:
        await session.execute(sa.delete(EndQuestion))
    await room["writer"].open("/console/notices")
    await room["writer"].send(f"/console/alerts/{alert.uid}/valid")
    async with room.world.deps.read() as session:
        assert (await session.execute(select(EndQuestion).where(col(EndQuestion.valid_by) != ""))).all() == []


@pytest.mark.parametrize(
    ("grade", "code", "fewest"), [(Grade.red, "11B03", 2), (Grade.blue, "11A51", 1), (Grade.blue, "11B03", 6)]
)
def test_of_the_rules_that_match_the_fewest_hours_count(grade: Grade, code: str, fewest: int) -> None:
    rules = [EndRule(hours=6, basis="b"), EndRule(grade="red", hours=2, basis="b")]
    rules.append(EndRule(hazard="11A", hours=1, basis="b"))
    assert hours(rules, plain(grade=grade, event_code=code), NIGHT.date()) == fewest
    assert hours([], plain(), NIGHT.date()) == 3


async def test_the_officer_answers_by_a_word(room: Room) -> None:
    world = room.world
    alert = await issued(room, ends="")
    await asked(room)
    await world.say("liu", "仍有效")
    assert "已转给值班员" in (await world.phone("liu"))[-1]  # nobody had asked
    world.clock.turn(2 * HOUR)
    assert len(await asked(room)) == 1
    await world.say("li", "仍有效")
    await world.say("liu", "解除")
    assert "解除要在值班台办" in (await world.phone("liu"))[-1]
    await world.say("liu", "仍有效")
    assert (await world.phone("liu"))[-1].startswith("记下了：现在转移 柳湾村 山洪，仍有效。今天早上6:40再问您。")
    async with world.deps.read() as session:
        row = (await session.execute(select(EndQuestion))).scalar_one()
    assert row.valid_by.startswith("person:")
    await room["writer"].open(f"/console/alerts/{alert.uid}")
    assert "刘洋 今天凌晨4:40说仍有效" in room["writer"].text
    world.clock.turn(2 * HOUR)
    assert len(await asked(room)) == 2


async def test_of_two_it_asks_which(room: Room) -> None:
    world = room.world
    await issued(room, ends="")
    await world.issue(grade=Grade.orange, hours=None)
    world.clock.turn(3 * HOUR)
    assert len(await asked(room)) == 2
    await world.say("liu", "仍有效")
    assert "您说的是哪一条？" in (await world.phone("liu"))[-1]
    await world.say("liu", "暴雨仍有效")
    assert (await world.phone("liu"))[-1].startswith("记下了：橙色暴雨 青崖县，仍有效。")
