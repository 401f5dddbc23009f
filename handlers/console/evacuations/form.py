"""The order's form: which villages the warning hits, who answers for each, what shelters are near, and what the officer
has written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Form
from bot.config import Settings
from bot.directory.shelters.models import Shelter
from bot.directory.shelters.queries import shelters
from bot.directory.tree import Node, Tree
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.tasks.evacuation.order import NoNumber, Wanted, live, places
from broadcasts.tasks.evacuation.responsible import NOBODY, Responsible, responsible
from handlers.console.scope import Scope

RISKY = ("风险", "隐患", "危险", "低洼")  # parts of the tags by which a village is chosen beforehand
SOON = timedelta(hours=2)
NEAR = 6  # shelters of which one may be chosen
DIGITS = 6


@dataclass(frozen=True)
class Given:
    """As it was typed, so that nothing has to be typed again."""

    basis: str = ""
    until: str = ""
    villages: frozenset[str] = frozenset()
    expected: dict[str, str] = field(default_factory=dict)
    shelters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """One village. `chosen` beforehand by its tags, or as the officer has left it."""

    node: Node
    who: Responsible
    near: Sequence[Shelter]
    chosen: bool
    risky: bool
    expected: str = ""
    shelter: str = ""

    @property
    def nobody(self) -> bool:
        return self.who.first is None


@dataclass(frozen=True)
class Choices:
    towns: Sequence[tuple[str, list[Choice]]]
    basis: str
    until: str

    @property
    def alone(self) -> list[str]:
        """The villages for which nobody answers, by name."""
        return [one.node.name for _, found in self.towns for one in found if one.nobody]


async def choices(
    session: AsyncSession, settings: Settings, mine: Scope, alert: Alert, sent: Broadcast, given: Given | None,
    now: datetime,
) -> Choices:  # fmt: skip
    """Of the caller's part, without what is being moved already."""
    already = await live(session, drill=sent.drill)
    villages = [one for one in places(mine.areas, alert) if mine.holds(one) and one not in already]
    who = await responsible(session, settings, mine.areas, villages, sent)
    known = _Near(mine.areas, await shelters(session))
    found = [_choice(mine.areas, one, who.get(one, NOBODY), known.of(one), given) for one in villages]
    found.sort(key=lambda one: _town(mine.areas, one.node.id).code)
    towns = [(town, list(group)) for town, group in groupby(found, key=lambda one: _town(mine.areas, one.node.id).name)]
    until = given.until if given else (now + SOON).astimezone(settings.zone).strftime("%Y-%m-%dT%H:%M")
    return Choices(towns, given.basis if given else "", until)


def given(form: Form) -> Given:
    def all_of(name: str) -> dict[str, str]:
        lead = f"{name}-"
        return {key.removeprefix(lead): str(value).strip() for key, value in form.items() if key.startswith(lead)}

    villages = [str(one) for one in form.getall("village", [])]
    return Given(
        str(form.get("basis", "")).strip(), str(form.get("until", "")), frozenset(villages), all_of("expected"),
        all_of("shelter"),
    )  # fmt: skip


async def wanted(session: AsyncSession, mine: Scope, form: Form) -> list[Wanted]:
    """The villages that are chosen, each as often as it was sent. Raises NoNumber with the village's name."""
    by_code = {node.code: node for node in mine.areas.nodes.values()}
    typed, known = given(form), {one.uid: one.id for one in await shelters(session)}
    found = []
    for code in form.getall("village", []):
        node = by_code.get(str(code))
        if node is None or not mine.holds(node.id):
            continue
        expected = typed.expected.get(node.code, "")
        if expected and not (expected.isascii() and expected.isdecimal() and len(expected) <= DIGITS):
            raise NoNumber(node.name)
        shelter = known.get(typed.shelters.get(node.code, ""))
        found.append(Wanted(node.id, int(expected) if expected else None, shelter))
    return found


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError:
        return None


def _choice(areas: Tree, village: int, who: Responsible, near: Sequence[Shelter], given: Given | None) -> Choice:
    node = areas.nodes[village]
    tags = {tag for below in areas.below(village) for tag in areas.tags(below.id)}
    risky = any(part in tag for tag in tags for part in RISKY)
    own = [one.uid for one in near if one.area_id == village]
    if given is None:
        return Choice(node, who, near, risky and who.first is not None, risky, "", own[0] if len(own) == 1 else "")
    return Choice(
        node, who, near, node.code in given.villages, risky, given.expected.get(node.code, ""),
        given.shelters.get(node.code, ""),
    )  # fmt: skip


def _town(areas: Tree, village: int) -> Node:
    node = areas.nodes[village]
    return areas.nodes[node.town_id or node.id]


class _Near:
    """The shelters of the smallest place upward that has any, looked up once."""

    def __init__(self, areas: Tree, found: Sequence[Shelter]) -> None:
        self._areas = areas
        self._in: dict[int, list[Shelter]] = {}
        for one in found:
            for node in areas.up(one.area_id):
                self._in.setdefault(node.id, []).append(one)

    def of(self, village: int) -> list[Shelter]:
        own = self._in.get(village, [])
        wider = next(
            (found for node in self._areas.up(village) if (found := self._in.get(node.id)) and found != own), []
        )
        return [*own, *(one for one in wider if one not in own)][:NEAR]
