"""The plan of one broadcast: which texts, in how many calls, to whom. Pure: targets in, rows out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from broadcasts.audience.select import Target
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import Mode

ROADS = {robot.NAME: robot, app.NAME: app}  # in the order of preference


@dataclass
class PlannedText:
    channel: str
    parts: list[str]
    labels: list[str]
    sha256: str


@dataclass
class PlannedBatch:
    """`targets` share one request; `text` is an index into the plan's texts."""

    text: int
    channel: str
    mode: Mode
    targets: list[Target]
    tail: str = ""


@dataclass
class Plan:
    texts: list[PlannedText] = field(default_factory=list)
    batches: list[PlannedBatch] = field(default_factory=list)
    unreachable: list[tuple[Target, str]] = field(default_factory=list)  # with the reason

    @property
    def calls(self) -> int:
        return sum(len(self.texts[b.text].parts) for b in self.batches)

    def sums(self) -> list[dict[str, object]]:
        """The least number of calls, text by text: readers ÷ those that one call takes, times the parts."""
        rows = []
        for number, text in enumerate(self.texts):
            mine = [b for b in self.batches if b.text == number]
            rows.append(
                {
                    "channel": text.channel,
                    "label": "、".join(text.labels),
                    "parts": len(text.parts),
                    "readers": sum(len(b.targets) for b in mine),
                    "calls": len(mine) * len(text.parts),
                }
            )
        return rows


Write = Callable[[str, str, str, int], list[str]]  # (channel, role, language, bytes) → parts


def plan(targets: Sequence[Target], write: Write, tail: Callable[[Target], str], open_roads: frozenset[str]) -> Plan:
    """Give each target its first open road, write each distinct text once, and cut batches by text."""
    made = Plan()
    known: dict[tuple[str, str], int] = {}  # (channel, digest) → text
    written: dict[tuple[str, str, str], int] = {}  # (channel, role, language) → text
    shared: defaultdict[tuple[str, int, Mode], list[Target]] = defaultdict(list)
    for target in targets:
        road = next((name for name in ROADS if name in target.roads and name in open_roads), None)
        if road is None:
            made.unreachable.append((target, "no_road" if target.roads else "no_address"))
            continue
        asked = (road, target.role, target.language)
        if asked not in written:
            written[asked] = _text(made, known, road, target.role, write(*asked, room(road)))
        if ROADS[road].PER_TARGET == 1:
            made.batches.append(PlannedBatch(written[asked], road, target.mode, [target], tail(target)))
        else:
            shared[road, written[asked], target.mode].append(target)
    for (road, text, mode), readers in shared.items():
        readers.sort(key=lambda t: t.roads[road])
        size = ROADS[road].PER_TARGET
        made.batches.extend(PlannedBatch(text, road, mode, readers[n : n + size]) for n in range(0, len(readers), size))
    return made


def room(channel: str) -> int:
    """Bytes that a text may have there, its target's own line left out."""
    return int(ROADS[channel].TEXT_BYTES - ROADS[channel].TAIL_BYTES)


def _text(made: Plan, known: dict[tuple[str, str], int], road: str, role: str, parts: list[str]) -> int:
    digest = text_digest(parts)
    number = known.get((road, digest))
    if number is None:
        number = known[road, digest] = len(made.texts)
        made.texts.append(PlannedText(road, parts, [], digest))
    if role and role not in made.texts[number].labels:
        made.texts[number].labels.append(role)
    return number
