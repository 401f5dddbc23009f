"""A card shows what its button was understood as, and when: each button, pressed again, taken back, too late, or by
somebody who was never asked."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address, Person
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Delivery
from broadcasts.hazards.grades import Grade
from broadcasts.release.endings import end_due
from handlers.wechat.models import Inbound
from tests.both_ways import BothWays, both_ways
from tests.stories.test_cards import proven


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, languages="ko") as made:
        await proven(made.world, "li", "zhou", "chen")
        yield made


async def card(both: BothWays, phone: str) -> str:
    """What stands in the place of its buttons."""
    async with both.world.http.get(f"{both.world.base}/_sim/phones/{phone}") as answer:
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
    return str(next(m for m in messages if m["type"] == "button_interaction")["pressed"])


@pytest.mark.parametrize(
    ("button", "shown"), [("received", "1 收到"), ("cannot", "2 去不了，换人"), ("help", "3 需要支援")]
)
async def test_each_button_stands_there_with_its_time(both: BothWays, button: str, shown: str) -> None:
    await both.world.issue()
    await both.world.forward(minutes=2)
    await both.act("li", "tap", button=button)
    assert await card(both, "li") == f"已回复：{shown} 02:42"
    assert await card(both, "zhou") == ""


async def test_what_is_taken_back_is_taken_back_on_the_card(both: BothWays) -> None:
    await both.world.issue()
    await both.act("li", "tap", button="help")
    await both.world.forward(minutes=1)
    assert (await both.type("li", "0")).startswith("已撤销：3 需要支援")
    assert await card(both, "li") == "已撤销 02:41，请回数字"


async def again(both: BothWays, phone: str, key: str) -> None:
    """The same card pressed once more, on a client that has not seen the change."""
    async with both.world.deps.read() as session:
        first = select(Inbound).where(col(Inbound.event) == "template_card_event").order_by(col(Inbound.id)).limit(1)
        body = (await session.execute(first)).scalar_one().body
    await both.world.say(phone, kind="event", event="template_card_event", **body | {"EventKey": key})


async def test_a_second_press_says_the_same_once_more_and_another_button_counts_instead(both: BothWays) -> None:
    await both.world.issue()
    await both.act("li", "tap", button="received")
    await again(both, "li", "received")
    await again(both, "li", "help")
    async with both.world.deps.read() as session:
        said = (await session.execute(sa.select(col(Answer.said)).order_by(col(Answer.id)))).scalars().all()
    assert [one.value for one in said] == ["received", "received", "help"]
    assert "收到了：3 需要支援" in "".join(await both.world.phone("li"))


async def test_too_late_is_said_on_the_card(both: BothWays) -> None:
    await both.world.issue(hours=1, grade=Grade.orange)
    await both.world.forward(minutes=61)
    await both.act("li", "tap", button="received")
    assert await card(both, "li") == "已结束，不用回 03:41"
    assert "已经结束，不用再回" in (await both.world.phone("li"))[-1]


async def test_who_needs_support_too_late_is_heard_all_the_same(both: BothWays) -> None:
    await both.world.issue(hours=1, grade=Grade.orange)
    await both.world.forward(minutes=61)
    await both.act("li", "tap", button="help")
    assert await card(both, "li") == "已回复：3 需要支援 03:41"
    assert any("3 需要支援" in text for text in await both.world.phone("liu"))


async def test_who_was_not_asked_answers_nothing_and_hears_it(both: BothWays) -> None:
    await both.world.issue()
    async with both.world.deps.begin() as session:
        mine = sa.select(col(Person.id)).where(col(Person.key) == "li").scalar_subquery()
        await session.execute(sa.update(Delivery).where(col(Delivery.target_id) == mine).values(asked=False))
    await both.act("li", "tap", button="received")
    assert await card(both, "li") == "没有问您，不算 02:40"
    assert "没有问您，这一下不算应答" in (await both.world.phone("li"))[-1]


async def test_whom_nobody_knows_by_now_learns_it_on_the_card(both: BothWays) -> None:
    await both.world.issue()
    async with both.world.deps.begin() as session:
        await session.execute(sa.delete(Address).where(col(Address.value) == "li"))
    await both.act("li", "tap", button="received")
    assert await card(both, "li") == "不认识您，没有算"


async def test_a_korean_card_speaks_korean_all_the_way(both: BothWays) -> None:
    async with both.world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == "li").values(language="ko"))
    await both.world.issue()
    await both.act("li", "tap", button="지원 필요")
    assert await card(both, "li") == "회신함: 3 지원 필요 02:40"
    await both.type("li", "0")
    assert await card(both, "li") == "취소함 02:40, 숫자로 회신"


async def test_a_korean_card_is_closed_in_korean(both: BothWays) -> None:
    async with both.world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == "li").values(language="ko"))
    await both.world.issue(hours=1, grade=Grade.orange)
    await both.world.forward(minutes=61)
    await end_due(both.world.deps, both.world.clock.now())
    await both.world.work()
    assert (await card(both, "li"), await card(both, "zhou")) == ("끝남", "已结束")
