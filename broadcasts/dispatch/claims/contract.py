"""The worker's side of the queue: take what is due, settle what became of it. Two forms, one contract test."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from bot.channels.appchat.limits import GUESS
from bot.channels.wecom_app.cards import INTERFACES
from bot.leases.neighbours import Sign
from broadcasts.dispatch.states import TRANSITIONS, State

# How often a batch has left, or may have: a call that is open counts, one that never reached the platform does not.
LEFT = "(attempts - unsent + CASE WHEN state = 'sending' THEN 1 ELSE 0 END)"
# What is done to a message that is out, which the platform counts apart (see wecom_app.cards); NULL for a message.
LATER = f"""CASE WHEN channel = 'wecom_app' THEN (SELECT form FROM message_text WHERE message_text.id = batch.text_id
  AND form IN ({", ".join(f"'{form}'" for form in INTERFACES)})) END"""  # noqa: S608 - our own words
# Whom a batch to an application's group is for: a guess, where nobody has told us.
PEOPLE = f"""CASE WHEN channel = 'appchat' THEN COALESCE((SELECT max(people) FROM chat_group
  WHERE chat_group.chat_id = batch.members AND chat_group.chat_id <> ''), {GUESS}) END"""  # noqa: S608 - our own number


class Claimed(NamedTuple):
    """A batch that is ours to send. `sealed` is the robot's key as kept."""

    id: int
    broadcast_id: str
    road: str
    channel: str
    rank: int
    wake: int
    text_id: int
    tail: str
    robot_id: int | None
    sealed: bytes | None
    members: str | None
    towns: str
    expires_at: datetime | None
    attempts: int
    parts_done: int
    reason: str  # of the last try, where it is queued again
    people: int | None = None  # in the application's group to which it goes, as far as we know
    later: str | None = None  # the form of what changes a message that is out

    @property
    def street(self) -> tuple[str, str]:
        """Under what the platform counts it: road, and channel or interface."""
        return self.road, self.later or self.channel

    @property
    def copies(self) -> int:
        """Whom one call reaches, as the platforms count their quotas."""
        return self.people or (1 if self.members is None else self.members.count("|") + 1)


class Wording(NamedTuple):
    """A frozen text: its parts, the form in which they are given to the platform, its broadcast's code."""

    parts: list[str]
    form: str
    code: str


class Outcome(NamedTuple):
    """What became of a claimed batch. `due_at` is set when it is queued again, `tried` False where no call was made,
    `left` False where one surely reached nobody; `invalid` names members (lower case) that the platform refused while
    it took the others. `message_id` and `response_code` are the platform's names for it, where it gave any."""

    batch: Claimed
    state: State
    reason: str = ""
    due_at: datetime | None = None
    parts_done: int = 0
    tried: bool = True
    invalid: frozenset[str] = frozenset()
    message_id: str = ""
    response_code: str = ""
    left: bool = True


class Attempted(NamedTuple):
    """A batch that left, or may have left, `attempts` times, the last time at `at`."""

    road: str
    channel: str
    robot_id: int | None
    members: str | None
    at: datetime
    attempts: int
    copies: int
    later: str | None = None

    @property
    def street(self) -> tuple[str, str]:
        return self.road, self.later or self.channel


class Spent(NamedTuple):
    """What left by one road since a moment: calls, and whom they were for. `channel` may be an interface's."""

    road: str
    channel: str
    calls: int
    copies: int


Apart = tuple[Claimed, dict[str, datetime]]  # a batch, and of its members (folded) those who wait, with their moment


class LeaseLost(Exception):
    """Another start of this slot has taken over; this process must end."""


@dataclass
class Group:
    """Outcomes that differ only in their batch are settled by one statement."""

    state: State
    reason: str
    due_at: datetime | None
    parts_done: int
    tried: bool
    left: bool
    batches: list[Claimed] = field(default_factory=list)


