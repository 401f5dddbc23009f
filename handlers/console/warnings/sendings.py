"""One sending as a page shows it: figures with their denominators, channels, towns, and who was not reached."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.audience.select import CUSTOMER
from broadcasts.clips.messages.shown import Told, told
from broadcasts.dispatch.masses.shown import Shown, shown
from broadcasts.dispatch.models import Broadcast, Recall
from broadcasts.dispatch.planning.plan import BY_HAND
from broadcasts.dispatch.progress import Counts, progress
from broadcasts.dispatch.queries import Copy, elsewhere, unreached
from broadcasts.dispatch.recalls.reach import recalls
from handlers.console.scope import Scope

SHOWN = 20  # of those who were not reached; the rest behind a link


@dataclass(frozen=True)
class Line:
    """A channel's or a town's counts. `gone` has left, whatever became of it."""

    name: str
    counts: Counts
    elsewhere: int = 0  # let go, because their targets were reached otherwise

    @property
    def targets(self) -> int:
        return self.counts["targets"]

    @property
    def confirmed(self) -> bool:
        """Whether what the platform took still waits for a person there."""
        return self.name == CUSTOMER

    @property
    def taken(self) -> int:
        """What the platform took; where somebody must confirm it there, what was confirmed."""
        return self.counts["delivered"] + (0 if self.confirmed else self.counts["sent"])

    @property
    def missing(self) -> int:
        return self.counts["failed"] + self.counts["unknown"] + self.counts["skipped"] - self.elsewhere

    @property
    def open(self) -> int:
        return self.counts["queued"] + self.counts["sending"] + (self.counts["sent"] if self.confirmed else 0)

    @property
    def complete(self) -> bool:
        return self.taken + self.elsewhere == self.targets


@dataclass(frozen=True)
class Sending:
    broadcast: Broadcast
    whole: Line
    channels: list[Line] = field(default_factory=list)
    towns: list[Line] = field(default_factory=list)
    missing: Sequence[Copy] = ()
    masses: Sequence[Shown] = ()
    recalls: Sequence[tuple[Recall, int]] = ()  # with how many copies the platform has taken back
    recordings: Told | None = None  # that followed the texts

    @property
    def asks(self) -> list[str]:
        return [ask for ask in self.broadcast.asks.split(",") if ask]

    @property
    def by_hand(self) -> bool:
        """Whether all that is open waits for people, and nothing for the morning."""
        return all(line.name in BY_HAND or line.confirmed for line in self.channels if line.open)

    @property
    def sums(self) -> list[dict[str, Any]]:
        return list(self.broadcast.plan.get("texts", []))


async def sending(
    session: AsyncSession, mine: Scope, broadcast: Broadcast, at: datetime | None = None, *, most: int = SHOWN
) -> Sending:
    """A town's people see their town's line and their own people; the sums are everybody's. Mass sends are looked up
    where `at` is given."""
    counted = await progress(session, broadcast)
    spared = await elsewhere(session, broadcast.id) if counted.total["skipped"] else {}
    by_channel, by_town = _sums(spared)
    names = {node.code: node.name for node in mine.areas.nodes.values()}
    county = {node.id for node in mine.areas.roots}
    numbers = {node.code: node.id for node in mine.areas.nodes.values() if node.parent_id in county}
    root = mine.areas.roots[0].name if mine.areas.roots else ""
    towns = [
        Line(names.get(code, f"{root}本级"), counts, by_town[numbers.get(code, 0)])
        for code, counts in counted.by_area.items()
    ]
    if (only := mine.town_ids()) is not None:
        kept = {mine.areas.nodes[town].name for town in only if town}
        towns = [line for line in towns if line.name in kept]
    return Sending(
        broadcast,
        Line("", counted.total, sum(spared.values())),
        [Line(name, counts, by_channel[name]) for name, counts in counted.by_channel.items()],
        sorted(towns, key=lambda line: (line.complete, -line.missing, -line.open, line.name)),
        await unreached(session, broadcast.id, most=most, inside=mine.area_id),
        await shown(session, broadcast.id, at) if at else (),
        await recalls(session, broadcast.id),
        await told(session, broadcast.id),
    )


def _sums(spared: Mapping[tuple[str, int], int]) -> tuple[Counter[str], Counter[int]]:
    """The same by channel, and by town."""
    channels: Counter[str] = Counter()
    towns: Counter[int] = Counter()
    for (channel, town), copies in spared.items():
        channels[channel] += copies
        towns[town] += copies
    return channels, towns
