"""Wrong passwords, counted by name and by address: after a few, each further try has to wait."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FREE = 5  # wrong tries from one address before it has to wait
FREE_BY_NAME = 50  # for one name from anywhere: a guesser must not be able to keep an officer out
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
        free = FREE_BY_NAME if key.startswith("name:") else FREE
        if len(recent) < free:
            return timedelta()
        pause = timedelta(seconds=min(300, 2 ** min(len(recent) - free + 2, 9)))
        return max(timedelta(), recent[-1] + pause - at)
