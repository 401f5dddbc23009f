"""How far the county is: each road with its state, what is wrong with it, and the one next thing to do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.config import Settings
from bot.vault import Vault
from broadcasts.watch.contract import Level
from broadcasts.watch.models import Looked, SetupStep
from broadcasts.watch.wording import Words, words
from handlers.console.setup.gains import Gains
from handlers.console.setup.roads import ROADS, Line, Road, lacking


class State(StrEnum):
    none = "未开始"
    part = "缺一步"
    open = "已通"
    broken = "坏了"
    waived = "不用"


@dataclass(frozen=True)
class Step:
    """`first` is the road that has to be opened before this one. `ticked` is what a person said of it."""

    road: Road
    state: State
    lines: Sequence[Line] = ()
    problems: Sequence[Words] = ()
    checked_at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    ticked: SetupStep | None = None
    counted: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        return self.road.name

    @property
    def checks(self) -> bool:
        """Whether there is something to check now."""
        return bool(self.road.looks) and not self.lines and not self.first and self.state is not State.waived


def steps(
    settings: Settings, vault: Vault, gains: Gains, looked: Mapping[str, Looked], said: Mapping[str, SetupStep]
) -> list[Step]:
    """In the order in which a county opens them."""
    made: dict[str, Step] = {}
    for road in ROADS:
        before = made.get(road.after)
        blocked = road.after if before is not None and before.state in {State.none, State.waived} else ""
        made[road.name] = _step(road, lacking(road, settings, vault), gains, looked, said, blocked)
    return [*made.values()]


def following(all_steps: Sequence[Step]) -> Step | None:
    """What to do next: what is broken before what is not there, else the first that is not whole."""
    broken = [step for step in all_steps if step.state is State.broken]
    rest = [step for step in all_steps if step.state in {State.none, State.part} and not step.first]
    return next(iter((*broken, *rest)), None)


def _step(
    road: Road,
    lines: Sequence[Line],
    gains: Gains,
    looked: Mapping[str, Looked],
    said: Mapping[str, SetupStep],
    blocked: str,
) -> Step:
    rows = [looked[name] for name in road.looks if name in looked] if not lines else []
    ticked = said.get(road.ticks or road.name)
    counted = road.counted(gains) if road.counted else None
    state = _state(road, lines, rows, counted, ticked, said)
    if state is State.none and road.begun is not None and road.begun(gains):
        state = State.part
    if blocked and state in {State.part, State.broken}:
        state = State.none
    problems = [words(one["kind"], one["facts"]) for row in rows for one in row.problems]
    return Step(
        road,
        state,
        lines,
        problems,
        max((row.at for row in rows), default=None),
        {name: str(value) for row in rows for name, value in row.facts.items()},
        blocked,
        ticked,
        counted,
    )


def _state(
    road: Road,
    lines: Sequence[Line],
    rows: Sequence[Looked],
    counted: tuple[int, int] | None,
    ticked: SetupStep | None,
    said: Mapping[str, SetupStep],
) -> State:
    waived = said.get(road.name)
    if waived is not None and waived.state == "waived":
        return State.waived
    if lines:
        return State.none if len(lines) == len(road.needs) else State.part
    if any(one.get("level") != Level.note for row in rows for one in row.problems):
        return State.broken if any(row.good_at for row in rows) else State.part
    if counted is not None:
        return _by_count(counted, done=bool(road.ticks) and ticked is not None and ticked.state == "done")
    whole = len(rows) > 0 and not any(row.problems for row in rows) and (not road.ticks or ticked is not None)
    return State.open if whole else State.part


def _by_count(counted: tuple[int, int], *, done: bool) -> State:
    have, want = counted
    if done:
        return State.open
    return State.open if have >= want else State.part if have else State.none
