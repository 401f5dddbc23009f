"""One broadcast's answers as the duty desk needs them: counted by town and village, and the silent by name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.channels.pstncc import limits as pstncc
from bot.channels.voice import limits as voice
from bot.directory.models import Area, Group, Person
from broadcasts.answers.latest import latest
from broadcasts.answers.models import Answer, Said
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import State
from broadcasts.ladder.models import CallState, PhoneCall, Reached, RungCall
from broadcasts.ladder.voices.words import outcome

AB = {"A": 0, "B": 1}
OWN = "本级"  # people of the county itself, beside its towns
CALLS = frozenset({voice.NAME, pstncc.NAME})  # channels that ring a telephone


@dataclass(eq=False)
class Place:
    """A town or a village: how many were asked, and what they said."""

    id: int
    name: str
    code: str
    asked: int = 0
    said: dict[Said, int] = field(default_factory=dict)
    villages: list["Place"] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(self.said.values())

    @property
    def silent(self) -> int:
        return self.asked - self.answered

    @property
    def complete(self) -> bool:
        return self.silent == 0


@dataclass(eq=False)
class Figures(Place):
    """The whole: towns in `towns`, each with its villages. Who is silent comes first."""

    id: int = 0
    name: str = ""
    code: str = ""

    @property
    def towns(self) -> list[Place]:
        return self.villages


@dataclass(frozen=True)
class Silent:
    """Somebody who was asked and has not answered. `sealed` is the phone as kept; `state` and `reason` are of the last
    copy, `told` how many copies there were."""

    person_id: int
    uid: str
    name: str
    ab: str
    area_id: int
    village: str
    town: str
    sealed: bytes | None
    state: State
    reason: str
    told: int
    calls: int = 0
    reached: Reached | None = None
    note: str = ""
    called_at: datetime | None = None
    rang: CallState | None = None  # how the last call by a gateway went
    heard: int = 0
    whole: int = 0
    key: str = ""
    rings: int = 0
    wakes: bool = False  # that call only wakes: it takes no key

    @property
    def outcome(self) -> str:
        """Of the calls, in words; empty where there was none."""
        if self.rang is None:
            return ""
        return outcome(self.rang.value, self.heard, self.whole, self.key, wakes=self.wakes, times=self.rings)

    @property
    def heard_it(self) -> bool:
        """Whether somebody picked the telephone up: a call sheet begins with those who did not."""
        return self.rang is CallState.connected


async def answered(session: AsyncSession, broadcast_id: str) -> int:
    """People whose answer counts."""
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    return await session.scalar(sa.select(sa.func.count()).select_from(last)) or 0


async def said_by(session: AsyncSession, broadcast_id: str) -> dict[str, str]:
    """By a person's public id: the answer that counts."""
    last = latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = (
        sa.select(col(Person.uid), col(Answer.said))
        .join(last, last.c.person_id == col(Person.id))
        .join(Answer, col(Answer.id) == last.c.id)
    )
    return {uid: said.value for uid, said in await session.execute(wanted)}


async def forwarded(session: AsyncSession, broadcast_id: str) -> set[str]:
    """The public ids of the groups to which somebody says that it was forwarded by hand."""
    wanted = (
        sa.select(col(Group.uid))
        .join(Answer, col(Answer.group_id) == col(Group.id))
        .where(
            col(Answer.broadcast_id) == broadcast_id,
            col(Answer.said) == Said.relayed,
            col(Answer.undone_at).is_(None),
        )
    )
    return set((await session.execute(wanted)).scalars())


async def silent_count(session: AsyncSession, broadcast_id: str) -> int:
    asked, last = _asked(broadcast_id), latest(col(Answer.broadcast_id) == broadcast_id)
    quiet = sa.select(sa.func.count()).select_from(asked).join(last, last.c.person_id == asked.c.id, isouter=True)
    return await session.scalar(quiet.where(last.c.id.is_(None))) or 0


async def figures(session: AsyncSession, broadcast_id: str, *, inside: int | None = None) -> Figures:
    """61/74 by town and village; of what lies inside an area, where one is given."""
    asked, last = _asked(broadcast_id), latest(col(Answer.broadcast_id) == broadcast_id)
    wanted = (
        sa.select(col(Person.area_id), col(Answer.said), sa.func.count())
        .select_from(asked)
        .join(Person, col(Person.id) == asked.c.id)
        .join(last, last.c.person_id == asked.c.id, isouter=True)
        .join(Answer, col(Answer.id) == last.c.id, isouter=True)
        .group_by(col(Person.area_id), col(Answer.said))
    )
    counts = (await session.execute(wanted)).all()
    areas = await _areas(session, {row[0] for row in counts}, inside)
    return _summed([(area, said, people) for area, said, people in counts], areas)


