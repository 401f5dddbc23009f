"""Who hears an alert: people and groups in and above the areas that it hits, each once, each in one mode."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import queries as directory
from bot.directory.tree import Tree
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.rules import mode_for
from broadcasts.dispatch.states import Mode

ROLE_ORDER = ("带班领导", "值班员", "灾害信息员", "网格员")  # whose text someone with several roles gets
DUTY_GROUP = "值班群"
ROBOT, APPCHAT, RELAY = "wecom_robot", "appchat", "relay"
ACCOUNT = "oa"  # under which the directory keeps an openid
ACCOUNT_ROADS = ("oa_template", "oa_reply")
SMS = "sms"
PERSONAL = frozenset({"wecom_app", "oa_template"})  # a rule that names these means people, on their telephones too
HEARS_AS = {DUTY_GROUP: "值班员"}  # a group that hears what a role hears


@dataclass(frozen=True, slots=True)
class Target:
    """One person or group. `roads` maps a channel's name to the address there: a userid, an openid, a robot's id, or
    who forwards by hand. `cards`: a click proved that this reader sees them."""

    kind: str  # person, group, follower or chat
    id: int
    area_id: int
    town_id: int | None
    role: str  # by which the text is chosen: a role, or a group's kind
    language: str
    mode: Mode
    roads: dict[str, str] = field(default_factory=dict)
    cards: bool = False


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
    chosen = []
    for target, roles in await _hearers(session):
        rule = mode_for(rules, roles, tree.tags(target.area_id)) if target.area_id in reach else None
        if rule is None and (target.kind, target.id) not in also:
            continue
        wanted = set(filter(None, rule.channels.split(","))) if rule else set()
        wanted |= {SMS} if wanted & PERSONAL else set()
        roads = {name: address for name, address in target.roads.items() if not wanted or name in wanted}
        chosen.append(replace(target, mode=rule.mode if rule else also_mode, roads=roads))
    return chosen


def _reach(tree: Tree, hit: Iterable[int]) -> set[int]:
    """The hit areas with all below them, and those who answer for them above."""
    reach: set[int] = set()
    for area_id in hit:
        reach.update(node.id for node in tree.below(area_id))
        reach.update(node.id for node in tree.up(area_id))
    return reach


async def _hearers(session: AsyncSession) -> list[tuple[Target, set[str]]]:
    """Everybody whom the directory knows, with the roles by which rules speak of them."""
    found: list[tuple[Target, set[str]]] = []
    for p in await directory.people(session):
        role = first_role(p.roles)
        target = Target(
            "person", p.id, p.area_id, p.town_id, role, p.language, Mode.quiet, roads_of(p.addresses, p.phone), p.cards
        )
        found.append((target, p.roles))
    for g in await directory.groups(session):
        target = Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet, _ways(g))
        found.append((target, {g.kind, HEARS_AS.get(g.kind, "")}))
    return found


def roads_of(addresses: Mapping[str, str], phone: str = "") -> dict[str, str]:
    """By which channels a person's addresses are reached: an openid by two of the account's; by the seal of a
    `phone` where nothing else leads there."""
    roads = {name: address for name, address in addresses.items() if name != ACCOUNT}
    if openid := addresses.get(ACCOUNT):
        roads |= dict.fromkeys(ACCOUNT_ROADS, openid)
    return roads | {SMS: phone} if phone else roads


def _ways(group: directory.Circle) -> dict[str, str]:
    """Its robot; of a group of personal WeChat, which no API reaches, a person who forwards, whoever that will be."""
    if group.robots:
        return {ROBOT: str(group.robots[0])}
    return {APPCHAT: group.chat_id} if group.chat_id else {RELAY: ""}


def first_role(roles: Iterable[str]) -> str:
    """Whose text someone with several roles reads."""
    return min(roles, key=_order, default="")


def _order(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)
