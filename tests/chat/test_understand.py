"""What people type, as they type it, and what it means."""

import pytest

from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand

DIGITS = {
    1: ("1", "１", "①", "1️⃣", "1。", " 1 ", "1!", "回复1", "回 1", "一", "1 收到", "11", "1\n"),
    2: ("2", "２。", "2 去不了", "2换人", "二"),
    3: ("3", "③", "3 需要支援", "3，快派人来"),
    0: ("0", "０", "零"),
}
WORDS = {
    Intent.received: (
        "收到", "收到！", "好的", "好的收到", "收到，谢谢领导", "知道了。", "明白", "嗯嗯好的", "👌", "👍🏻",
        "好的👌", "[OK]", "/:ok",
        "[强]", "確認收到", "马上到", "收到，马上去", "OK", "ｏｋ", "네", "不需要支援",
    ),
    Intent.cannot: (
        "去不了", "我今天去不了", "换人", "收到，去不了", "我在外地", "请换个人", "车坏了，走不开", "못 갑니다",
    ),
    Intent.help: ("需要支援", "請求支援", "收到，需要支援", "我们这里人手不够，快派人来", "支援", "도와주세요"),
    Intent.arrived: ("到了", "已到岗", "我到了", "收到，已到岗", "到位了", "도착"),
    Intent.done: ("已落实", "全部转移完毕", "都通知到了"),
    Intent.relayed: ("已转发", "已转发到群"),
    Intent.played: ("已播", "播完了", "已播2遍", "已播 3 遍", "播了两次", "已上屏"),
    Intent.unplayed: ("播不了", "喇叭坏了。", "没法播"),
    Intent.undo: ("说错了", "打错了", "撤销"),
    Intent.cancel: ("取消", "退出", "算了", "취소"),
    Intent.swap: ("换班", "我要换班", "顶班", "找人替班"),
    Intent.menu: ("菜单", "帮助", "你好", "？", "?", "메뉴"),
    Intent.warnings: ("有没有预警", "预警", "现在有预警吗？", "경보"),
    Intent.advice: ("现在要做什么", "该怎么办", "怎么办"),
    Intent.buttons: ("按钮", "用按钮"),
    Intent.phone: ("值班电话", "电话多少", "전화"),
    Intent.still_valid: ("仍有效", "暴雨仍有效"),
    Intent.over: ("解除", "已解除"),
    Intent.shelters: ("去哪里避难", "安置点在哪", "대피소"),
    Intent.drills: ("演练", "有演练吗"),
    Intent.places: ("我的地方", "我的订阅"),
    Intent.unsubscribe: ("退订", "TD", "不要再发了", "구독 취소"),
    Intent.resume: ("恢复订阅",),
    Intent.data: ("我的数据",),
    Intent.erase: ("删除我的数据",),
    Intent.bind: ("绑定",),
    Intent.thanks: ("谢谢", "辛苦了", "감사합니다"),
    Intent.report: ("三组垮坡，路断了", "河水漫过桥了", "3户进水", "电线杆倒了", "收到，水位涨了"),
    Intent.hint: (
        "隐患", "随手拍", "隐患 三组坡上裂缝", "举报村口小卖部乱放烟花", "匿名举报", "村口有安全隐患",
        "QY0712-H01 办好了", "qy0712h01",
    ),
    Intent.anonymous: ("匿名", "请匿名"),
    Intent.unknown: ("隐患排查完了", "没有发现隐患", "", "没收到", "收到了吗", "今天吃什么", "😀", "12", "……"),
}  # fmt: skip


@pytest.mark.parametrize(("n", "text"), [(n, text) for n, texts in DIGITS.items() for text in texts])
def test_digits(n: int, text: str) -> None:
    read = understand(text)
    assert (read.intent, read.n, read.facts["rest"], read.clear) == (Intent.digit, n, "", True)


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in WORDS.items() for text in texts])
def test_words(intent: Intent, text: str) -> None:
    assert understand(text).intent is intent


@pytest.mark.parametrize("sign", [*"。，、：；！…~", ".", ","])
def test_a_sign_at_the_end_changes_nothing(sign: str) -> None:
    for intent, texts in WORDS.items():
        for text in texts:
            if text.strip("？?…"):
                assert understand(text + sign).intent is intent, text + sign
    assert understand(f"转移35人{sign}").intent is Intent.report
    assert understand(f"退订柳湾村{sign}").facts == {"place": "柳湾村"}


@pytest.mark.parametrize(
    ("text", "rest"), [("2 暴雨", "暴雨"), ("3 红色暴雨", "红色暴雨"), ("3 桥头缺沙袋", "桥头缺沙袋")]
)
def test_a_digit_may_name_the_alert(text: str, rest: str) -> None:
    assert understand(text).facts["rest"] == rest


@pytest.mark.parametrize("text", ["1 去不了", "1 需要支援快来人", "3 收到", "2 好的"])
def test_a_digit_and_words_that_contradict_it(text: str) -> None:
    assert not understand(text).clear


@pytest.mark.parametrize(
    ("text", "intent", "facts"),
    [
        ("订阅柳湾村", Intent.subscribe, {"place": "柳湾村"}),
        ("訂閱 柳灣村", Intent.subscribe, {"place": "柳湾村"}),
        ("我是柳湾村的", Intent.subscribe, {"place": "柳湾村"}),
        ("柳湾村", Intent.subscribe, {"place": "柳湾村"}),
        ("我爸妈在柳湾村", Intent.subscribe, {"place": "柳湾村", "label": "parents"}),
        ("退订柳湾村", Intent.unsubscribe, {"place": "柳湾村"}),
        ("退订 柳湾镇柳湾村", Intent.unsubscribe, {"place": "柳湾镇柳湾村"}),
        ("绑定 ABCD2345", Intent.bind, {"words": "abcd2345"}),
        ("绑定：陈某 000 0000 0000", Intent.bind, {"words": "陈某 000 0000 0000"}),
        ("换班 王建国", Intent.swap, {"words": "王建国"}),
        ("换班给王建国", Intent.swap, {"words": "王建国"}),
        ("石门乡谁值班", Intent.phone, {"place": "石门乡"}),
        ("谁值班 石门乡", Intent.phone, {"place": "石门乡"}),
        ("换班 2026", Intent.unknown, {}),
        ("我在家", Intent.unknown, {}),
        ("我是网格员", Intent.unknown, {}),
    ],
)
def test_what_names_something(text: str, intent: Intent, facts: dict[str, str]) -> None:
    read = understand(text)
    assert (read.intent, read.facts) == (intent, facts)


def test_every_intent_has_words_or_a_rule() -> None:
    spoken = {Intent.digit, Intent.subscribe, *WORDS}
    assert set(Intent) - spoken == {Intent.yes}