class Claims(Protocol):
    epoch: int

    async def revision(self) -> str:
        """The schema's revision, empty where there is none."""
        ...

    async def start(self, at: datetime) -> int:
        """Take the slot's next epoch and queue again what an earlier one had open. How many batches that were."""
        ...

    async def renew(self) -> None:
        """A sign of life. Raises LeaseLost."""
        ...

    async def signs(self) -> list[Sign]:
        """The signs of life of all workers that did not end cleanly; none where there can be no other."""
        ...

    async def adopt(self, dead: Sign, at: datetime) -> int:
        """Queue again what a dead slot had open; once, whoever is first. How many batches that were."""
        ...

    async def leave(self) -> None:
        """A clean end: nobody waits for our next sign."""
        ...

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        """Claim up to `most` due batches of `rank` or more severe, most severe and oldest first."""
        ...

    async def news(self) -> bool:
        """False only where surely nobody else committed since the last time this was asked."""
        ...

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """One short transaction: states, counters, invalid members, dead robots, one entry of the record. A copy whose
        robot is gone passes to the next living one of its group. Raises LeaseLost, and has then changed nothing."""
        ...

    async def texts(self, ids: Iterable[int]) -> dict[int, Wording]: ...

    async def audience(self, batch_id: int) -> list[str]:
        """The openids of a mass send's frozen followers, in the order of their ids; without those who are forgotten."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next queued batch is due."""
        ...

    async def still_open(self, ids: Sequence[int]) -> set[int]:
        """Those of these batches that wait still, or are in hand."""
        ...

    async def postpone(self, dues: Mapping[int, datetime]) -> None:
        """Those of these batches that wait are due at another moment."""
        ...

    async def recent(self, since: datetime) -> list[Attempted]:
        """What was attempted since then, the oldest first, to rebuild the windows from."""
        ...

    async def spent(self, since: datetime) -> list[Spent]:
        """What was attempted since then, in sums: of a day there is too much to read row by row."""
        ...

    async def part(self, apart: Sequence[Apart], at: datetime) -> list[Claimed]:
        """Move members of claimed batches into queued batches of their own, one for each moment at which members are
        due; the batches as they are now. Raises LeaseLost, and has then changed nothing."""
        ...

    async def release(self, road: str, channel: str, reasons: Sequence[str], at: datetime) -> int:
        """What is queued there for one of these reasons is due now. How many."""
        ...

    async def enter(self, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None:
        """One entry of the record, in this slot's name."""
        ...

    async def down(self, subjects: Sequence[str]) -> dict[str, tuple[datetime, str]]:
        """Of these roads' subjects (see outages): those that the record says are down, with since when and why."""
        ...

    async def close(self) -> None: ...


def grouped(outcomes: Sequence[Outcome]) -> list[Group]:
    groups: dict[tuple[Any, ...], Group] = {}
    for o in outcomes:
        key = (o.state, o.reason, o.due_at, o.parts_done, o.tried, o.left)
        group = groups.get(key)
        if group is None:
            if o.state not in TRANSITIONS[State.sending]:
                raise ValueError(f"a batch that is being sent cannot become {o.state}")
            group = groups[key] = Group(*key)
        group.batches.append(o.batch)
    return list(groups.values())


@lru_cache(maxsize=4096)
def towns(text: str) -> tuple[tuple[int, int], ...]:
    """A batch's own counts: (town, copies)."""
    return tuple((int(town), int(copies)) for town, copies in json.loads(text).items())


def tallied(groups: Sequence[Group]) -> dict[tuple[str, str, int, str], int]:
    """Changes of the counters: (broadcast, channel, town, state) → copies."""
    changes: dict[tuple[str, str, int, str], int] = {}
    for group in groups:
        if group.state is State.queued:
            continue
        alike = Counter((batch.broadcast_id, batch.channel, batch.towns) for batch in group.batches)
        for (broadcast_id, channel, counts), times in alike.items():
            for town, copies in towns(counts):
                left = (broadcast_id, channel, town, State.queued.value)
                come = (broadcast_id, channel, town, group.state.value)
                changes[left] = changes.get(left, 0) - copies * times
                changes[come] = changes.get(come, 0) + copies * times
    return changes


def ranges(ids: Sequence[int]) -> list[list[int]]:
    """Sorted ids as [first, last] runs."""
    runs: list[list[int]] = []
    for number in ids:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def frozen_digest(rows: Iterable[tuple[int, int, str, int | None, str | None]]) -> str:
    """The digest of settled batches, in the order of their ids: (id, text, tail, robot, members)."""
    return hashlib.sha256(
        "\n".join([f"{i}|{text}|{tail}|{robot}|{m}" for i, text, tail, robot, m in rows]).encode()
    ).hexdigest()


def settled_detail(group: Group) -> dict[str, Any]:
    """What the record keeps of a settled group: which batches, and the digest of what they carried."""
    batches = sorted(group.batches)
    return {
        "state": group.state.value,
        "reason": group.reason,
        "copies": len(batches),
        "batches": ranges([b.id for b in batches]),
        "sha256": frozen_digest((b.id, b.text_id, b.tail, b.robot_id, b.members) for b in batches),
    }
