"""Who would answer by buttons tries one card first; 怎么办 names what is in force; who comes back has her places."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broadcasts.audience.models import Advice
from tests.both_ways import BothWays, both_ways


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path) as made:
        yield made


async def faces(both: BothWays, phone: str) -> list[str]:
    async with both.world.http.get(f"{both.world.base}/_sim/phones/{phone}") as answer:
        return [message["type"] for message in (await answer.json())["messages"]]


async def test_the_press_of_a_trial_card_makes_warnings_cards(both: BothWays) -> None:
    assert "看得到" in await both.type("li", "按钮")
    await both.act("li", "tap", button="seen")
    assert any("以后预警会带按钮" in text for text in await both.world.phone("li"))
    await both.world.issue()
    assert (await faces(both, "li"))[-1] == "button_interaction"
    assert (await faces(both, "wang"))[-1] == "text"
    await both.act("li", "tap", button="received")
    assert any(text.startswith("收到了：1 收到") for text in await both.world.phone("li"))


async def test_on_the_account_there_are_no_buttons(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    assert "回数字" in await both.type("zhang", "按钮")


async def test_what_to_do_names_what_is_in_force(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    assert "没有生效的预警" in await both.type("zhang", "怎么办")
    await both.world.issue()
    said = await both.type("zhang", "咋办")
    assert said.startswith("红色暴雨 青崖县\n")  # without lines for residents it is named all the same
    assert f"看全文：{both.web}/h5/a/" in said
    async with both.world.deps.begin() as session:
        session.add(Advice(grade="red", role="居民", lines="往高处走", signed_by="青崖县应急管理局"))
    assert "1. 往高处走" in await both.type("zhang", "怎么办")


async def test_who_comes_back_is_told_that_her_places_are_there(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.act("zhang", "unfollow")
    await both.act("zhang", "follow")
    assert (await both.world.phone("zhang"))[-1].startswith("您订阅的柳湾镇柳湾村还在")
