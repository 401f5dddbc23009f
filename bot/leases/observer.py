"""Seeing from outside whether a slot's owner lives: its number moves, by the clock of the one who looks."""

from dataclasses import dataclass

from bot.leases.models import Lease

PATIENCE = 10.0  # seconds


@dataclass
class Observer:
    """`moved_at` is None until the number was seen to move: what stands in a row may be of last week."""

    patience: float = PATIENCE
    moved_at: float | None = None
    _seen: tuple[int, int] | None = None

    def look(self, lease: Lease | None, monotonic: float) -> bool:
        """Take a look; whether the owner lives."""
        now = (lease.epoch, lease.renewal) if lease else None
        if now is not None and self._seen is not None and now != self._seen:
            self.moved_at = monotonic
        self._seen = now
        return self.alive(monotonic)

    def alive(self, monotonic: float) -> bool:
        return self.moved_at is not None and monotonic - self.moved_at <= self.patience
