"""Every window of every road, filled to the brim by what is not red: red still finds what is kept for it, at once, and
nothing is broken."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.channels.appchat import limits as chat
from bot.channels.oa_mass import limits as mass
from bot.channels.oa_reply import limits as reply
from bot.channels.oa_template import limits as template
from bot.channels.pstncc import limits as pstncc
from bot.channels.sms import limits as sms
from bot.channels.voice import limits as voice
from bot.channels.wecom_app import cards
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from bot.coordination.contract import Limit, Quota
from bot.coordination.quotas import Quotas
from bot.coordination.windows import Windows
from bot.wechat.frequency import base

MORNING = datetime(2026, 7, 11, 16, 0, tzinfo=UTC).timestamp()  # midnight in China
LIMITS = {
    "robot": (robot.per_robot(20, 5),), "member": app.per_member(5), "chat": chat.per_group(),
    "text message": sms.per_number(5), "call": voice.per_number(), "emergency call": pstncc.per_member(),
}  # fmt: skip
QUOTAS = {
    "application": app.per_day(100), "chat": chat.QUOTAS, "template": template.QUOTAS, "reply": reply.QUOTAS,
    "mass": mass.QUOTAS, "lines": voice.per_gateway(30), "one line less": voice.per_gateway(2),
    "customers": base("customer_group"), **cards.INTERFACES,
}  # fmt: skip


WINDOWS = [pytest.param(one, id=f"{name} {one.seconds:.0f}") for name, limits in LIMITS.items() for one in limits]
SHARED = [pytest.param(one, id=f"{name} {one.seconds:.0f}") for name, quotas in QUOTAS.items() for one in quotas]


@pytest.mark.parametrize("limit", WINDOWS)
@pytest.mark.parametrize("begins", [0.0, 0.5])  # as the clock cuts its windows, and astride of that
def test_of_each_targets_window_red_finds_its_part(limit: Limit, begins: float) -> None:
    windows, start, left = Windows(), limit.seconds * (100 + begins), list[float]()

    def take(at: float, *, red: bool) -> bool:
        (wait,) = windows.take(["one"], [limit], at, red=red)
        if not wait:
            left.append(at)
        return not wait

    step = limit.seconds / (limit.calls * 3)
    moments = [start + n * step for n in range(limit.calls * 3)]
    blue = sum(take(at, red=False) for at in moments)
    assert blue == limit.calls - limit.reserve
    assert sum(take(moments[-1], red=True) for _ in range(limit.calls)) == limit.reserve > 0
    for n in range(limit.calls * 6):
        take(moments[-1] + n * step, red=bool(n % 2))
    assert fullest(left, limit.seconds) <= limit.calls


@pytest.mark.parametrize("quota", SHARED)
@pytest.mark.parametrize("begins", [0.0, 0.5])
def test_of_what_all_share_red_finds_its_part(quota: Quota, begins: float) -> None:
    quotas, at, most = Quotas(), MORNING + quota.seconds * (100 + begins), quota.most or 0

    def leaves(number: int, *, red: bool) -> bool:
        calls, copies = (1, number) if quota.copies else (number, 1)
        return not any(one.wait for one in quotas.spend("live", [quota], [copies] * calls, at, red=red))

    full = most - quota.reserve
    quotas.spent("live", [quota], full, full, at)
    assert not leaves(1, red=False)
    assert quota.reserve
    assert leaves(quota.reserve, red=True)
    assert not leaves(1, red=True)


def fullest(left: list[float], seconds: float) -> int:
    """Of any window, wherever it begins, and of those that the clock cuts."""
    sliding = max(sum(start <= at < start + seconds for at in left) for start in left)
    return max(sliding, *Counter(int(at // seconds) for at in left).values())
