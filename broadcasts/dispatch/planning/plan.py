"""The plan of one broadcast: which texts, in how many calls, to whom. Pure: targets in, rows out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.channels.appchat import limits as chat
from bot.channels.customer_group import limits as customers
from bot.channels.oa_mass import limits as mass
from bot.channels.oa_notice import limits as notice
from bot.channels.oa_reply import limits as reply
from bot.channels.oa_template import limits as template
from bot.channels.pstncc import limits as pstncc
from bot.channels.relay import limits as relay
from bot.channels.screen import limits as screen
from bot.channels.sms import limits as sms
from bot.channels.speaker import limits as speaker
from bot.channels.voice import limits as voice
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from broadcasts.audience.select import Target
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.forms import TEXT, Forms, Shaped, Write

# In the order of preference; calls come by the ladder's word alone, a mass send by a person's. A notice stands behind
# the template: it uses up a consent and has no key against repeats.
ROADS = {
    one.NAME: one
    for one in (
        *(robot, chat, customers, app, template, notice, reply, relay, sms, speaker, screen),
        *(voice, pstncc, mass),
    )
}
BY_HAND = frozenset({relay.NAME, speaker.NAME, screen.NAME})  # whose copy is a person's task


@dataclass
class PlannedText:
    channel: str
    parts: list[str]
    labels: list[str]
    sha256: str
    form: str = TEXT


@dataclass
class PlannedBatch:
    """`targets` share one request; `text` is an index into the plan's texts. Not `sure`: a person must confirm it at
    the platform, and may be asleep, so that nobody counts as reached by it."""

    text: int
    channel: str
    mode: Mode
    targets: list[Target]
    tail: str = ""
    sure: bool = True


@dataclass
class Plan:
    """`relays` are copies that a person forwards, reads out or types in by hand: they have no request. `unsure` are
    targets that nothing but a confirmation leads to."""

    texts: list[PlannedText] = field(default_factory=list)
    batches: list[PlannedBatch] = field(default_factory=list)
    unreachable: list[tuple[Target, str]] = field(default_factory=list)  # with the reason
    relays: list[PlannedBatch] = field(default_factory=list)
    unsure: list[Target] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return sum(len(self.texts[b.text].parts) for b in self.batches)

    @property
    def reached(self) -> list[Target]:
        return [target for b in (*self.batches, *self.relays) if b.sure for target in b.targets]

    @property
    def copies(self) -> list[Target]:
        """Once for each copy that is written, the reached first."""
        return self.reached + [target for b in self.batches if not b.sure for target in b.targets]

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
    *,
    urgent: bool = False,
) -> Plan:
    """Give each target its first open road and its form there, write each distinct text once, cut batches by text.
    `urgent`: a road that waits for somebody's confirmation is taken beside the first other one, never for it."""
    made = Plan()
    ways = _Ways(made, write, open_roads, forms, urgent)
    shared: defaultdict[tuple[str, int, Mode, str], list[Target]] = defaultdict(list)
    for target in targets:
        found = ways.of(target)
        if not found:
            made.unreachable.append((target, _why(target)))
        elif urgent and len(found) == 1 and found[0][0] == customers.NAME:
            made.unsure.append(target)
        for road, number in found:
            if road in BY_HAND:
                made.relays.append(PlannedBatch(number, road, target.mode, [target]))
            elif ROADS[road].PER_TARGET == 1:
                own = tail(target) if target.kind == "group" else ""
                made.batches.append(PlannedBatch(number, road, target.mode, [target], own))
            else:
                sender = customers.split(target.roads[road])[0] if road == customers.NAME else ""
                shared[road, number, target.mode, sender].append(target)
    for (road, text, mode, _), readers in shared.items():
        readers.sort(key=lambda t: t.roads[road])
        size, sure = ROADS[road].PER_TARGET, not (urgent and road == customers.NAME)
        cut = [readers[n : n + size] for n in range(0, len(readers), size)]
        made.batches.extend(PlannedBatch(text, road, mode, part, sure=sure) for part in cut)
    return made


class _Ways:
    """By which roads, and with which of the plan's texts. A county's people differ in few things that decide it."""

    def __init__(self, made: Plan, write: Write, open_roads: frozenset[str], forms: Forms | None, urgent: bool) -> None:
        self._made, self._write, self._open, self._forms, self._urgent = made, write, open_roads, forms, urgent
        self._ways: dict[tuple[object, ...], list[tuple[str, int]]] = {}
        self._known: dict[tuple[str, str, str], int] = {}  # (channel, form, digest) → text
        self._written: dict[tuple[str, str, str, str], int] = {}  # (channel, role, language, form) → text

    def of(self, target: Target) -> list[tuple[str, int]]:
        key = (*target.roads, target.role, target.language, target.cards)
        found = self._ways.get(key)
        if found is None:
            there = roads(target, self._open, urgent=self._urgent)
            found = self._ways[key] = [(road, self._text(road, target)) for road in there]
        return found

    def _text(self, road: str, target: Target) -> int:
        asked = (road, target.role, target.language)
        form = self._forms.of(road, target) if self._forms else TEXT
        if (*asked, form) not in self._written:
            said = self._shaped(form, asked)
            self._written[*asked, form] = _text(self._made, self._known, road, target.role, said)
        return self._written[*asked, form]

    def _shaped(self, form: str, asked: tuple[str, str, str]) -> Shaped:
        limit = room(asked[0])
        if self._forms is None:
            return Shaped(TEXT, self._write(*asked, limit))
        return self._forms.shape(form, *asked, limit, self._write)


def roads(target: Target, open_roads: frozenset[str], *, urgent: bool) -> list[str]:
    """By which roads a target gets its copies: the first that is open; what waits for a confirmation beside it where it
    is urgent. Empty where none is."""
    return _roads(tuple(target.roads), open_roads, urgent)


@lru_cache(maxsize=256)  # a county's people have few different sets of roads
def _roads(has: tuple[str, ...], open_roads: frozenset[str], urgent: bool) -> list[str]:
    there = [name for name in ROADS if name in has and name in open_roads]
    if not urgent or customers.NAME not in there:
        return there[:1]
    return [*[name for name in there if name != customers.NAME][:1], customers.NAME]


def _why(target: Target) -> str:
    if target.kind in {speaker.NAME, screen.NAME}:
        return "no_keeper"
    return "no_road" if target.roads.keys() - {sms.NAME} else "no_address"


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
