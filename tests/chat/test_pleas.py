"""救命词: what rings the duty desk, and what does not."""

import pytest

from handlers.chat.understand.pleas import cries

RINGS = (
    "被困", "有人被困", "三组有人被困在楼顶", "我们被困住了", "失联", "老李失联了", "联系不上两个人", "有伤亡",
    "一人受伤", "伤了两个", "死人了",
    "起火", "起火了", "山上着火", "老王家失火", "电线起火", "房子塌了，人埋了", "被水冲走了", "有人落水",
    "孩子掉水里了", "救命", "救命啊！！",
    "快来救人", "触电了", "煤气中毒", "晕倒了", "ＳＯＳ", "119", "120", "救", "有人傷亡", "살려주세요",
    "불이 났어요",
    # unsure: it rings
    "有没有人被困？", "不知道有没有人受伤", "是不是起火了", "好像有人被困", "怕有人被困", "没有信号，失联了",
    "没人来救，被困了",
    "还没有救出来，被困三人", "路断了没伤，但有人失联", "没有起火，有人被困", "失联的人没有找到",
    "不是没有人被困", "1 收到，有人被困",
    "3 需要支援，有人受伤", "没人伤，一人失踪", "如果被困怎么办", "起火已扑灭",
)  # fmt: skip
SILENT = (
    "没人伤", "没有被困", "没有人被困", "无人被困", "无人员伤亡", "没有人员伤亡", "无伤亡", "未造成人员伤亡",
    "未发现人员被困", "没有人受伤",
    "没人受伤", "没有起火", "没起火", "没有失联", "无一人受伤", "伤亡为零", "路断了，没人伤",
    "三组垮坡，没有人员伤亡，正在清理",
    "起火机", "打火机没气", "打火机没油了", "被困难吓倒", "救命恩人", "一起火锅", "拿着火把",
    "水位回落水面平稳", "落水管堵了", "防溺水宣传做了",
    "森林火灾预警", "火灾隐患排查完了", "防止被困", "收到", "1", "河水漫过桥了", "", "没有没有",
)  # fmt: skip


@pytest.mark.parametrize("text", RINGS)
def test_a_cry_for_help_rings(text: str) -> None:
    assert cries(text)


@pytest.mark.parametrize("text", SILENT)
def test_what_says_that_nobody_needs_help_does_not(text: str) -> None:
    assert not cries(text)


@pytest.mark.parametrize(
    "text",
    [
        *("세 명이 집에 갇혔습니다", "아이가 실종되었습니다", "사망자 한 명", "집에 화재가 났습니다"),
        *("불이 났어요", "사람이 다쳤습니다", "인명피해 발생", "할머니와 연락이 안 됩니다", "구해 주십시오"),
        *("사람이 물에 빠졌습니다", "흙에 매몰되었습니다", "부상자가 두 명 있습니다"),
    ],
)  # fmt: skip
def test_a_korean_cry_rings(text: str) -> None:
    assert cries(text)


@pytest.mark.parametrize(
    "text",
    [
        *("인명피해 없음", "부상자 없습니다", "사망자 없음", "다친 사람 없습니다", "갇힌 사람은 없습니다"),
        *("실종자는 없습니다", "화재 예방 교육", "화재 훈련을 했습니다", "모두 대피했습니다", "감사합니다"),
    ],
)  # fmt: skip
def test_what_is_denied_in_korean_rings_nobody(text: str) -> None:
    assert not cries(text)
