"""The plan of one broadcast: which texts, in how many calls, to whom. Pure: targets in, rows out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.channels.appchat import limits as chat
from bot.channels.oa_reply import limits as reply
from bot.channels.oa_template import limits as template
from bot.channels.relay import limits as relay
from bot.channels.sms import limits as sms
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from broadcasts.audience.select import Target
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.forms import TEXT, Forms, Shaped, Write

ROADS = {one.NAME: one for one in (robot, chat, app, template, reply, relay, sms)}  # in the order of preference


@dataclass
class PlannedText:
    channel: str
    parts: list[str]
    labels: list[str]
    sha256: str
    form: str = TEXT


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
    """`relays` are copies that a person forwards by hand: they have no request."""

    texts: list[PlannedText] = field(default_factory=list)
    batches: list[PlannedBatch] = field(default_factory=list)
    unreachable: list[tuple[Target, str]] = field(default_factory=list)  # with the reason
    relays: list[PlannedBatch] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return sum(len(self.texts[b.text].parts) for b in self.batches)

    @property
    def reached(self) -> list[Target]:
        return [target for b in (*self.batches, *self.relays) for target in b.targets]

    def sums(self) -> list[dict[str, object]]:
        """The least number of calls, text by text: readers ÷ those that one call takes, times the parts."""
        rows = []
        for number, text in enumerate(self.texts):
            mine = [b for b in self.batches if b.text == number]
            by_hand = sum(b.text == number for b in self.relays)
            rows.append(
                {
                    "channel": text.channel,
                    "form": text.form,
                    "label": "、".join(text.labels),
                    "parts": len(text.parts),
                    "readers": sum(len(b.targets) for b in mine) + by_hand,
                    "calls": len(mine) * len(text.parts),
                }
            )
        return rows


def plan(
    targets: Sequence[Target],
    write: Write,
    tail: Callable[[Target], str],
    open_roads: frozenset[str],
    forms: Forms | None = None,
) -> Plan:
    """Give each target its first open road and its form there, write each distinct text once, cut batches by text."""
    made = Plan()
    known: dict[tuple[str, str, str], int] = {}  # (channel, form, digest) → text
    written: dict[tuple[str, str, str, str], int] = {}  # (channel, role, language, form) → text
    shared: defaultdict[tuple[str, int, Mode], list[Target]] = defaultdict(list)
    for target in targets:
        road = next((name for name in ROADS if name in target.roads and name in open_roads), None)
        if road is None:
            made.unreachable.append((target, "no_road" if target.roads.keys() - {sms.NAME} else "no_address"))
            continue
        form = forms.of(road, target) if forms else TEXT
        asked = (road, target.role, target.language)
        if (*asked, form) not in written:
            said = forms.shape(form, *asked, room(road), write) if forms else Shaped(TEXT, write(*asked, room(road)))
            written[*asked, form] = _text(made, known, road, target.role, said)
        number = written[*asked, form]
        if road == relay.NAME:
            made.relays.append(PlannedBatch(number, road, target.mode, [target]))
        elif ROADS[road].PER_TARGET == 1:
            own = tail(target) if target.kind == "group" else ""
            made.batches.append(PlannedBatch(number, road, target.mode, [target], own))
        else:
            shared[road, number, target.mode].append(target)
    for (road, text, mode), readers in shared.items():
        readers.sort(key=lambda t: t.roads[road])
        size = ROADS[road].PER_TARGET
        made.batches.extend(PlannedBatch(text, road, mode, readers[n : n + size]) for n in range(0, len(readers), size))
    return made


def room(channel: str) -> int:
    """Bytes that a text may have there, its target's own line left out."""
    return int(ROADS[channel].TEXT_BYTES - ROADS[channel].TAIL_BYTES)


def _text(made: Plan, known: dict[tuple[str, str, str], int], road: str, role: str, said: Shaped) -> int:
    digest = text_digest(said.parts)
    number = known.get((road, said.form, digest))
    if number is None:
        number = known[road, said.form, digest] = len(made.texts)
        made.texts.append(PlannedText(road, said.parts, [], digest, said.form))
    if role and role not in made.texts[number].labels:
        made.texts[number].labels.append(role)
    return number
