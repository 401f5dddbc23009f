"""Who could knock at a door: informants and grid workers of the same village, then of the villages beside it and of
the town; whoever is silent too comes last, and whoever was there in vain after everybody."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from heapq import nsmallest
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.queries import Hearer, people
from bot.directory.tree import Node, Tree
from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer, Said
from broadcasts.audience.select import ROBOT, roads_of
from broadcasts.coverage.count import village
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose
from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.states import OPEN

ROLES = ("灾害信息员", "网格员")  # in this order
UNABLE = frozenset({Said.cannot, Said.help})


class Near(IntEnum):
    village = 0
    beside = 1
    town = 2


@dataclass(frozen=True)
class Candidate:
    """`silent`: has not answered either; `been`: was sent to this door already; `busy`: other doors on the way."""

    uid: str
    name: str
    ab: str
    role: str
    place: str
    near: Near
    silent: bool
    been: bool
    busy: int


@dataclass(frozen=True)
class Door:
    """Somebody who is silent, and where she lives."""

    person_id: int
    area_id: int


class Standing(NamedTuple):
    """Somebody as seen from a village: how near, how many villages apart, and the better of both roles."""

    one: Hearer
    near: Near
    apart: int
    role: int


class Around:
    """Who stands where, asked once for all doors of a broadcast: those of one village have the same neighbours."""

    def __init__(
        self, areas: Tree, here: Iterable[Hearer], silent: set[int], been: set[tuple[int, int]], busy: Counter[int]
    ) -> None:
        self._areas, self._silent, self._been, self._busy = areas, silent, been, busy
        self._at: dict[int, list[Hearer]] = {}
        self._rings: dict[int, list[Standing]] = {}
        for one in here:
            self._at.setdefault(one.area_id, []).append(one)

    def of(self, door: Door, most: int) -> list[Candidate]:
        """The best first, no more than these."""
        found = nsmallest(most, self._able(door), key=lambda one: self._order(door, one))
        return [self._candidate(door, one) for one in found]

    def first(self, door: Door, doors: int) -> int | None:
        """Who goes there by rule: the best of those who have fewer than so many `doors` on the way, and was not there
        before."""
        for _, alike in groupby(self._able(door), key=self._group):
            able = [
                at for at in alike if self._busy[at.one.id] < doors and (door.person_id, at.one.id) not in self._been
            ]
            if able:
                return min(able, key=lambda at: self._order(door, at)).one.id
        return None

    def take(self, knocker_id: int) -> None:
        """One more door is on this person's way."""
        self._busy[knocker_id] += 1

    def holds(self, door: Door, knocker_id: int) -> bool:
        """Whether this person may be sent there."""
        return any(one.one.id == knocker_id for one in self._able(door))

    def _able(self, door: Door) -> Iterator[Standing]:
        home = village(self._areas, door.area_id)
        if home not in self._rings:
            ring = [
                Standing(one, near, apart, min(ROLES.index(role) for role in one.roles if role in ROLES))
                for node, near, apart in around(self._areas, home)
                for one in self._at.get(node.id, [])
            ]
            self._rings[home] = sorted(ring, key=self._group)
        return (one for one in self._rings[home] if one.one.id != door.person_id)

    def _group(self, at: Standing) -> tuple[bool, Near]:
        """Nobody behind the first group that can go is looked at: a county has thousands of doors."""
        return at.one.id in self._silent, at.near

    def _order(self, door: Door, at: Standing) -> tuple[int | str | bool, ...]:
        one = at.one
        been = (door.person_id, one.id) in self._been
        return been, one.id in self._silent, at.near, self._busy[one.id], at.apart, at.role, one.ab or "Z", one.id

    def _candidate(self, door: Door, at: Standing) -> Candidate:
        one, place = at.one, self._areas.nodes[village(self._areas, at.one.area_id)].name
        been = (door.person_id, one.id) in self._been
        silent, busy = one.id in self._silent, self._busy[one.id]
        return Candidate(one.uid, one.name, one.ab, ROLES[at.role], place, at.near, silent, been, busy)


def around(areas: Tree, village_id: int) -> list[tuple[Node, Near, int]]:
    """The places from which somebody may come, with the villages between by their codes: the village with its grids,
    those beside it, the town's own people. The county's own stand under no town: only their like is near them."""
    home = areas.nodes[village_id]
    found = [(node, Near.village, 0) for node in areas.below(home.id)] if home.town_id else [(home, Near.village, 0)]
    if not home.town_id or home.town_id == home.id:
        return found
    beside = sorted(areas.children(home.parent_id or 0), key=lambda node: node.code)
    at = next((n for n, node in enumerate(beside) if node.id == home.id), 0)
    for n, node in enumerate(beside):
        if node.id != home.id:
            found += [(one, Near.beside, abs(n - at)) for one in areas.below(node.id)]
    return found + [(node, Near.town, 0) for node in areas.up(home.id) if node.id != home.id and node.town_id]


async def neighbours(
    session: AsyncSession, settings: Settings, areas: Tree, broadcast: Broadcast, doors: Iterable[Door]
) -> Around:
    """Of whom a road reaches and who did not say that they cannot go; in a drill of its participants alone."""
    homes = {village(areas, door.area_id) for door in doors}
    places = {node.id for home in homes for node, _, _ in around(areas, home)}
    asked = await _asked(session, broadcast.id)
    said = await _said(session, broadcast.id)
    channels = open_roads(settings).of(Purpose.task) - {ROBOT}
    here = [
        one
        for one in await people(session, areas=places, roles=ROLES)
        if roads_of(one.addresses, "" if broadcast.drill else one.phone).keys() & channels
        and said.get(one.id) not in UNABLE
        and (not broadcast.drill or one.id in asked)
    ]
    been, busy = await _sent(session, broadcast)
    return Around(areas, here, asked - said.keys(), been, busy)


async def _asked(session: AsyncSession, broadcast_id: str) -> set[int]:
    wanted = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id) == broadcast_id, col(Delivery.target_kind) == "person", col(Delivery.asked)
    )
    return set((await session.execute(wanted)).scalars())


async def _said(session: AsyncSession, broadcast_id: str) -> dict[int, Said]:
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = sa.select(col(Answer.person_id), col(Answer.said)).join(last, last.c.id == col(Answer.id))
    return {person: said for person, said in await session.execute(wanted)}


async def _sent(session: AsyncSession, broadcast: Broadcast) -> tuple[set[tuple[int, int]], Counter[int]]:
    """Who was sent where in vain, and how many doors are on whose way, whatever the warning; a drill's are in
    nobody's way in earnest."""
    before = sa.select(col(Knock.person_id), col(Knock.knocker_id)).where(
        col(Knock.broadcast_id) == broadcast.id, col(Knock.state).not_in(OPEN)
    )
    been = {(person, knocker) for person, knocker in await session.execute(before)}
    going = sa.select(col(Knock.knocker_id), sa.func.count()).where(col(Knock.state).in_(OPEN))
    if not broadcast.drill:
        going = going.where(col(Knock.drill).is_(False))
    rows = await session.execute(going.group_by(col(Knock.knocker_id)))
    return been, Counter({knocker: number for knocker, number in rows})
