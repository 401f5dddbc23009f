"""Mass sends as the platform keeps them: what was asked for under which key, what became of it, whom a tag names, and
how many each follower has had this month."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from bot.simulator.tables.limits_account import MASS_MONTH, MASS_REPEAT_SECONDS, MASS_RETRY_SECONDS
from bot.simulator.world.chats import Follower
from bot.simulator.world.messages import Shown

FIRST_TAG = 100  # those below are the platform's own
CHINA = timezone(timedelta(hours=8))


class Fate(StrEnum):
    """The words of mass/get."""

    sending = "SENDING"
    success = "SEND_SUCCESS"
    failed = "SEND_FAIL"
    deleted = "DELETE"


@dataclass(slots=True)
class Job:
    """`waits`: an administrator must confirm it until then."""

    id: int
    at: float
    shown: Shown
    asked: list[str]  # openids
    fate: Fate = Fate.sending
    waits: float | None = None


@dataclass(slots=True)
class Tag:
    id: int
    name: str
    openids: dict[str, None] = field(default_factory=dict)  # in their order


class Masses:
    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.tags: dict[int, Tag] = {}
        self.tag_numbers = itertools.count(FIRST_TAG)
        self._keys: dict[str, tuple[float, int, float]] = {}  # clientmsgid: until, msg_id, the last repeat
        self._had: dict[tuple[str, Follower], int] = {}

    def repeated(self, key: str, at: float) -> tuple[int, bool] | None:
        """The number that the same key got within a day, and whether this is asked again too soon. The page gives a
        minute and does not say from when on: here from a repeat to the next."""
        known = self._keys.get(key)
        if known is None or at >= known[0]:
            return None
        soon = at - known[2] < MASS_RETRY_SECONDS
        self._keys[key] = (known[0], known[1], known[2] if soon else at)
        return known[1], soon

    def remember(self, key: str, number: int, at: float) -> None:
        self._keys[key] = (at + MASS_REPEAT_SECONDS, number, at - MASS_RETRY_SECONDS)

    def room(self, follower: Follower, at: float) -> bool:
        return self._had.get((month(at), follower), 0) < MASS_MONTH

    def give(self, follower: Follower, at: float) -> None:
        key = (month(at), follower)
        self._had[key] = self._had.get(key, 0) + 1

    def had(self, follower: Follower, at: float) -> int:
        return self._had.get((month(at), follower), 0)

    def waiting(self) -> Iterator[Job]:
        return (job for job in self.jobs.values() if job.waits is not None)


def month(at: float) -> str:
    """2026-07, in China."""
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%Y-%m")
