"""Roads that end in somebody's hand, planned: whose task, in how many calls, and who counts as reached. Pure."""

import pytest

from bot.channels.customer_group.limits import PER_TARGET, address
from broadcasts.audience.select import Target
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.states import Mode

OPEN = frozenset({"wecom_robot", "relay", "customer_group", "speaker", "screen"})


def group(number: int, **roads: str) -> Target:
    return Target("group", number, 1, None, "村群", "zh-CN", Mode.wake, roads)


def made(*targets: Target, urgent: bool) -> Plan:
    return plan(targets, lambda channel, *_: [f"红色暴雨 {channel}"], lambda _: "柳湾村", OPEN, urgent=urgent)


def test_one_call_is_one_senders_and_holds_no_more_than_the_platform_takes() -> None:
    many = [group(n, customer_group=address("li", f"wr{n}")) for n in range(PER_TARGET + 1)]
    other = group(9999, customer_group=address("zhou", "wr9999"))
    found = made(*many, other, urgent=False)
    assert [len(batch.targets) for batch in found.batches] == [PER_TARGET, 1, 1]
    senders = [{target.roads["customer_group"].split("/")[0] for target in batch.targets} for batch in found.batches]
    assert senders == [{"li"}, {"li"}, {"zhou"}]
    assert len(found.texts) == 1


@pytest.mark.parametrize(
    ("roads", "urgent", "taken", "reached", "unsure"),
    [
        ({"wecom_robot": "1", "customer_group": "li/wr1"}, True, ["wecom_robot", "customer_group"], 1, 0),
        ({"wecom_robot": "1", "customer_group": "li/wr1"}, False, ["wecom_robot"], 1, 0),
        ({"customer_group": "li/wr1", "relay": "|3|"}, True, ["customer_group", "relay"], 1, 0),
        ({"customer_group": "li/wr1", "relay": "|3|"}, False, ["customer_group"], 1, 0),
        ({"customer_group": "li/wr1"}, True, ["customer_group"], 0, 1),
        ({"customer_group": "li/wr1"}, False, ["customer_group"], 1, 0),
    ],
)
def test_who_waits_for_a_tap_is_not_reached_in_red(
    roads: dict[str, str], urgent: bool, taken: list[str], reached: int, unsure: int
) -> None:
    found = made(group(1, **roads), urgent=urgent)
    assert [batch.channel for batch in (*found.batches, *found.relays)] == taken
    assert (len(found.reached), len(found.unsure), len(found.copies)) == (reached, unsure, len(taken))


def test_a_loudspeaker_without_a_keeper_is_named_as_such() -> None:
    lonely = Target("speaker", 1, 1, None, "大喇叭", "zh-CN", Mode.wake, {})
    kept = Target("speaker", 2, 1, None, "大喇叭", "zh-CN", Mode.wake, {"speaker": "|3|"})
    looks = Target("screen", 3, 1, None, "显示屏", "zh-CN", Mode.wake, {"screen": ""})
    found = made(lonely, kept, looks, urgent=True)
    assert [(target.id, why) for target, why in found.unreachable] == [(1, "no_keeper")]
    assert [(batch.channel, batch.targets[0].id) for batch in found.relays] == [("speaker", 2), ("screen", 3)]
    assert found.calls == 0
