"""Who hears an alert: people and groups in and above the areas that it hits, each once, each in one mode."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.customer_group.limits import address
from bot.directory import queries as directory
from bot.directory.outlets.queries import outlets
from bot.directory.tree import Tree
from bot.directory.versions import HEARERS, Kept
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.rules import mode_for
from broadcasts.dispatch.states import Mode

ROLE_ORDER = ("带班领导", "值班员", "灾害信息员", "网格员")  # whose text someone with several roles gets
DUTY_GROUP = "值班群"
ROBOT, APPCHAT, RELAY, CUSTOMER = "wecom_robot", "appchat", "relay", "customer_group"
OUTLETS = ("speaker", "screen")  # kinds of targets, and the roads that lead there
ACCOUNT = "oa"  # under which the directory keeps an openid
ACCOUNT_ROADS = ("oa_template", "oa_reply")
SMS = "sms"
PERSONAL = frozenset({"wecom_app", "oa_template"})  # a rule that names these means people, on their telephones too
HEARS_AS = {DUTY_GROUP: "值班员"}  # a group that hears what a role hears


@dataclass(frozen=True, slots=True)
class Target:
    """One person, group, loudspeaker or screen. `roads` maps a channel's name to the address there: a userid, an
    openid, a robot's id, or who forwards or reads out by hand. `cards`: a click proved that this reader sees them."""

    kind: str  # person, group, follower, chat, speaker or screen
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
    inside = {node.id for area_id in hit for node in tree.below(area_id)}
    reach = inside | {node.id for area_id in hit for node in tree.up(area_id)}  # and those who answer for them above
    chosen, matched = [], _Matched(rules)
    known = await hearers(session)
    for alike in known.alike:
        rule = matched.of(alike.roles, tree.tags(alike.area_id)) if alike.area_id in reach else None
        if rule is not None:
            chosen += _on(matched.channels(rule), known.told(alike, rule.mode))
        elif also:
            chosen += [t for t in known.told(alike, also_mode) if (t.kind, t.id) in also]
    for target, roles in await _outlets(session):  # the county's loudspeaker is silent for one village
        rule = matched.of(roles, tree.tags(target.area_id)) if target.area_id in inside else None
        if rule is None and (target.kind, target.id) not in also:
            continue
        wanted = matched.channels(rule)
        if not wanted or target.kind in wanted:  # else the rule means people or groups
            chosen += _on(wanted, [replace(target, mode=rule.mode if rule else also_mode)])
    return chosen


def _on(wanted: frozenset[str], targets: list[Target]) -> list[Target]:
    """The targets by these channels alone; by all where none is named."""
    if not wanted:
        return targets
    return [replace(t, roads={name: at for name, at in t.roads.items() if name in wanted}) for t in targets]


class _Matched:
    """The rule for each combination of roles and tags, of which a county has a few: asked for once each."""

    def __init__(self, rules: Sequence[AudienceRule]) -> None:
        self._rules = rules
        self._known: dict[tuple[frozenset[str], frozenset[str]], AudienceRule | None] = {}
        self._channels = {rule.channels: _channels(rule.channels) for rule in rules}

    def of(self, roles: frozenset[str], tags: frozenset[str]) -> AudienceRule | None:
        key = (roles, tags)
        if key not in self._known:
            self._known[key] = mode_for(self._rules, roles, tags)
        return self._known[key]

    def channels(self, rule: AudienceRule | None) -> frozenset[str]:
        """Those that it names; empty where it names none, which means all."""
        return self._channels[rule.channels] if rule else frozenset()


def _channels(names: str) -> frozenset[str]:
    wanted = frozenset(filter(None, names.split(",")))
    wanted |= {CUSTOMER} if RELAY in wanted else set()
    return wanted | {SMS} if wanted & PERSONAL else wanted


Hearer = tuple[Target, frozenset[str]]


class Alike(NamedTuple):
    """Those of whom every rule says the same: where they are, and by which roles rules speak of them."""

    area_id: int
    roles: frozenset[str]


class Hearers:
    """Every person and group whom the directory knows."""

    def __init__(self, every: Iterable[Hearer]) -> None:
        self.alike: defaultdict[Alike, list[Target]] = defaultdict(list)
        for target, roles in every:
            self.alike[Alike(target.area_id, roles)].append(target)
        self._told: dict[Mode, dict[Alike, list[Target]]] = {}

    def told(self, alike: Alike, mode: Mode) -> list[Target]:
        """Those targets, told in that mode by all of their roads; made once for all, and changed by nobody."""
        return self.in_mode(mode)[alike]

    def in_mode(self, mode: Mode) -> dict[Alike, list[Target]]:
        if mode not in self._told:
            told = {alike: [replace(one, mode=mode) for one in targets] for alike, targets in self.alike.items()}
            self._told[mode] = told
        return self._told[mode]


async def hearers(session: AsyncSession) -> Hearers:
    """Kept in memory: to read three thousand people takes longer than to plan for them, and a red alert would hold the
    writers back."""
    return await _kept.get(session)


async def _people_and_groups(session: AsyncSession) -> Hearers:
    found: list[Hearer] = []
    for p in await directory.people(session):
        role = first_role(p.roles)
        target = Target(
            "person", p.id, p.area_id, p.town_id, role, p.language, Mode.quiet, roads_of(p.addresses, p.phone), p.cards
        )
        found.append((target, frozenset(p.roles)))
    for g in await directory.groups(session):
        target = Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet, _ways(g))
        found.append((target, frozenset((g.kind, HEARS_AS.get(g.kind, "")))))
    return Hearers(found)


_kept = Kept(HEARERS, _people_and_groups)


async def _outlets(session: AsyncSession) -> list[Hearer]:
    found: list[Hearer] = []
    for o in await outlets(session):
        kind = o.kind.value
        target = Target(kind, o.id, o.area_id, o.town_id, o.kind.zh, "zh-CN", Mode.quiet, {kind: ""})
        found.append((target, frozenset((o.kind.zh,))))
    return found


def roads_of(addresses: Mapping[str, str], phone: str = "") -> dict[str, str]:
    """By which channels a person's addresses are reached: an openid by two of the account's; by the seal of a
    `phone` where nothing else leads there."""
    roads = {name: address for name, address in addresses.items() if name != ACCOUNT}
    if openid := addresses.get(ACCOUNT):
        roads |= dict.fromkeys(ACCOUNT_ROADS, openid)
    return roads | {SMS: phone} if phone else roads


def _ways(group: directory.Circle) -> dict[str, str]:
    """Its robot; of a group of personal WeChat, which no API reaches, a person who forwards, whoever that will be. Of
    customers' groups the owner may confirm a text as well, or may not: forwarding stays."""
    confirmed = {CUSTOMER: address(group.owner, group.chat_id)} if group.owner else {}
    if group.robots:
        return {ROBOT: str(group.robots[0]), **confirmed}
    if confirmed:
        return {**confirmed, RELAY: ""}
    return {APPCHAT: group.chat_id} if group.chat_id else {RELAY: ""}


def first_role(roles: Iterable[str]) -> str:
    """Whose text someone with several roles reads."""
    return min(roles, key=_order, default="")


def _order(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)
