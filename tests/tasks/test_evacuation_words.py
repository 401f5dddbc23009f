"""How a sentence about a village that is moved is read: a table."""

import pytest

from broadcasts.tasks.evacuation.say import Heard, plausible
from handlers.chat.understand.at_evacuation import at_evacuation

READ = [
    ("转了12户35人", Heard(homes=12, people=35)),
    ("已转十二户，三十五人", Heard(homes=12, people=35)),
    ("转移五户十二人到柳湾小学", Heard(homes=5, people=12)),
    ("都转完了", Heard(everybody=True)),
    ("全部转移完毕，12户35人", Heard(homes=12, people=35, everybody=True)),
    ("12户35人都转完了", Heard(homes=12, people=35, everybody=True)),
    ("3户转完了", Heard(homes=3)),
    ("还有3个老人不肯走", Heard(refusing=3, refuses=True)),
    ("有人死活不走", Heard(refuses=True)),
    ("转了10户30人，还有2户5人没转，其中3个老人不肯走",
     Heard(homes=10, people=30, left_homes=2, left_people=5, refusing=3, refuses=True)),
    ("转了12户35人还剩3人", Heard(homes=12, people=35, left_people=3)),
    ("没有人不肯走，转了35人", Heard(people=35, refusing=0)),
    ("应转40人，已转35人", Heard(people=35)),
    ("转了10户，人手不够，要支援", Heard(homes=10, help=True)),
    ("转了十几户", Heard(doubts=("十几户",))),
    ("转了-5人", Heard(people=-5)),
    ("老人都转走了", Heard(doubts=("老人都转走了",))),
    ("还没转完", Heard()),
    ("正在转", Heard()),
    ("基本转完了", Heard()),
    ("快转完了", Heard()),
    ("不用转，人都不在河边住", Heard(needless=True)),
    ("雨停了不用转", Heard(needless=True)),
    ("不用转 雨小了", Heard(needless=True)),
    ("没必要转移，因为房子在坡上", Heard(needless=True)),
    # a refusal and a failure
    ("5户不转", Heard(refuses=True)),
    ("10人不搬", Heard(refusing=10, refuses=True)),
    ("转了12户35人5户不转", Heard(refuses=True)),
    ("群里说3人不撤", Heard(refusing=3, refuses=True)),
    ("没有人不转，转了35人", Heard(people=35, refusing=0)),
    ("10人撤不出来", Heard(left_people=10)),
    ("5人转不了", Heard(left_people=5)),
    ("接出来3人，还有2人出不来", Heard(people=3, left_people=2)),
    # a plan, or something else: asked again
    ("准备转移35人", Heard(doubts=("35人",))),
    ("准备转移，35人", Heard(doubts=("35人",))),
    ("马上转移5户12人", Heard(doubts=("5户", "12人"))),
    ("正在转移35人", Heard(doubts=("35人",))),
    ("计划转12户", Heard(doubts=("12户",))),
    ("已通知35人转移", Heard(doubts=("35人",))),
    ("转了35人，准备再转5人", Heard(people=35, doubts=("5人",))),
    ("派10人来帮忙搬", Heard(doubts=("10人",))),
    ("又来了3人帮忙转", Heard(doubts=("3人",))),
    ("需要10人帮忙搬", Heard(doubts=("10人",))),
    ("安置点能住200人", Heard(doubts=("200人",))),
    ("安置点缺50人的被子", Heard(doubts=("50人",))),
    ("转移路上3人受伤", Heard(doubts=("3人",))),
    ("来了10人，都转完了", Heard(everybody=True)),
    ("来了10人帮忙都转完了", Heard(doubts=("10人",))),
    # what still counts beside these
    ("已经转移35人", Heard(people=35)),
    ("群众已转35人", Heard(people=35)),
    ("按要求转移35人", Heard(people=35)),
    ("接到通知转了35人", Heard(people=35)),
    ("现在转了35人", Heard(people=35)),
    ("35人都转出来了", Heard(people=35, everybody=True)),
    ("又转了3人", Heard(people=3)),
    ("转了35人没人受伤", Heard(people=35)),
    ("差不多转了35人", Heard(people=35)),
    ("行动不便的3个老人都转走了", Heard(people=3)),
    ("转了10户还要支援", Heard(homes=10, help=True)),
    ("转了不是两户，是三户", Heard(homes=3)),
    ("转了35人，已经发到群里", Heard(people=35)),
    ("群众都转完了", Heard(everybody=True)),
    ("12户35人都转好了", Heard(homes=12, people=35)),
    ("都转好了", Heard()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "heard"), READ)
def test_what_is_said_of_a_village(text: str, heard: Heard) -> None:
    read = at_evacuation(text)
    assert read is not None
    assert read.heard == heard


@pytest.mark.parametrize(
    "text",
    [
        *("都转完了吗", "转到哪里", "三组滑坡，路断了", "还有3户停电", "转了", "好的收到", "应转40人"),
        *("已转发35人的群", "都转到群里了", "都转群里了", "微信都转了", "消息都转了", "消息不转发了", "预警已转35人"),
        *("天气都转好了", "谁说不用转了", "那5户转不转"),
    ],
)
def test_what_speaks_of_something_else(text: str) -> None:
    assert at_evacuation(text) is None


@pytest.mark.parametrize(
    "text",
    ["不用转", "都不用转", "我们村不用转", "石门村 不用转", "收到，不用转", "王书记，村里不用转", "村长说不用转"],
)
def test_without_a_reason_it_is_asked(text: str) -> None:
    read = at_evacuation(text)
    assert read is not None
    assert (read.why, read.heard) == (True, Heard())


@pytest.mark.parametrize(
    ("heard", "expected", "left"),
    [
        (Heard(people=400), 40, Heard(people=400)),
        (Heard(people=401, homes=3), 40, Heard(homes=3, doubts=("401 人",))),
        (Heard(people=401), None, Heard(people=401)),
        (Heard(people=-5), None, Heard(doubts=("-5 人",))),
        (Heard(left_homes=100_001), None, Heard(doubts=("100001 户",))),
    ],
)
def test_a_number_that_cannot_be_counts_nothing(heard: Heard, expected: int | None, left: Heard) -> None:
    assert plausible(heard, expected) == left


@pytest.mark.parametrize(("before", "people"), [("", None), ("转了35人", 35), ("转了34人", None), ("35", 35)])
def test_what_is_said_twice_counts_though_too_few_were_to_be_moved(before: str, people: int | None) -> None:
    assert plausible(Heard(people=35), 3, before).people == people