async def silent(
    session: AsyncSession, broadcast_id: str, *, inside: int | None = None, of_town: int | None = None
) -> list[Silent]:
    """By town and village, A before B before the rest. `of_town`: of one of the towns that the figures list."""
    asked, last = _asked(broadcast_id), latest(col(Answer.broadcast_id) == broadcast_id)
    called, call, town = _calls(broadcast_id), aliased(PhoneCall), aliased(Area)
    ringing, rang = _rings(broadcast_id), aliased(RungCall)
    columns: list[Any] = [
        col(Person.id), col(Person.uid), col(Person.name), col(Person.ab), col(Area.id), col(Area.name),
        sa.func.coalesce(town.name, col(Area.name) + OWN), col(Person.phone_sealed),
        sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value),
        sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason)),
        asked.c.told, sa.func.coalesce(called.c.times, 0), call.reached, call.note, call.at, town.code, col(Area.code),
        rang.state, sa.func.coalesce(rang.heard, 0), sa.func.coalesce(rang.whole, 0), sa.func.coalesce(rang.key, ""),
        sa.func.coalesce(ringing.c.times, 0), sa.func.coalesce(rang.channel == pstncc.NAME, False),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .select_from(asked)
        .join(Person, col(Person.id) == asked.c.id)
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(town, col(town.id) == col(Area.town_id), isouter=True)
        .join(Delivery, col(Delivery.id) == asked.c.copy)
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .join(last, last.c.person_id == asked.c.id, isouter=True)
        .join(called, called.c.person_id == asked.c.id, isouter=True)
        .join(call, col(call.id) == called.c.id, isouter=True)
        .join(ringing, ringing.c.person_id == asked.c.id, isouter=True)
        .join(rang, col(rang.id) == ringing.c.id, isouter=True)
        .where(last.c.id.is_(None))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    if of_town is not None:
        wanted = wanted.where(sa.or_(col(Area.town_id) == of_town, col(Area.id) == of_town))
    rows = sorted((await session.execute(wanted)).all(), key=_where)
    return [_silent(row) for row in rows]


def _where(row: Any) -> tuple[Any, ...]:
    """Town, village, A before B, name."""
    return row[15] or "", row[16], AB.get(row[3], len(AB)), row[2], row[0]


def _silent(row: Any) -> Silent:
    person, uid, name, ab, area, village, town, sealed, state, reason, told, calls, reached, note, at, *rest = row
    state = State(state)
    return Silent(
        person, uid, name, ab, area, village, town, sealed, state, reason or "", told, calls, reached, note or "", at,
        *rest[2:],
    )  # fmt: skip


def _asked(broadcast_id: str) -> sa.Subquery:
    """Each person once, with the last message for her and how many there were; calls are counted apart."""
    return (
        sa.select(
            col(Delivery.target_id).label("id"),
            sa.func.max(col(Delivery.id)).label("copy"),
            sa.func.count().label("told"),
        )
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.target_kind) == "person",
            col(Delivery.asked),
            col(Delivery.channel).not_in(CALLS),
        )
        .group_by(col(Delivery.target_id))
        .subquery("asked")
    )


def _calls(broadcast_id: str) -> sa.Subquery:
    return (
        sa.select(
            col(PhoneCall.person_id).label("person_id"),
            sa.func.max(col(PhoneCall.id)).label("id"),
            sa.func.count().label("times"),
        )
        .where(col(PhoneCall.broadcast_id) == broadcast_id)
        .group_by(col(PhoneCall.person_id))
        .subquery("calls")
    )


def _rings(broadcast_id: str) -> sa.Subquery:
    return (
        sa.select(
            col(RungCall.person_id).label("person_id"),
            sa.func.max(col(RungCall.id)).label("id"),
            sa.func.count().label("times"),
        )
        .where(col(RungCall.broadcast_id) == broadcast_id)
        .group_by(col(RungCall.person_id))
        .subquery("rings")
    )


async def _areas(session: AsyncSession, ids: set[int], inside: int | None) -> dict[int, tuple[Place, Place]]:
    """By area: a village's place and its town's; those of one town share the town's."""
    town = aliased(Area)
    own = (col(Area.id), col(Area.name), col(Area.code))  # geometries are large
    wanted = sa.select(*own, col(town.id), col(town.name), col(town.code))
    wanted = wanted.join(town, col(town.id) == col(Area.town_id), isouter=True)
    wanted = wanted.where(col(Area.id).in_(ids))
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    towns: dict[int, Place] = {}
    found = {}
    for number, name, code, town_id, town_name, town_code in await session.execute(wanted):
        above = town_id is not None
        top = Place(town_id, town_name, town_code) if above else Place(number, name + OWN, code)
        place = towns.setdefault(top.id, top)
        found[number] = (Place(number, name, code), place)
    return found


def _summed(counts: list[tuple[int, Said | None, int]], areas: dict[int, tuple[Place, Place]]) -> Figures:
    whole, seen = Figures(), set[int]()
    for area_id, said, people in counts:
        if area_id not in areas:
            continue
        village, town = areas[area_id]
        for place, above in ((village, town), (town, whole)):
            if id(place) not in seen:
                seen.add(id(place))
                above.villages.append(place)
        for place in (village, town, whole):
            place.asked += people
            if said is not None:
                place.said[said] = place.said.get(said, 0) + people
    for place in (whole, *whole.villages):
        place.villages.sort(key=lambda p: (-p.silent, p.code))
    return whole
