"""What a pack holds: facts of an alert, its updates and its all-clear, as codes and moments; words come later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.alerts.models import Alert, AlertSource
from broadcasts.audience.models import AudienceRule
from broadcasts.coverage.queries import Covered
from broadcasts.dispatch.differences import Difference
from broadcasts.dispatch.models import Broadcast, Text
from broadcasts.evidence.approvals import Approval
from broadcasts.ladder.models import Rung
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.queries import Seen as Village


class Remark(Protocol):
    """What another room has to say at the head of a pack, as of a warning that went out on one person's word.
    bot.wiring lists them."""

    async def lines(self, session: AsyncSession, alert: Alert) -> Sequence[str]:
        """In words for people; empty where there is nothing to say."""
        ...


class Spoken(Protocol):
    """The words by which answers were given; an upper room keeps them."""

    async def words(self, session: AsyncSession, sources: Collection[str]) -> Mapping[str, str]:
        """By an answer's source; of those alone that were typed or spoken, and are still kept."""
        ...


@dataclass(frozen=True)
class Sent:
    """One sending: its texts as they were frozen, the rules that name its hearers, its rungs, who was covered, and
    where it went otherwise than planned."""

    broadcast: Broadcast
    alert: Alert
    texts: Sequence[Text]
    rules: Sequence[AudienceRule]
    rungs: Sequence[Rung]
    covered: Covered | None
    differences: Sequence[Difference] = ()


@dataclass(frozen=True)
class Copy:
    """One copy of one target. `at` is the last attempt, or from when it may leave."""

    at: datetime | None
    settled_at: datetime | None
    channel: str
    purpose: str
    ordinal: int
    state: str
    reason: str
    attempts: int
    by: str = ""  # who forwards it by hand


@dataclass(frozen=True)
class Word:
    """What somebody answered. `by` is an officer where it was heard on the telephone."""

    at: datetime
    said: str
    how: str
    by: str
    counts: bool
    undone_at: datetime | None
    words: str = ""  # as they were typed or spoken, where they were
    group: str = ""


@dataclass(frozen=True)
class Call:
    at: datetime
    reached: str
    note: str
    by: str


@dataclass(frozen=True)
class Onward:
    """A warning was replaced while somebody was on the way: from this pack's warning on to another's, or, not `away`,
    from another's to this one's. `name` is the other's, `sent` when it was issued."""

    at: datetime
    name: str
    sent: datetime
    away: bool


@dataclass(frozen=True)
class Door:
    """Somebody was sent to this person's door. `state` is what was found, `reason` why they turned back, `onward` for
    which warnings they went on."""

    at: datetime
    by: str
    sent_by: str
    state: str
    reason: str
    found_at: datetime | None
    done_at: datetime | None
    word: str
    pictures: int
    onward: Sequence[Onward] = ()


@dataclass
class Line:
    """One person's or one group's time line. `phone` is masked but for its last four digits."""

    kind: str
    name: str
    place: str
    role: str
    phone: str = ""
    asked: bool = False
    copies: list[Copy] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)

    @property
    def answer(self) -> Word | None:
        """The last that counts."""
        mine = [w for w in self.words if w.counts and w.undone_at is None and w.said != "relayed"]
        return mine[-1] if mine else None


@dataclass(frozen=True)
class Step:
    """Something that was said of a text which was handed over. `code` is what a person said, a state of the broadcast
    platform, or one of ours: fetched, made, reminded, confirmed, cancelled."""

    at: datetime
    kind: str  # said, played_back or task
    code: str
    times: int | None = None
    by: str = ""


@dataclass
class Handed:
    """A text that somebody had to read out, put on a screen or confirm: whose, and what became of it."""

    kind: str  # speaker, screen or customer_group
    name: str
    place: str
    purpose: str
    to: str  # who it was given to; empty for a screen that looks for itself
    at: datetime | None  # when they were told, as far as the platform took that
    sha256: str
    text: str
    state: str
    reason: str
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Noted:
    """An entry of the record that speaks of this alert, its sendings or what waited for a person."""

    id: int
    at: datetime
    actor: str
    action: str
    digest: str


@dataclass(frozen=True)
class Sealed:
    """The record's state when the pack was made: the newest seal, and how many entries have none yet."""

    number: int
    at: datetime
    code: str
    mac: str
    last: int
    unsealed: int


@dataclass(frozen=True)
class Pack:
    """`part` names the part of the county that it is limited to; empty: all of it."""

    alert: Alert
    county: str
    part: str
    drill: bool
    made_at: datetime
    made_by: str
    versions: Sequence[Alert]
    sources: Sequence[AlertSource]
    holds: Sequence[Hold]
    approvals: Sequence[Approval]
    sendings: Sequence[Sent]
    people: Sequence[Line]
    groups: Sequence[Line]
    entries: Sequence[Noted]
    settled: int  # entries about settled batches, which are counted and not listed
    sealed: Sealed | None
    remarks: Sequence[str] = ()
    followers: int = 0  # residents who were told too; they are counted, not named
    handed: Sequence[Handed] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # by actor, of all who acted
    moved: Sequence[Village] = ()  # villages that were ordered to be moved
