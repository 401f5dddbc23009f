"""When a road counts as down, what may leave meanwhile, and what follows from a failed call."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.contract import SendError
from broadcasts.dispatch.claims.contract import Claimed
from broadcasts.dispatch.sending.breaker import FAILURES, PROBES, Breaker
from broadcasts.dispatch.sending.breakers import Breakers
from broadcasts.dispatch.sending.judge import judged
from broadcasts.dispatch.states import State
from tests.virtual.queue import VirtualQueue

NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
BLANK = {"broadcast_id": "b", "road": "live", "channel": "wecom_robot", "text_id": 1, "tail": "", "robot_id": 1}
MORE = {"sealed": None, "members": None, "towns": "{}", "expires_at": LATER, "parts_done": 0}


def batch(number: int = 1, rank: int = 3, **more: object) -> Claimed:
    filled = {"id": number, "rank": rank, "wake": 0, "attempts": 0, "reason": "", **BLANK, **MORE, **more}
    return Claimed._make(filled.get(name, "") for name in Claimed._fields)


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def test_a_few_failures_in_a_row_open_it_and_people_are_told_when_it_lasts() -> None:
    breaker = Breaker()
    assert [breaker.failed("timeout", seconds(n / 10)) for n in range(FAILURES)] == [False] * FAILURES
    assert breaker.open
    assert breaker.failed("timeout", seconds(3))  # once
    assert not breaker.failed("timeout", seconds(4))
    assert breaker.since == NOW


def test_what_a_person_must_mend_opens_it_at_once() -> None:
    breaker = Breaker()
    assert breaker.failed("credentials", NOW)
    assert breaker.open


def test_while_it_is_down_a_few_probe_and_red_is_tried_at_a_bounded_rate() -> None:
    breaker = Breaker()
    breaker.failed("credentials", NOW)
    going, waiting = breaker.sort([batch(n) for n in range(5)], seconds(0.1))
    assert (going, {due for _, due in waiting}) == ([], {seconds(2)})
    red = [batch(n, 0) for n in range(5)] + [batch(9, 0, reason="timeout")]
    going, waiting = breaker.sort(red, seconds(0.2))
    assert [b.id for b in going] == [0]
    assert [due for _, due in waiting] == [seconds(n) for n in (0.7, 1.2, 1.7, 2, 2)]
    going, waiting = breaker.sort([batch(n) for n in range(5)], seconds(2))
    assert (len(going), len(waiting)) == (PROBES, 2)
    assert waiting[0][1] == seconds(6)
    assert len(breaker.sort([batch()], seconds(3))[0]) == 0


def test_the_looks_grow_rarer_and_a_clock_that_was_set_back_does_not_stop_them() -> None:
    breaker, at, looks = Breaker(), 0.0, 0
    breaker.failed("credentials", NOW)
    while at < 300:
        looks += bool(breaker.sort([batch()], seconds(at))[0])
        at += 1
    assert looks == 12  # after 2, 6, 14, 30, and then every 30 seconds
    assert len(breaker.sort([batch()], NOW - timedelta(hours=1))[0]) == 1


LOST = {"lost": True}
FOR_GOOD = {"permanent": True}


@pytest.mark.parametrize(
    ("reason", "error", "given", "repeatable", "state"),
    [
        ("robot_gone", FOR_GOOD, {}, False, State.failed),
        ("content", FOR_GOOD, {}, True, State.failed),
        ("credentials", FOR_GOOD, {}, True, State.queued),  # waits for its road
        ("application_off", FOR_GOOD, {"attempts": 500}, True, State.queued),
        ("credentials", FOR_GOOD, {"attempts": 500, "expires_at": None}, True, State.failed),
        ("busy", {}, {"attempts": 3}, False, State.queued),
        ("busy", {}, {"attempts": 39}, False, State.failed),
        ("busy", {}, {"attempts": 39, "wake": 1, "reason": "timeout"}, False, State.unknown),  # the first may be there
        ("timeout", LOST, {}, True, State.queued),
        ("timeout", LOST, {"reason": "timeout"}, True, State.queued),
        ("timeout", LOST, {}, False, State.unknown),  # nobody is woken: not repeated
        ("timeout", LOST, {"wake": 1}, False, State.queued),
        ("timeout", LOST, {"wake": 1, "reason": "bad_answer"}, False, State.unknown),  # once, no more
        ("bug", LOST, {"wake": 1}, False, State.queued),  # our own code broke, perhaps behind the call
        ("bug", LOST, {"wake": 1, "reason": "bug"}, False, State.unknown),
    ],
)
def test_what_follows_from_a_failed_call(
    reason: str, error: dict[str, bool], given: dict[str, object], repeatable: bool, state: State
) -> None:
    raised = SendError(reason, permanent=error.get("permanent", False), lost=error.get("lost", False))
    outcome = judged(batch(**given), raised, repeatable=repeatable, at=NOW)  # type: ignore[arg-type]
    assert outcome.state is state


def test_a_lost_answer_is_remembered_whatever_the_repeat_is_answered() -> None:
    lost = batch(wake=1, reason="timeout")
    for error in (SendError("busy"), SendError("unreachable")):
        assert judged(lost, error, repeatable=False, at=NOW).reason == "timeout"
    assert judged(lost, SendError("busy"), repeatable=True, at=NOW).reason == "busy"


def test_a_copy_behind_whose_call_our_own_code_broke_waits_for_the_road_as_one_whose_answer_was_lost() -> None:
    breaker = Breaker()
    breaker.failed("credentials", NOW)
    red = [batch(1, 0, reason="bug"), batch(2, 0, reason="timeout"), batch(3, 0)]
    going, waiting = breaker.sort(red, seconds(0.2))
    assert ([b.id for b in going], [due for _, due in waiting]) == ([3], [seconds(2), seconds(2)])
    going, _ = breaker.sort([*red, batch(4), batch(5)], seconds(2))
    assert {b.id for b in going} == {3, 4, 5}  # who looks: rather those that nobody can have


class Freed(VirtualQueue):
    """A queue that keeps for which reasons what waits was freed."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []

    async def release(self, road: str, channel: str, reasons: Sequence[str], at: datetime) -> int:
        self.reasons += reasons
        return 0


@pytest.mark.parametrize("reason", ["timeout", "bug"])
async def test_a_copy_that_may_be_there_asks_first_on_a_doubtful_road_and_is_free_when_it_is_back(reason: str) -> None:
    street, queue = ("live", "wecom_robot"), Freed()
    breakers = Breakers([street], queue)
    assert not breakers.doubtful(batch(1, 0, reason=reason))
    breakers.failed(street, batch(9), "timeout", NOW)
    assert breakers.doubtful(batch(1, 0, reason=reason))
    assert not breakers.doubtful(batch(2, 0))  # red that nobody can have is given out at once
    for n in range(FAILURES):
        breakers.failed(street, batch(9), "timeout", seconds(n))
    breakers.worked(street, seconds(9))
    await breakers.tell(seconds(9))
    assert reason in queue.reasons
