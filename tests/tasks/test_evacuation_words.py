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
]  # fmt: skip


@pytest.mark.parametrize(("text", "heard"), READ)
def test_what_is_said_of_a_village(text: str, heard: Heard) -> None:
    read = at_evacuation(text)
    assert read is not None
    assert read.heard == heard


@pytest.mark.parametrize(
    "text",
    ["都转完了吗", "转到哪里", "已转发35人的群", "三组滑坡，路断了", "还有3户停电", "转了", "好的收到", "应转40人"],
)
def test_what_speaks_of_something_else(text: str) -> None:
    assert at_evacuation(text) is None


def test_without_a_reason_it_is_asked() -> None:
    read = at_evacuation("不用转")
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
