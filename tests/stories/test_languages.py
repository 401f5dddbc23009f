"""Who reads Korean is asked and answered in Korean; what was issued stays word for word, and nobody translates for the
county: its advice is there in Korean only where it has signed it."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Person
from broadcasts.audience.models import Advice
from broadcasts.dispatch.texts.render import CHINESE, render, words
from broadcasts.dispatch.texts.spoken import spoken
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.wording import phrase
from tests.both_ways import BothWays, both_ways
from tests.world import NIGHT, World, small_world

VERBATIM = "过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范。"


async def speaks(world: World, key: str, language: str) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == key).values(language=language))


async def test_the_frame_is_korean_and_the_warning_is_as_it_was_issued(tmp_path: Path) -> None:
    async with both_ways(tmp_path, languages="ko") as both:
        await speaks(both.world, "li", "ko")
        await both.world.issue()
        (korean,), (chinese,) = await both.world.phone("li"), await both.world.phone("wang")
        assert korean.split("\n")[0] == chinese.split("\n")[0] == "红色暴雨 青崖县"
        assert VERBATIM in korean
        assert "오늘 오전 2:40 발표" in korean
        assert "오늘 오전 5:40까지." in korean
        assert "회신: 1 확인 2 못 감(교대) 3 지원 필요" in korean
        assert "叫醒河边" not in korean  # the county has not signed it in Korean
        assert "现在要做" in chinese
        await told_again(both)


async def told_again(both: BothWays) -> None:
    await both.world.forward(minutes=3)
    again = (await both.world.phone("li"))[-1]
    assert again.startswith("红色暴雨 青崖县\n2번째 02:43 아직 회신을 받지 못했습니다.")
    assert await both.type("li", "네") == ("받았습니다: 1 확인 (红色暴雨, 柳湾村). 잘못 눌렀으면 0을 보내십시오.")
    assert "당직실에서 지금 전화드리고 있습니다." in await both.type("li", "도와주세요")
    assert (await both.type("li", "0")).startswith("취소했습니다: 3 지원 필요")
    assert (await both.type("li", "메뉴")).startswith("보낼 수 있는 것:\n1 지금의 경보")
    assert "红色暴雨: 青崖县气象台 오늘 오전 2:40 발표, 오늘 오전 5:40까지" in await both.type("li", "1")


async def test_advice_that_the_county_signed_in_korean_is_there(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={"languages": "ko"}) as world:
        await signed_in_korean(world)


async def signed_in_korean(world: World) -> None:
    await speaks(world, "li", "ko")
    async with world.deps.begin() as session:
        steps = "높은 곳으로 가십시오"
        session.add(Advice(grade="red", role="灾害信息员", language="ko", lines=steps, signed_by="县局"))
    await world.issue()
    assert "지금 할 일:\n1. 높은 곳으로 가십시오" in (await world.phone("li"))[0]
    assert "높은" not in (await world.phone("wang"))[0]


@pytest.mark.parametrize(
    ("said", "meant"),
    [("네", Intent.received), ("확인", Intent.received), ("못 갑니다", Intent.cannot), ("도와주세요", Intent.help),
     ("1번", Intent.digit), ("집에 있어서 못 갑니다", Intent.cannot), ("구독취소", Intent.unsubscribe),
     ("잘못 눌렀어요", Intent.undo), ("구독재개", Intent.resume)],
)  # fmt: skip
def test_korean_words_are_understood(said: str, meant: Intent) -> None:
    assert understand(said).intent is meant


def test_korean_cries_ring_and_denials_do_not() -> None:
    assert understand("살려주세요 집에 물이 찼어요").plea
    assert not understand("화재 없습니다").plea


def test_a_language_without_a_folder_is_chinese_and_what_a_folder_leaves_out_too() -> None:
    assert spoken(NIGHT, NIGHT, NIGHT.tzinfo, "mn") == spoken(NIGHT, NIGHT, NIGHT.tzinfo)  # type: ignore[arg-type]
    assert render("silent.txt", language="ko", silent=1, what="x") == render("silent.txt", silent=1, what="x")
    assert phrase("left", language="../ko") == phrase("left")


def test_what_is_said_in_korean_takes_the_same_facts() -> None:
    """A macro of another language has the Chinese one's name and facts."""
    folder = files("templates") / "messages"
    macro = re.compile(r"{% macro (\w+)\((.*?)\) %}")
    chinese = dict(macro.findall((folder / "chat.txt").read_text("utf-8")))
    korean = dict(macro.findall((folder / "ko" / "chat.txt").read_text("utf-8")))
    inner = {"next"}
    assert korean.keys() <= chinese.keys()
    assert {name: facts for name, facts in korean.items() if name not in inner} == {
        name: chinese[name] for name in korean if name not in inner
    }
    assert words().get_template("ko/alert.txt")
    assert CHINESE == "zh-CN"
