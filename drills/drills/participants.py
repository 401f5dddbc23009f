"""Who takes part, by name: proposed from areas, roles and kinds of groups, changed by hand, then frozen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Group, Person
from bot.directory.outlets.models import OutletKind
from bot.directory.outlets.queries import Standing, outlets
from bot.directory.queries import Circle, Hearer, groups, people
from broadcasts.audience.select import APPCHAT, ROBOT, Target, first_role, roads_of
from broadcasts.dispatch.byhand.asking import address
from broadcasts.dispatch.states import Mode
from drills.drills.approvals.hands import wrote
from drills.drills.models import Drill, Participant, Stage
from drills.drills.states import NotNow
from drills.duty.rosters.people import known_people

SPEAKERS = OutletKind.speaker
Named = tuple[str, int]  # person or group, and its id


@dataclass(frozen=True)
class Cast:
    """The participants as they are now. `left` are names of those who are not there any more, `unreached` of those to
    whom no road leads: a group of personal WeChat hears a warning by hand, and no drill. `speakers` are loudspeakers
    that a participant keeps; they are silent unless a line of the script is meant for them."""

    people: Sequence[Hearer] = ()
    groups: Sequence[Circle] = ()
    left: Sequence[str] = ()
    speakers: Sequence[Standing] = ()

    @property
    def roles(self) -> list[str]:
        return sorted({role for one in self.people for role in one.roles})

    @property
    def kinds(self) -> list[str]:
        return sorted({one.kind for one in self.groups}) + [SPEAKERS.zh] * bool(self.speakers)

    @property
    def unreached(self) -> list[str]:
        return [p.name for p in self.people if not p.addresses] + [g.name for g in self.groups if not _ways(g)]

    @property
    def size(self) -> int:
        return len(self.people) + len(self.groups)

    def within(self, areas: Collection[int]) -> "Cast":
        """Those of these areas alone."""
        people = [one for one in self.people if one.area_id in areas]
        names = {one.name for one in people}
        return Cast(
            people,
            [one for one in self.groups if one.area_id in areas],
            [name for name in self.left if name in names],
            [one for one in self.speakers if one.area_id in areas],
        )

    def targets(self, whom: str = "", *, asks: bool = False) -> list[Target]:
        """Those of a role or a kind, all where `whom` is empty. People who are asked are woken; groups are told."""
        mode = Mode.wake if asks else Mode.quiet
        if whom == SPEAKERS.zh:
            return [_speaker(one) for one in self.speakers]
        told = [
            Target("person", p.id, p.area_id, p.town_id, first_role(p.roles), p.language, mode, roads_of(p.addresses),
                   p.cards)
            for p in self.people if not whom or whom in p.roles
        ]  # fmt: skip
        return told + [
            Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet,
                   _ways(g))
            for g in self.groups if not whom or whom == g.kind
        ]  # fmt: skip


async def propose(
    session: AsyncSession, areas: Collection[int], roles: Collection[str], kinds: Collection[str]
) -> list[Named]:
    """People of these roles and groups of these kinds in and below the areas, whoever has left not among them."""
    gone, found = (await known_people(session)).left, list[Named]()
    for area in areas:
        if roles:
            found += [("person", p.id) for p in await people(session, inside=area, roles=roles) if p.id not in gone]
        if kinds:
            found += [("group", g.id) for g in await groups(session, inside=area, kinds=kinds)]
    return list(dict.fromkeys(found))


async def name(session: AsyncSession, drill: Drill, named: Collection[Named], *, by: str) -> None:
    """Add them to the draft. Raises NotNow."""
    _open(drill)
    await wrote(session, drill, by)
    known = {(row.kind, row.target_id) for row in await rows(session, drill.id)}
    session.add_all(Participant(drill_id=drill.id, kind=k, target_id=i) for k, i in named if (k, i) not in known)
    await session.flush()


async def strike(session: AsyncSession, drill: Drill, named: Collection[Named], *, by: str) -> None:
    """Take them off the draft. Raises NotNow."""
    _open(drill)
    await wrote(session, drill, by)
    for kind, target in named:
        mine = sa.delete(Participant).where(col(Participant.drill_id) == drill.id, col(Participant.kind) == kind)
        await session.execute(mine.where(col(Participant.target_id) == target))


async def rows(session: AsyncSession, drill_id: int) -> Sequence[Participant]:
    return (await session.execute(select(Participant).where(col(Participant.drill_id) == drill_id))).scalars().all()


async def cast(session: AsyncSession, drill_id: int) -> Cast:
    """As the directory has them now."""
    named = await rows(session, drill_id)
    persons = {row.target_id for row in named if row.kind == "person"}
    circles = {row.target_id for row in named if row.kind == "group"}
    homes = set((await session.execute(select(Person.area_id).where(col(Person.id).in_(persons)))).scalars())
    seats = set((await session.execute(select(Group.area_id).where(col(Group.id).in_(circles)))).scalars())
    here = [p for p in await people(session, areas=homes) if p.id in persons] if homes else []
    there = [g for g in await groups(session, areas=seats) if g.id in circles] if seats else []
    gone = (await known_people(session)).left
    left = [p.name for p in here if p.id in gone]
    lost = len(persons) + len(circles) - len(here) - len(there)
    kept = [one for one in await outlets(session, kind=SPEAKERS) if one.keeper_id in persons]
    return Cast(here, there, [*left, *(["已从名单库删除的人或群"] if lost else [])], kept)


def _speaker(one: Standing) -> Target:
    """Its keeper reads the text out, with its marks."""
    kind = SPEAKERS.value
    roads = {kind: address([one.keeper_id] if one.keeper_id else [])}
    return Target(kind, one.id, one.area_id, one.town_id, SPEAKERS.zh, "zh-CN", Mode.quiet, roads)


def _ways(group: Circle) -> dict[str, str]:
    """Nobody forwards a drill by hand, nor confirms one for customers."""
    if group.robots:
        return {ROBOT: str(group.robots[0])}
    return {APPCHAT: group.chat_id} if group.chat_id and not group.owner else {}


def _open(drill: Drill) -> None:
    if drill.state is not Stage.draft:
        raise NotNow
