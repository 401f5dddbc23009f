"""Who forwards by hand: the nearest grid workers or informants whom a road reaches, told in one message each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.queries import Hearer, groups, people
from bot.directory.tree import Tree
from broadcasts.audience.select import OUTLETS, RELAY, Target
from broadcasts.dispatch.byhand import asking
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Purpose

ROLES = ("网格员", "灾害信息员")  # in this order
MOST = 2  # of them for one group: an A and a B
ERRAND = asking.Errand(Purpose.relay, "/h5/relay", "relay.txt")


async def given(session: AsyncSession, areas: Tree, targets: Sequence[Target], roads: Roads) -> list[Target]:
    """The targets again; a group that is written to by hand has its forwarders as the address, or no such road."""
    by_hand = [t for t in targets if RELAY in t.roads]
    if not by_hand:
        return list(targets)
    around = {node.id for t in by_hand for node in areas.up(t.area_id)}
    able: defaultdict[int, list[Hearer]] = defaultdict(list)
    for one in await people(session, areas=around, roles=ROLES):
        if asking.able(one, roads.channels):
            able[one.area_id].append(one)
    return [_with(areas, t, able) if RELAY in t.roads else t for t in targets]


def _with(areas: Tree, group: Target, able: dict[int, list[Hearer]]) -> Target:
    near: list[Hearer] = next((able[node.id] for node in areas.up(group.area_id) if able.get(node.id)), [])
    chosen = sorted(near, key=lambda one: (min(ROLES.index(r) for r in one.roles if r in ROLES), one.ab or "Z", one.id))
    ids = [one.id for one in chosen[:MOST]]
    others = {name: address for name, address in group.roads.items() if name != RELAY}
    return replace(group, roads=others | {RELAY: asking.address(ids)} if ids else others)


def tasks_of(made: Plan, *channels: str) -> dict[int, list[PlannedBatch]]:
    """By person: what of these is theirs to do."""
    tasks: defaultdict[int, list[PlannedBatch]] = defaultdict(list)
    for batch in made.relays:
        if batch.channel in channels:
            for number in asking.whose(batch.targets[0], batch.channel):
                tasks[number].append(batch)
    return tasks


async def named(session: AsyncSession, seats: Collection[int]) -> dict[tuple[str, int], str]:
    """Names of the groups of these places."""
    return {("group", one.id): one.name for one in await groups(session, areas=set(seats))} if seats else {}


async def ask(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, made: Plan, areas: Tree, sending: Sending,
    at: datetime,
) -> Broadcast | None:  # fmt: skip
    """Tell whoever forwards; who plays as well is told of all by one message (see keepers). None where nothing is."""
    relays, players = tasks_of(made, RELAY), tasks_of(made, *OUTLETS)
    tasks = {number: mine for number, mine in relays.items() if number not in players}
    if not tasks:
        return None
    seats = {one.targets[0].area_id for mine in tasks.values() for one in mine}
    names = await named(session, seats)
    around = {node.id for area in seats for node in areas.up(area)}
    readers = await people(session, areas=around, roles=ROLES)
    return await asking.ask(session, settings, ERRAND, tasks, readers, names, made, broadcast, sending, at)
