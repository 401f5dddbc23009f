"""Whether a road is down, told by what its calls come to. While it is, a few calls probe and red is tried slowly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcasts.dispatch.claims.contract import Claimed

LOST = frozenset({"timeout", "bad_answer", "connection_lost"})
MAYBE = LOST | {"bug"}  # after which a copy may have arrived: our own code may break behind the call
MENDED_BY_HAND = frozenset(  # the next call meets the same
    {"credentials", "address_not_trusted", "application_off", "no_right", "blocked", "template"}
)
ROAD = LOST | MENDED_BY_HAND | {"unreachable"}  # reasons that speak of the road, not of the copy
DELAYED = "road_down"  # why a copy waits that was never tried
FAILURES = 5  # in a row until a road counts as down; of those that are mended by hand one is enough
PROBES = 3  # calls at each look
SOONEST, LONGEST = 2.0, 30.0  # seconds between two looks
RED_EVERY = timedelta(seconds=0.5)  # between two red copies that are tried all the same
SURE = timedelta(seconds=2)  # down for so long it is told to people


@dataclass(slots=True)
class Breaker:
    """Of one road's one channel. `since` is its first failure in a row, `told` that the record says so."""

    since: datetime | None = None
    reason: str = ""
    failures: int = 0
    open: bool = False
    told: bool = False
    probe_at: datetime | None = None
    pause: float = SOONEST
    red_at: datetime | None = None

    def failed(self, reason: str, at: datetime) -> bool:
        """A call came to nothing for the road's sake. True where people should be told now."""
        self.since = self.since or at
        self.failures, self.reason = self.failures + 1, reason
        if not self.open and (self.failures >= FAILURES or reason in MENDED_BY_HAND):
            self.open, self.probe_at = True, at + timedelta(seconds=self.pause)
        sure = reason in MENDED_BY_HAND or at - self.since >= SURE
        if not self.open or self.told or not sure:
            return False
        self.told = True
        return True

    def next_look(self, at: datetime) -> datetime:
        """When somebody looks again whether the road is up."""
        return self.probe_at if self.probe_at and self.probe_at > at else at + timedelta(seconds=SOONEST)

    def sort(self, batches: Sequence[Claimed], at: datetime) -> tuple[list[Claimed], list[tuple[Claimed, datetime]]]:
        """Of batches in the order of their ranks: those that may be tried now, and the others with their moment. Red
        that may have arrived already waits for the road, so that it is repeated once and not at every look."""
        probes, probe_at = self._look(at)
        looks = {b.id for b in sorted(batches, key=_repeats)[:probes]}
        going: list[Claimed] = []
        waiting: list[tuple[Claimed, datetime]] = []
        slow = max(self.red_at or at, at)
        for batch in batches:
            red = batch.rank == 0 and batch.reason not in MAYBE
            if batch.id in looks:
                going.append(batch)
            elif red and (self.red_at is None or self.red_at <= at):
                self.red_at = slow = at + RED_EVERY
                going.append(batch)
            else:
                waiting.append((batch, min(slow, probe_at) if red else probe_at))
                slow += RED_EVERY if red else timedelta(0)
        return going, waiting

    def _look(self, at: datetime) -> tuple[int, datetime]:
        """How many probes may leave now, and when the next ones."""
        due = self.probe_at
        if due is None or due <= at or due > at + timedelta(seconds=LONGEST):  # the last where the clock was set back
            self.pause = min(LONGEST, self.pause * 2)
            self.probe_at = at + timedelta(seconds=self.pause)
            return PROBES, self.probe_at
        return 0, due


def _repeats(batch: Claimed) -> tuple[bool, int]:
    """Who looks whether the road is back: rather a copy that has not been given out, else the one least often."""
    return batch.reason in MAYBE, batch.attempts
