"""Whoever sees cards answers by a button; the others get text. Nothing verbatim is lost on the way."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address
from bot.simulator.config import Callback, SimulatorConfig
from broadcasts.dispatch.models import Batch, Text
from broadcasts.hazards.grades import Grade
from broadcasts.release.endings import end_due
from tests.world import World, small_world

KEY = "a" * 43
HEARS = {"wecom_token": "token", "wecom_aes_key": KEY, "base_url": "https://warn.example.invalid"}
NOBODY = Callback("http://127.0.0.1:9/callbacks/wecom", "token", KEY)
LONG = "过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范山洪、滑坡、泥石流。" * 5


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with small_world(tmp_path, config=SimulatorConfig(wecom_callback=NOBODY), more=HEARS) as made:
        await proven(made, "li", "zhou")
        yield made


async def proven(world: World, *userids: str) -> None:
    """These have pressed a button on a card before."""
    async with world.deps.begin() as session:
        seen = sa.update(Address).where(col(Address.value).in_(userids))
        await session.execute(seen.values(cards_at=world.clock.now()))


async def face(world: World, userid: str, which: int = -1) -> dict[str, Any]:
    async with world.http.get(f"{world.base}/_sim/phones/{userid}") as answer:
        message: dict[str, Any] = (await answer.json())["messages"][which]
    return message


async def test_a_card_for_whom_a_click_has_proved_it_and_text_for_the_others(world: World) -> None:
    await world.issue()
    card = await face(world, "li")
    assert (card["type"], card["title"]) == ("button_interaction", "红色暴雨 青崖县")
    for line in (
        "过去3小时已出现强暴雨",
        "叫醒河边、坡脚的人家",
        "值班电话：000-0000",
        "［收到］ ［去不了，换人］ ［需要支援］",
    ):
        assert line in card["text"]
    (text,) = await world.phone("wang")
    assert text.startswith("红色暴雨 青崖县\n")
    assert "回复 1 收到 2 去不了，换人 3 需要支援" in text
    # informants: a card and a text; the others' text; one task for each card's call
    assert (await world.counts())["calls"]["app"] == 3


async def test_where_the_signal_has_no_room_on_a_card_it_goes_as_text_whole(world: World) -> None:
    await world.issue(text=LONG)
    (text,) = await world.phone("li")
    assert LONG in text


@pytest.mark.parametrize("code", [42027, 42045, 42051, 43010])  # the last: its buttons have no address to call back
async def test_a_card_that_the_platform_refuses_is_sent_as_text(world: World, code: int) -> None:
    await world.fault(endpoint="app", kind="errcode", code=code, times=1, target="li")
    await world.issue()
    assert (await world.phone("li"))[0] == (await world.phone("wang"))[0]


async def test_the_platforms_names_are_kept_and_the_buttons_go_when_it_is_over(world: World) -> None:
    await world.issue(hours=1, grade=Grade.orange)
    async with world.deps.read() as session:
        cards = sa.select(Batch).join(Text, col(Text.id) == col(Batch.text_id)).where(col(Text.form) == "card")
        batch = (await session.execute(cards)).scalars().one()
    assert batch.message_id
    assert batch.response_code
    await world.forward(minutes=61)
    await end_due(world.deps, world.clock.now())
    await world.work()
    calls = (await world.counts())["calls"]
    assert calls["update_card"] == 1
    for userid in ("li", "zhou"):
        assert "已结束" in str(await face(world, userid, 0))
    await end_due(world.deps, world.clock.now())
    await world.work()
    assert (await world.counts())["calls"]["update_card"] == 1


async def test_without_a_callback_a_textcard_leads_to_the_page(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"base_url": "https://warn.example.invalid"}) as world:
        await proven(world, "li")
        await world.issue()
        card = await face(world, "li")
        assert (card["type"], card["title"]) == ("textcard", "红色暴雨 青崖县")
        assert card["link"].startswith("https://warn.example.invalid/h5/a/")
        assert "过去3小时已出现强暴雨" in card["text"]
        assert "点开这条消息应答" in card["text"]
        assert "回复 1" not in card["text"]
        *_, link, _ = (await world.group("柳湾村群"))[0].split("\n")
        assert link.startswith("群里回复系统看不到，请点这里：https://warn.example.invalid/h5/a/")
