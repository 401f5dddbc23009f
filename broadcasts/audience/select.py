"""Who hears an alert: people and groups in and above the areas that it hits, each once, each in one mode."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Address, Group, Person, PersonRole, Robot
from bot.directory.tree import Tree
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.rules import mode_for
from broadcasts.dispatch.states import Mode

ROLE_ORDER = ("带班领导", "值班员", "灾害信息员", "网格员")  # whose text someone with several roles gets
DUTY_GROUP = "值班群"
HEARS_AS = {DUTY_GROUP: "值班员"}  # a group that hears what a role hears


@dataclass(frozen=True, slots=True)
class Target:
    """One person or group. `roads` maps a channel's name to the address there: a userid, or a robot's id."""

    kind: str  # person or group
    id: int
    area_id: int
    town_id: int | None
    role: str  # by which the text is chosen: a role, or a group's kind
    language: str
    mode: Mode
    roads: dict[str, str] = field(default_factory=dict)


async def select(
    session: AsyncSession,
    tree: Tree,
    hit: Collection[int],
    rules: Sequence[AudienceRule],
    *,
    also: Collection[tuple[str, int]] = (),
    also_mode: Mode = Mode.quiet,
) -> list[Target]:
    """Targets of the matching `rules` in the hit areas, and whoever is in `also` (kind, id) beside them."""
    reach = _reach(tree, hit)
    people = [t for t in await _people(session, tree) if t.area_id in reach or (t.kind, t.id) in also]
    groups = [t for t in await _groups(session, tree) if t.area_id in reach or (t.kind, t.id) in also]
    chosen = []
    for target, roles in [*((t, t.roles) for t in people), *((t, (t.role, HEARS_AS.get(t.role, ""))) for t in groups)]:
        rule = mode_for(rules, roles, tree.tags(target.area_id)) if target.area_id in reach else None
        if rule is None and (target.kind, target.id) not in also:
            continue
        wanted = set(filter(None, rule.channels.split(","))) if rule else set()
        roads = {name: address for name, address in target.roads.items() if not wanted or name in wanted}
        mode = rule.mode if rule else also_mode
        chosen.append(
            Target(target.kind, target.id, target.area_id, target.town_id, target.role, target.language, mode, roads)
        )
    return chosen


def _reach(tree: Tree, hit: Iterable[int]) -> set[int]:
    """The hit areas with all below them, and those who answer for them above."""
    reach: set[int] = set()
    for area_id in hit:
        reach.update(node.id for node in tree.below(area_id))
        reach.update(node.id for node in tree.up(area_id))
    return reach


@dataclass(slots=True)
class _Found:
    kind: str
    id: int
    area_id: int
    town_id: int | None
    role: str
    language: str
    roles: tuple[str, ...] = ()
    roads: dict[str, str] = field(default_factory=dict)


async def _people(session: AsyncSession, tree: Tree) -> list[_Found]:
    found: dict[int, _Found] = {}
    rows = await session.execute(sa.select(col(Person.id), col(Person.area_id), col(Person.language)))
    for person_id, area_id, language in rows:
        found[person_id] = _Found("person", person_id, area_id, tree.nodes[area_id].town_id, "", language)
    for person_id, role in await session.execute(sa.select(col(PersonRole.person_id), col(PersonRole.role))):
        found[person_id].roles += (role,)
    addresses = await session.execute(sa.select(col(Address.person_id), col(Address.channel), col(Address.value)))
    for person_id, channel, value in addresses:
        found[person_id].roads[channel] = value
    for person in found.values():
        person.role = min(person.roles, key=_order, default="")
    return list(found.values())


async def _groups(session: AsyncSession, tree: Tree) -> list[_Found]:
    found: dict[int, _Found] = {}
    for group_id, area_id, kind in await session.execute(sa.select(col(Group.id), col(Group.area_id), col(Group.kind))):
        found[group_id] = _Found("group", group_id, area_id, tree.nodes[area_id].town_id, kind, "zh-CN")
    robots = await session.execute(
        sa.select(col(Robot.group_id), sa.func.min(col(Robot.id)))
        .where(col(Robot.dead_at).is_(None))
        .group_by(col(Robot.group_id))
    )
    for group_id, robot_id in robots:
        found[group_id].roads["wecom_robot"] = str(robot_id)
    return list(found.values())


def _order(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)
