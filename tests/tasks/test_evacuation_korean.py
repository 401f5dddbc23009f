"""Whoever answers for a village and reads Korean is told in Korean, and says in Korean how far it is; the desk reads
Chinese, and the words as they were said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Person
from broadcasts.tasks.evacuation.say import Heard
from handlers.chat.understand.at_evacuation import at_evacuation
from handlers.reports.models import Report
from tests.both_ways import BothWays, both_ways
from tests.stories.answering import Desk
from tests.tasks.moving import Moving
from tests.world import World

READ = [
    ("12가구 35명 대피했습니다", Heard(homes=12, people=35)),
    ("12세대 35명 옮겼습니다", Heard(homes=12, people=35)),
    ("열두 가구 서른다섯 명 대피시켰습니다", Heard(homes=12, people=35)),
    ("모두 대피했습니다", Heard(everybody=True)),
    ("대피 완료", Heard(everybody=True)),
    ("12가구 35명 모두 대피했습니다", Heard(homes=12, people=35, everybody=True)),
    ("모두 12가구 35명 대피했습니다", Heard(homes=12, people=35)),  # in all
    ("거의 다 대피했습니다", Heard()),
    ("35명 대피 완료, 지원 필요 없습니다", Heard(people=35)),
    # who is left, and who does not want to go
    ("12명 대피 못했습니다", Heard(left_people=12)),
    ("2가구 5명 아직 대피하지 않았습니다", Heard(left_homes=2, left_people=5)),
    ("12가구 35명 대피했고 3명 남았습니다", Heard(homes=12, people=35, left_people=3)),
    ("10가구 대피했습니다. 노인 3명이 안 가겠다고 합니다", Heard(homes=10, refusing=3, refuses=True)),
    ("노인 세 분이 가지 않으려 합니다", Heard(refusing=3, refuses=True)),
    ("세 사람이 대피를 거부합니다", Heard(refusing=3, refuses=True)),
    ("거부하는 사람 없습니다, 35명 대피했습니다", Heard(people=35, refusing=0)),
    # a plan, or something else: asked again
    ("35명 대피 준비 중입니다", Heard(doubts=("35人",))),
    ("35명 대피할 예정입니다", Heard(doubts=("35人",))),
    ("35명을 대피시키겠습니다", Heard(doubts=("35人",))),
    ("구조대 10명이 와서 대피를 도와줍니다", Heard(doubts=("10人",))),
    ("대피하고 있습니다", Heard()),
    ("대피 대상 40명, 35명 대피했습니다", Heard(people=35)),
    ("비가 그쳐서 대피할 필요 없습니다", Heard(needless=True)),
    ("강가에 사는 사람이 없어서 대피할 필요 없습니다", Heard(needless=True)),
    ("10가구 대피했습니다, 사람이 부족합니다", Heard(homes=10, help=True)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "heard"), READ)
def test_what_is_said_in_korean_is_counted(text: str, heard: Heard) -> None:
    read = at_evacuation(text)
    assert read is not None
    assert read.heard == heard


@pytest.mark.parametrize(
    "text",
    [
        *("35명 대피했습니까", "35명 대피했습니까?", "대피소 어디"),
        *("못 갑니다", "안 가겠습니다", "시간이 30분 남았습니다", "확인"),
    ],
)
def test_what_speaks_of_something_else_in_korean(text: str) -> None:
    assert at_evacuation(text) is None


@pytest.mark.parametrize(
    "text", ["대피할 필요 없습니다", "우리 마을은 대피할 필요 없습니다", "알겠습니다, 대피하지 않아도 됩니다"]
)
def test_without_a_reason_it_is_asked_in_korean_too(text: str) -> None:
    read = at_evacuation(text)
    assert read is not None
    assert (read.why, read.heard) == (True, Heard())


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, languages="ko") as made:
        await reads_korean(made.world, "li", "wang")
        yield made


async def reads_korean(world: World, *keys: str) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key).in_(keys)).values(language="ko"))


async def reports(world: World) -> int:
    async with world.deps.read() as session:
        return len((await session.execute(select(Report))).scalars().all())


async def test_an_order_goes_out_and_comes_back_in_korean(both: BothWays) -> None:
    world, moving = both.world, Moving(both.world)
    await world.issue()
    await both.type("li", "1")
    await moving.order("柳湾村", expected=40, shelter=await moving.shelter())
    told = (await world.phone("li"))[-1]
    assert told.startswith("주민을 대피시키십시오 柳湾镇柳湾村\n红色暴雨")
    assert "대피할 곳: 柳湾小学 (村口), 200명까지\n대피 대상: 40명\n" in told
    assert "또는 한마디로, 예: 12가구 35명 대피했습니다 / 모두 대피했습니다\n" in told
    assert await both.type("li", "12가구 35명 대피했고 노인 3명이 안 가겠다고 합니다") == (
        "받았습니다: 대피 12가구 35명, 3명이 가지 않으려 함 (柳湾镇柳湾村). "
        "당직실이 곧 봅니다. 곁을 지키고 억지로 끌지 마십시오. 잘못 보냈으면 0을 보내십시오."
    )
    (hold,) = await Desk(world).holds("evacuation")
    assert hold.said == "转移要人管：柳湾村 3 人不肯走"
    assert (await moving.seen())["柳湾村"].words[-1].words == "12가구 35명 대피했고 노인 3명이 안 가겠다고 합니다"
    assert (await both.type("li", "모두 대피했습니다, 38명")).startswith("받았습니다: 대피 38명, 모두 대피함")
    assert await moving.states() == {"柳湾村": "done"}
    assert (await Desk(world).holds("evacuation"), await reports(world)) == ([], 0)
    assert (await both.type("li", "0")).startswith(
        "취소했습니다: 대피 38명, 모두 대피함 (柳湾镇柳湾村). 다시 보내십시오."
    )


async def test_what_happened_besides_is_reported_too(both: BothWays) -> None:
    await both.world.issue()
    await both.type("li", "1")
    await Moving(both.world).order("柳湾村")
    await both.type("li", "산사태, 5가구 대피했습니다")
    assert await reports(both.world) == 1


async def test_who_stands_in_hears_in_korean_why(both: BothWays) -> None:
    await both.world.issue()
    for who in ("li", "wang"):
        await both.type(who, "1")
    await Moving(both.world).order("柳湾村")
    assert "王建国에게 맡겼습니다." in await both.type("li", "못 갑니다")
    assert "A 角 李秀英: 못 갑니다. 대신 맡아 주십시오." in (await both.world.phone("wang"))[-1]
    assert (await both.type("wang", "대피할 필요 없습니다")).startswith("柳湾镇柳湾村: 왜 대피하지 않아도 됩니까?")


async def test_its_page_is_korean_with_what_is_wrong(both: BothWays) -> None:
    await both.world.issue()
    await Moving(both.world).order("柳湾村", expected=40)
    path = f"/h5/evacuation/{(await Moving(both.world).seen())['柳湾村'].task.uid}"
    async with both.reading("li") as page:
        await page.open(f"{path}?by=wecom")
        assert "<h1>주민을 대피시키십시오: 柳湾镇柳湾村</h1>" in page.text
        await page.press(path, do="said", people="-3")
        assert "대피한 사람: 0 이상의 정수를 쓰십시오." in page.text
        await page.press(path, do="said", people="30", words="노인 3명이 안 가겠다고 합니다")
        assert '<dt>가지 않으려 함</dt><dd class="silent">3명</dd>' in page.text
        await page.open(f"{path}?lang=zh-CN")
        assert "请组织转移：柳湾镇柳湾村" in page.text


async def test_where_the_county_has_not_switched_it_on_korean_is_understood_and_answered_in_chinese(
    tmp_path: Path,
) -> None:
    async with both_ways(tmp_path) as both:
        await reads_korean(both.world, "li")
        await both.world.issue()
        await both.type("li", "1")
        await Moving(both.world).order("柳湾村")
        assert (await both.world.phone("li"))[-1].startswith("请组织转移 柳湾镇柳湾村")
        assert (
            await both.type("li", "12가구 35명 대피했습니다")
            == "收到了：已转 12 户 35 人（柳湾镇柳湾村）。说错了回 0。"
        )
