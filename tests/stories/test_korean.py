"""Who reads Korean reports, tells hints and keeps watch in Korean, once the county has switched it on; what she says is
kept as she said it, and what an officer or an authority has written stays as it was written."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.commands.checks import State
from bot.commands.checks_county import county
from bot.directory.models import Person
from broadcasts.audience.models import AudienceRule
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from drills.duty.checks import ask
from drills.duty.now import roster
from handlers.chat.floods import MOST
from handlers.chat.work import work_due
from handlers.hints.models import Hint
from handlers.reports.decide import give_back
from handlers.reports.models import Report, Stage
from handlers.reports.reading.korean import HANGUL
from tests.both_ways import BothWays, both_ways
from tests.console_rooms.desk import desk
from tests.drills.playing import drilled, local
from tests.duty.desk import shift
from tests.reminders.test_reachability import morning, sounded
from tests.stories.test_digest import EVENING, blue
from tests.stories.test_digest import morning as gathered
from tests.world import World, small_world


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, languages="ko") as made:
        await speak_korean(made)
        yield made


async def speak_korean(both: BothWays) -> None:
    async with both.world.deps.begin() as session:
        theirs = sa.update(Person).where(col(Person.key).in_(["li", "liu", "sun"]))
        await session.execute(theirs.values(language="ko"))


async def report(both: BothWays) -> Report:
    async with both.world.deps.read() as session:
        return (await session.execute(select(Report).order_by(col(Report.id).desc()).limit(1))).scalar_one()


async def test_a_report_is_read_and_its_receipt_says_in_korean_what_was_understood(both: BothWays) -> None:
    said = await both.type("li", "3조 산사태, 5가구 12명 대피, 인명피해 없음")
    kept = await report(both)
    assert said.startswith(f"첫 보고 받음 {kept.number} (柳湾镇柳湾村3组).\n적은 내용: 산사태, ")
    for one in ("대피한 가구 5가구", "긴급 대피 12명", "사망 0명", "부상 0명"):
        assert one in said
    assert "아직 없는 것: 무너진 집, 물에 잠긴 땅" in said
    assert (kept.group, kept.hazard) == ("3组", "11D01")
    assert kept.words == "3조 산사태, 5가구 12명 대피, 인명피해 없음"
    assert {name: one["value"] for name, one in kept.values.items()} == {
        "转移户数": 5, "紧急避险转移人口": 12, "因灾死亡人口": 0, "因灾受伤人口": 0,
    }  # fmt: skip


async def test_what_is_doubtful_is_asked_in_korean_and_kept_in_chinese_for_the_desk(both: BothWays) -> None:
    said = await both.type("li", "집 3채가 무너졌습니다")
    assert "다시 말씀해 주십시오: “3채”: 몇 칸입니까?" in said
    assert (await report(both)).asks == ["“3栋”是多少间？知道准数了请再报。"]


async def test_a_sentence_that_nobody_can_read_is_a_first_report_and_rings(both: BothWays) -> None:
    said = await both.type("li", "마을 뒤에서 이상한 소리가 크게 납니다")
    kept = await report(both)
    assert (kept.stage, kept.words, kept.values) == (Stage.first, "마을 뒤에서 이상한 소리가 크게 납니다", {})
    assert said.startswith("첫 보고 받음 ")
    async with both.world.deps.read() as session:
        assert [h.about for h in (await session.execute(select(Hold))).scalars()] == [f"report:{kept.uid}"]


async def test_a_question_is_no_report(both: BothWays) -> None:
    assert (await both.type("li", "내일 회의는 몇 시에 시작합니까")).startswith("알아듣지 못해 당직자에게 전했습니다.")
    async with both.world.deps.read() as session:
        assert (await session.execute(select(Report))).first() is None


async def test_it_follows_and_comes_back_in_korean(both: BothWays) -> None:
    await both.type("li", "산사태, 5가구 대피")
    first = await report(both)
    said = await both.type("li", f"추가보고 {first.number} 3가구 더 대피")
    second = await report(both)
    assert (second.stage, second.thread) == (Stage.follow, first.thread)
    assert "추가 보고 받음" in said
    async with both.world.deps.begin() as session:
        kept = await session.get_one(Report, second.id)
        settings, now = both.world.deps.settings, both.world.clock.now()
        await give_back(session, settings, kept, comment="请说清是几组", by="user:liu", at=now)
    await both.world.work()
    assert (await both.world.phone("li"))[-1].startswith(f"{second.number}: 보충해 주십시오. 请说清是几组")


async def test_a_hint_is_told_in_korean(both: BothWays) -> None:
    assert "무엇이 어디에서 위험한지" in await both.type("li", "위험신고")
    said = await both.type("li", "길가 전봇대가 기울었습니다")
    async with both.world.deps.read() as session:
        hint = (await session.execute(select(Hint))).scalar_one()
    assert said.startswith(f"위험 신고를 받았습니다 {hint.number} (")
    assert hint.words == "길가 전봇대가 기울었습니다"
    assert (await both.type("li", "익명")).startswith(f"{hint.number}: 익명으로 바꾸었습니다.")


async def test_a_shift_is_reminded_confirmed_and_checked_in_korean(both: BothWays) -> None:
    world = both.world
    await shift(world, "liu", starts=timedelta(hours=1))
    await world.work()
    reminded = (await world.phone("liu"))[-1]
    assert "오늘 오전 3:40 值班 县值班室" in reminded
    assert "나오시면 1, 못 나오시면 2를 보내십시오." in reminded
    assert (await both.type("liu", "네")).startswith("기록했습니다: 오늘 오전 3:40 值班, 县值班室.")
    await world.forward(minutes=61)
    async with world.deps.begin() as session:
        on = (await roster(session, world.clock.now())).on
        await ask(session, world.deps.settings, on, by="user:sun", at=world.clock.now())
    await world.work()
    assert "자리에 계시면 1을 보내십시오." in (await world.phone("liu"))[-1]
    assert "당직 점검 县值班室" in (await world.phone("liu"))[-1]
    assert (await both.type("liu", "1")).startswith("받았습니다. 자리에 계십니다 (县值班室 점검).")
    assert (await both.type("liu", "당직교대")).startswith("두 달 안에 서실 당직이 없어")


async def test_who_cannot_come_is_named_to_a_korean_leader_in_korean(both: BothWays) -> None:
    await shift(both.world, "liu", starts=timedelta(hours=1))
    await both.world.work()
    assert "当" not in await both.type("liu", "못 갑니다")
    await both.world.forward(minutes=1)
    told = (await both.world.phone("sun"))[-1]
    assert told.startswith("못 나옴 县值班室 刘洋")
    assert "바로 바꾸어 주십시오." in told


async def test_a_test_of_reachability_is_asked_in_korean_beside_the_countys_words(both: BothWays) -> None:
    await sounded(both.world, morning(both.world))
    asked = (await both.world.phone("li"))[-1]
    assert asked == "本月联络测试。\n\n받으셨으면 1을 보내 주십시오. 현에서 연락이 닿는지 확인합니다."
    assert "收到请回 1" in (await both.world.phone("wang"))[-1]
    assert (await both.type("li", "1")).startswith("받았습니다. 현에서 연락이 닿습니다.")


async def test_help_cancel_and_who_is_unknown(both: BothWays) -> None:
    assert (await both.type("li", "도움말")).startswith("보낼 수 있는 것:\n")
    assert (await both.type("li", "취소")) == "네, 그만두겠습니다."


async def test_a_county_that_has_not_switched_it_on_speaks_chinese(tmp_path: Path) -> None:
    """And understands all the same."""
    async with both_ways(tmp_path) as both:
        await speak_korean(both)
        await both.world.issue()
        assert "回复 1 收到 2 去不了，换人 3 需要支援" in (await both.world.phone("li"))[-1]
        assert (await both.type("li", "네")).startswith("收到了：1 收到")
        assert (await both.type("li", "3조 산사태, 5가구 대피")).startswith("收到初报 ")
        await shift(both.world, "liu", starts=timedelta(hours=1))
        await both.world.work()
        assert "回 1 确认到岗" in (await both.world.phone("liu"))[-1]
        shown = "".join([*await both.world.phone("li"), *await both.world.phone("liu")])
        assert not HANGUL.search(shown.replace("3조 산사태, 5가구 대피", "").replace("산사태", ""))


CRIES = ("세 명이 집에 갇혔습니다", "아이가 실종되었습니다", "사망 한 명입니다", "집에 화재가 났습니다")


@pytest.mark.parametrize("cry", CRIES)
async def test_a_korean_cry_is_sent_to_119_first_and_rings_the_desk(both: BothWays, cry: str) -> None:
    await both.act("li", "say", text=cry)
    first = next(text for text in await both.world.phone("li") if "119" in text)
    assert first.startswith("지금 바로 119/110/120에 전화하십시오. 여기서는 신고를 받지 않습니다.")
    assert cry in first
    rung = [text for text in await both.world.phone("liu") if "有人求救" in text]  # the desk works in Chinese
    assert len(rung) == 1
    assert cry in rung[0]


async def test_a_korean_flood_gets_one_answer_and_a_cry_within_it_is_heard(both: BothWays) -> None:
    for number in range(MOST + 4):
        await both.world.say("li", f"가나다라 {number}번째 말", work=False)
    await both.world.say("li", "사람이 갇혔습니다", work=False)
    await both.world.say("li", "또 한마디", work=False)
    await work_due(both.world.deps)
    await both.world.work()
    said = await both.world.phone("li")
    assert sum("보내신 말씀은 모두 받았고" in text for text in said) == 1
    assert sum("지금 바로 119/110/120에 전화하십시오" in text for text in said) == 1
    assert len(said) == MOST + 2
    async with both.world.deps.read() as session:
        reasons = {hold.reason for hold in (await session.execute(select(Hold))).scalars()}
    assert Reason.plea in reasons


async def test_who_takes_part_is_told_of_a_drill_in_korean_between_its_marks(both: BothWays) -> None:
    world = both.world
    played = await drilled(world, starts_at=local(world, "2026-07-13T09:20"))
    await played.announce()
    await world.forward(minutes=6 * 60 + 41)
    said = (await world.phone("li"))[-1]
    assert said.startswith(f"{MARK}柳湾镇山洪演练, 내일 오전 9:20 시작\n훈련입니다. 柳湾镇　도상 훈련　진행: 孙和平")
    assert said.endswith(MARK)
    assert "明天上午9:20开始" in (await world.phone("wang"))[-1]


async def test_the_morning_gathers_in_korean_for_who_reads_it(tmp_path: Path) -> None:
    async with small_world(tmp_path, at=EVENING, more={"languages": "ko"}) as world:
        async with world.deps.begin() as session:
            session.add(AudienceRule(grade="blue", role="网格员", mode=Mode.digest, basis="青崖县"))
            await session.execute(sa.update(Person).where(col(Person.key) == "chen").values(language="ko"))
        await blue(world, "大风", 1)
        await blue(world, "大雾", 2, hours=12)
        await gathered(world)
        (chen,), (zhou,) = await world.phone("chen"), await world.phone("zhou")
        assert chen.startswith(
            "아침 모음 7월 12일, 2건이 아직 유효합니다\n\n1. 蓝色大风 青崖县\n   오늘 오후 11시까지."
        )
        assert zhou.startswith("早间汇总 7月12日，2 条仍在生效\n\n1. 蓝色大风 青崖县\n   到今天晚上11点为止。")


async def test_a_language_that_is_not_switched_on_is_said_so(world: World) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == "li").values(language="ko"))
    (check,) = [one async for one in county(world.deps) if one.name == "语言"]
    assert (check.state, "1 人登记的是 ko" in check.words) == (State.mind, True)
    async with desk(world, Role.leader) as leader:
        assert "朝鲜语还没有打开" in (await leader.look("/console/rules/advice/new")).text
