"""救援: that none has come is a cry, that none is needed is not; and whoever was trapped may have been freed."""

import pytest

from handlers.chat.understand.intents import Intent
from handlers.chat.understand.pleas import cries
from handlers.chat.understand.read import understand

RINGS = (
    # nobody has come
    "没有救援", "还没有救援", "没救援", "到现在都没有救援", "没有任何救援", "一直没有救援队", "没有救援来",
    "没有救援队过来", "无救援", "未见救援",
    "救援还没来", "救援没到", "救援没来", "救援还没有到", "救援队还没到", "救援迟迟不来", "救援没有", "救援人员没到",
    "没人来救", "没有人来救我们", "没人救", "没人救我们", "没有人救", "无人施救", "没人来救援", "怎么没人来救援",
    "还没人来救", "没有来救", "没人来救人", "没人救火", "没有人来救火",
    "没等到救援", "没等来救援", "没有等到救援", "等不到救援", "没见到救援",
    "没有救护车", "救护车还没来", "没有救命的药了",
    # whoever needs it
    "需要救援", "急需救援", "我们在等救援", "没有电等救援", "没有力气等救援了", "快叫救护车", "请求救援",
    "老人还没救出来", "人没有救出来", "救不出来", "还有两人待救",
    # unsure: it rings
    "需不需要救援", "要不要救援", "有没有救援", "救援到了没有", "不是不需要救援", "不用救我先救孩子",
    "不用来救我，快来救我妈", "不用救我，救孩子", "不要救我先救老人", "没人救他",
    "没有人来救我们，不用等了",
    "被困的人没救出来", "被困的人都没救出来", "被困三人已救出两人", "被困人员救出来了吗", "受伤的人已经救出来了",
    "没有人被困，但没有救援", "不需要救援，有人受伤",
)  # fmt: skip
SILENT = (
    # nobody needs it
    "不需要救援", "不用救援", "无需救援", "不必救援", "用不着救援", "暂时不需要救援", "我们不需要救援",
    "不需要救援队", "不用派救援队来", "不用来救援", "不用来救", "不用来救我们", "不用再派人来救援", "不要救援",
    "不用救他了，已经上来了", "不需要来救了", "不用救火了", "不用叫救护车", "不需要救护车",
    "没有人需要救援", "没有群众需要救援", "没有人员等待救援", "无人需要救援", "没有人请求救援", "没有需要救援的人",
    "没有救援需求", "没有人需要来救援",
    "救援不用来了", "救援不需要了", "救援队不用来了", "救援队已经到了", "救援到了", "救护车来了", "救援结束了",
    "没有人求救", "没有待救人员", "没有人待救",
    # nobody is in need
    "没有人被困", "没人被困", "无人被困", "没有人员被困",
    # freed
    "已经救出来了", "人都救出来了", "被困的人已经救出来了", "被困人员已全部救出", "被困村民都脱险了",
    "被困群众已全部安全脱困", "没有人被困，不需要救援", "参加救援演练", "今天没有救援任务",
)  # fmt: skip


@pytest.mark.parametrize("text", RINGS)
def test_whoever_has_no_rescue_cries(text: str) -> None:
    assert cries(text)


@pytest.mark.parametrize("text", SILENT)
def test_whoever_needs_none_does_not(text: str) -> None:
    assert not cries(text)


@pytest.mark.parametrize("text", ["还没有支援", "没有支援", "支援还没来", "支援没到", "没人来支援", "没有人支援我们"])
def test_whoever_has_no_support_needs_it(text: str) -> None:
    assert understand(text).intent is Intent.help


@pytest.mark.parametrize("text", ["不需要支援", "不用支援", "不需要救援", "不用救援"])
def test_whoever_needs_no_support_has_heard(text: str) -> None:
    assert understand(text).intent is Intent.received
