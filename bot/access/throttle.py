"""Wrong passwords, counted by name and by address: after a few, each further try has to wait."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FREE = 5  # wrong tries before anybody has to wait
WINDOW = timedelta(minutes=15)


@dataclass
class Throttle:
    """In memory: a restart forgives, a guesser does not profit from that."""

    _wrong: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def wait(self, keys: tuple[str, ...], at: datetime) -> timedelta:
        """How long until a try is allowed for all of these keys; zero: now."""
        return max((self._wait(key, at) for key in keys), default=timedelta())

    def failed(self, keys: tuple[str, ...], at: datetime) -> None:
        for key in keys:
            self._wrong[key] = [t for t in self._wrong[key] if at - t < WINDOW] + [at]

    def passed(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._wrong.pop(key, None)

    def _wait(self, key: str, at: datetime) -> timedelta:
        recent = [t for t in self._wrong.get(key, ()) if at - t < WINDOW]
        if len(recent) < FREE:
            return timedelta()
        pause = timedelta(seconds=min(300, 2 ** (len(recent) - FREE + 2)))
        return max(timedelta(), recent[-1] + pause - at)
