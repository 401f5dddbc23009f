"""Who hears an alert: people and groups in and above the areas that it hits, each once, each in one mode."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    for target, roles in (*known.every, *await _outlets(session)):
        heard = inside if target.kind in OUTLETS else reach  # the county's loudspeaker is silent for one village
        rule = matched.of(roles, tree.tags(target.area_id)) if target.area_id in heard else None
        if rule is None and (target.kind, target.id) not in also:
            continue
        wanted = matched.channels(rule)
        if wanted and target.kind in OUTLETS and target.kind not in wanted:
            continue  # the rule means people or groups
        mode = rule.mode if rule else also_mode
        if wanted:
            roads = {name: at for name, at in target.roads.items() if name in wanted}
            chosen.append(replace(target, mode=mode, roads=roads))
        else:
            chosen.append(known.told(target, mode))
    return chosen


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


class Hearers:
    """Every person and group whom the directory knows, with the roles by which rules speak of them."""

    def __init__(self, every: list[Hearer]) -> None:
        self.every = every
        self._told: dict[Mode, dict[tuple[str, int], Target]] = {}

    def told(self, target: Target, mode: Mode) -> Target:
        """The target as it is told in that mode by all of its roads; made once for all, and changed by nobody."""
        return self.in_mode(mode).get((target.kind, target.id)) or replace(target, mode=mode)

    def in_mode(self, mode: Mode) -> dict[tuple[str, int], Target]:
        if mode not in self._told:
            self._told[mode] = {(one.kind, one.id): replace(one, mode=mode) for one, _ in self.every}
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
