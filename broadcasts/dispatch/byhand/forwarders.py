"""Who forwards by hand: the nearest grid workers or informants whom a road reaches, told in one message each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.queries import Hearer, groups, people
from bot.directory.tree import Tree
from broadcasts.audience.select import RELAY, Target
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


async def ask(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, made: Plan, areas: Tree, sending: Sending,
    at: datetime,
) -> Broadcast | None:  # fmt: skip
    """Tell whoever forwards. None where nothing is."""
    relays = [batch for batch in made.relays if batch.channel == RELAY]
    tasks: defaultdict[int, list[PlannedBatch]] = defaultdict(list)  # by forwarder
    for relay in relays:
        for number in asking.whose(relay.targets[0], RELAY):
            tasks[number].append(relay)
    if not tasks:
        return None
    seats = {relay.targets[0].area_id for relay in relays}
    names = {("group", one.id): one.name for one in await groups(session, areas=seats)}
    around = {node.id for area in seats for node in areas.up(area)}
    readers = await people(session, areas=around, roles=ROLES)
    return await asking.ask(session, settings, ERRAND, tasks, readers, names, made, broadcast, sending, at)
