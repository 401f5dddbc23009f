"""An answer as it is written beside other things: a figure is no digit, a promise is not done, and who speaks of others
speaks of others."""

import pytest

from handlers.chat.acts.reporting import also
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import befell, understand

FIGURES = (
    "1号桥断了", "3座桥断了", "2组山体滑坡，房子埋了", "2楼进水了", "2社房子进水了", "1、河水上涨2米；2、桥断了",
    "1.河水漫过桥了", "1）桥断了 2）路断了", "3棵树倒了", "5根电线杆倒了", "1队断电", "2村停水", "4层进水",
    "1台车被冲走，车里有2人",
    "2名群众受灾", "3桥断了", "1桥垮了", "2路断了", "3、水位涨到路面了",
)  # fmt: skip
BOTH = (  # an answer, and a report beside it
    "1 收到，桥断了", "1，收到，路断了", "3 桥断了快派人来", "2 去不了，路断了", "3，房子进水了", "1 路断了",
    "1、收到，桥断了", "2去不了路断了",
)  # fmt: skip
ANSWER_ALONE = (
    "1 收到，马上去看水位", "1 收到，正在巡查水位", "1 收到", "1、收到", "1.", "1。", "3 桥头缺沙袋",
    "1 收到，没有断电",
    "1 收到，没有险情", "2 暴雨", "1 收到，注意山洪",
)  # fmt: skip
NOT_THE_SPEAKER = (
    "已通知村民不能去河边", "路断了村民回不去家", "老人走不开", "河边没法去，已拉警戒线", "他不在村里", "学生回不去",
    "救护车来不了", "消防车到不了", "告诉大家不能去河边", "物资到不了", "已换人", "村里老人都走不开", "不能去河边",
    "劝村民不能去水边", "他们来不了", "孩子回不来",
)  # fmt: skip
THE_SPEAKER = (
    "我今天去不了", "路断了去不了", "车坏了走不开", "我在外地回不去", "在县城回不来", "孩子病了走不开", "收到，去不了",
    "我们去不了", "路断了我去不了", "领导我去不了", "水太大没法去", "我要照顾老人走不开", "今天实在走不开", "请换个人",
    "王书记我去不了", "我人在外地", "换人吧", "路断了，去不了", "我爱人住院走不开", "在医院陪老人走不开", "去不了现场",
    "暴雨大风都去不了", "집이 물에 잠겨서 못 갑니다", "家里有老人走不开", "店里走不开", "没人看店走不开",
    "柳湾村去不了", "发洪水去不了", "摩托车没油去不了", "去不了家里有事", "去不了上班呢",
)  # fmt: skip
NO_HELP = (
    "暂时不需要支援", "还需要支援吗", "需要支援吗", "支援到了", "支援已经到了", "不太需要支援", "没有地方需要支援",
    "如果需要支援会报告", "如需要支援请联系", "镇上派人来了", "已派人来", "没有人需要支援", "目前不需要支援",
    "需要支援的话再说",
)  # fmt: skip
HELP = (
    "需要支援", "还需要支援", "路不通需要支援", "水退不下去需要支援", "能派人来吗", "快派人来", "没有支援",
    "支援还没到",
    "什么都没有需要支援", "需要支援没有人手", "需要支援请尽快", "顶不住了", "不行了需要支援",
)  # fmt: skip
MEANT = (
    ("收到，马上落实", Intent.received), ("马上落实", Intent.received), ("正在落实", Intent.received),
    ("收到，将落实", Intent.received), ("收到马上到岗", Intent.received), ("收到，立即转移", Intent.unknown),
    ("已落实", Intent.done), ("收到！已转移完毕", Intent.done), ("收到，已落实", Intent.done),
    ("全部落实", Intent.done),
    ("支援到了", Intent.received), ("暂时不需要支援", Intent.received), ("收到，马上支援", Intent.received),
    ("收到，需要支援", Intent.help), ("收到，已到岗", Intent.arrived),
)  # fmt: skip
DIGITS = (
    ("收到1", 1, True), ("选择1", 1, True), ("我选择1", 1, True), ("壹", 1, True), ("贰", 2, True), ("叁", 3, True),
    ("1组织群众转移", 1, True), ("1村民已全部通知", 1, True), ("1社区已通知", 1, True), ("1队员已到位", 1, True),
    ("1名单已报", 1, True), ("1车已出发", 1, True), ("1台风", 1, True), ("1台风收到", 1, True), ("2台风", 2, True),
    ("去不了2", 2, True), ("需要支援3", 3, True), ("收到2", 2, False), ("答复1", 1, True), ("1收到", 1, True),
)  # fmt: skip


def heard(text: str) -> tuple[Intent, bool]:
    """What it is, and whether it tells of something too."""
    read = understand(text)
    return read.intent, bool(also(read, text))


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_is_no_digit_and_is_a_report(text: str) -> None:
    assert heard(text) == (Intent.report, True)


@pytest.mark.parametrize("text", BOTH)
def test_a_digit_stays_an_answer_and_what_happened_is_told_too(text: str) -> None:
    assert heard(text) == (Intent.digit, True)
    assert understand(text).clear


@pytest.mark.parametrize("text", ANSWER_ALONE)
def test_what_is_looked_at_or_denied_is_no_report_behind_a_digit(text: str) -> None:
    assert heard(text) == (Intent.digit, False)
    assert not befell(text)


@pytest.mark.parametrize("text", NOT_THE_SPEAKER)
def test_who_else_cannot_go_is_not_the_speaker(text: str) -> None:
    assert understand(text).intent is not Intent.cannot


@pytest.mark.parametrize("text", THE_SPEAKER)
def test_who_cannot_go_says_so(text: str) -> None:
    assert understand(text).intent is Intent.cannot


@pytest.mark.parametrize("text", NO_HELP)
def test_support_that_nobody_asks_for(text: str) -> None:
    assert understand(text).intent is not Intent.help


@pytest.mark.parametrize("text", HELP)
def test_support_that_somebody_asks_for(text: str) -> None:
    assert understand(text).intent is Intent.help


@pytest.mark.parametrize(("text", "intent"), MEANT)
def test_a_promise_is_heard_and_not_done(text: str, intent: Intent) -> None:
    assert understand(text).intent is intent


@pytest.mark.parametrize(("text", "n", "clear"), DIGITS)
def test_a_digit_wherever_it_stands(text: str, n: int, clear: bool) -> None:
    read = understand(text)
    assert (read.intent, read.n, read.clear) == (Intent.digit, n, clear)
