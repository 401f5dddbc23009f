"""A clock that runs, and whose wall time can be set forward: for a day that passes in a minute."""

from datetime import datetime, timedelta

from bot.clock import SystemClock


class ShiftedClock(SystemClock):
    """Wall time is the machine's plus `shift`; monotonic time, by which leases live, is the machine's."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return super().now() + self.shift


class WholeClock(ShiftedClock):
    """The simulator's: there both times are set forward, since its windows and tokens are counted in monotonic time."""

    def monotonic(self) -> float:
        return super().monotonic() + self.shift.total_seconds()
