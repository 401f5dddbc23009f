"""What is to go wrong: faults by command, the first that fits a call strikes it, and latencies add up."""

import asyncio
import random
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bot.simulator.config import Latency


class Kind(StrEnum):
    errcode = "errcode"  # answered with `code`, not accepted
    http = "http"  # answered with `status` and a gateway's page, not accepted
    not_json = "not_json"  # 200 and a gateway's page, not accepted
    timeout = "timeout"  # no answer for `seconds`, then closed; not accepted
    close = "close"  # closed at once; not accepted
    drop_reply = "drop_reply"  # accepted and shown, closed before the answer
    latency = "latency"  # `seconds` more, `tail_seconds` for a `tail_share`
    date = "date"  # every answer's Date is `seconds` ahead: ours is slow


@dataclass(slots=True)
class Fault:
    kind: Kind
    endpoint: str = "*"
    target: str | None = None  # a robot's key or a userid
    code: int = -1
    status: int = 502
    seconds: float = 30.0
    tail_seconds: float = 0.0
    tail_share: float = 0.0
    times: int | None = None  # None: until it is cleared
    share: float = 1.0
    struck: int = 0


class Faults:
    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (chance to be repeated, not to be unguessable)
        self._set: list[Fault] = []
        self._released = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._set)

    def add(self, fault: Fault) -> None:
        self._set.append(fault)

    def clear(self) -> None:
        """Take all faults back and let go of the calls that a time-out holds."""
        self._set.clear()
        self._released.set()
        self._released = asyncio.Event()

    @property
    def drift(self) -> float:
        """Seconds by which the Date of answers is ahead."""
        return sum(fault.seconds for fault in self._set if fault.kind is Kind.date)

    def view(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._set]

    def strike(self, endpoint: str, targets: Callable[[], Collection[str]]) -> tuple[float, Fault | None]:
        """The seconds to wait and the fault to show for one call. `targets` is asked only if a fault names one."""
        delay = 0.0
        for fault in list(self._set):
            if not self._fits(fault, endpoint, targets):
                continue
            self._spend(fault)
            if fault.kind is not Kind.latency:
                return delay, fault
            delay += self.draw(Latency(fault.seconds, fault.tail_seconds, fault.tail_share))
        return delay, None

    def draw(self, latency: Latency) -> float:
        """How long this call takes. Seconds."""
        slow = latency.tail_share > 0 and self._chance.random() < latency.tail_share
        return latency.tail_seconds if slow else latency.seconds

    async def hold(self, seconds: float) -> None:
        """Keep a call waiting, at the longest until the faults are cleared."""
        released = self._released
        try:
            async with asyncio.timeout(seconds):
                await released.wait()
        except TimeoutError:
            return

    def _fits(self, fault: Fault, endpoint: str, targets: Callable[[], Collection[str]]) -> bool:
        if fault.kind is Kind.date or fault.endpoint not in ("*", endpoint):
            return False
        if fault.target is not None and fault.target.lower() not in targets():
            return False
        return fault.share >= 1 or self._chance.random() < fault.share

    def _spend(self, fault: Fault) -> None:
        fault.struck += 1
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._set.remove(fault)
