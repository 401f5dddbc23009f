"""The 48-hour window of the customer-service message: what a follower did, and how many answers that allows."""

from dataclasses import dataclass

from bot.simulator.tables.limits_account import Allowance


@dataclass(slots=True)
class Grant:
    allowance: Allowance
    until: float
    left: int


class Grants:
    """What a follower has allowed. The page does not say whether a second message adds five or begins anew: here it
    begins anew, so that a client holds under both."""

    def __init__(self) -> None:
        self._open: list[Grant] = []

    def give(self, allowance: Allowance, at: float) -> None:
        self._open = [grant for grant in self._open if grant.until > at and grant.allowance != allowance]
        self._open.append(Grant(allowance, at + allowance.seconds, allowance.number))

    def any(self, at: float) -> bool:
        """Whether any window is open, used up or not."""
        return any(grant.until > at for grant in self._open)

    def take(self, at: float) -> bool:
        """Use one answer, of the window that closes first."""
        ready = [grant for grant in self._open if grant.until > at and grant.left]
        if not ready:
            return False
        min(ready, key=lambda grant: grant.until).left -= 1
        return True

    def clear(self) -> None:
        """Who leaves closes all windows."""
        self._open.clear()
