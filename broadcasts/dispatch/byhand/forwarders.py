"""Who forwards by hand: the nearest grid workers or informants whom a road reaches, told in one message each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.queries import Hearer, groups, people
from bot.directory.tree import Tree
from broadcasts.audience.select import RELAY, Target, first_role, roads_of
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import Roads, open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.forms import ServiceForms, Write
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import numbered, render

ROLES = ("网格员", "灾害信息员")  # in this order
MOST = 2  # of them for one group: an A and a B
NAMES = 12  # groups that a message names
REACH = frozenset({"wecom_app", "oa_template"})


async def given(session: AsyncSession, areas: Tree, targets: Sequence[Target], roads: Roads) -> list[Target]:
    """The targets again; a group that is written to by hand has its forwarders as the address, or no road."""
    by_hand = [t for t in targets if RELAY in t.roads]
    if not by_hand:
        return list(targets)
    around = {node.id for t in by_hand for node in areas.up(t.area_id)}
    able: defaultdict[int, list[Hearer]] = defaultdict(list)
    for one in await people(session, areas=around, roles=ROLES):
        if roads_of(one.addresses).keys() & REACH & roads.channels:
            able[one.area_id].append(one)
    return [_with(areas, t, able) if RELAY in t.roads else t for t in targets]


def _with(areas: Tree, group: Target, able: dict[int, list[Hearer]]) -> Target:
    near: list[Hearer] = next((able[node.id] for node in areas.up(group.area_id) if able.get(node.id)), [])
    chosen = sorted(near, key=lambda one: (min(ROLES.index(r) for r in one.roles if r in ROLES), one.ab or "Z", one.id))
    ids = [str(one.id) for one in chosen[:MOST]]
    return replace(group, roads={RELAY: f"|{'|'.join(ids)}|"} if ids else {})


async def ask(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, made: Plan, areas: Tree, sending: Sending,
    at: datetime,
) -> Broadcast | None:  # fmt: skip
    """Tell whoever forwards: several groups of one person in one message; without a public address with the text that
    is to be forwarded. None where nothing is."""
    tasks: defaultdict[int, list[PlannedBatch]] = defaultdict(list)  # by forwarder
    for relay in made.relays:
        for number in relay.targets[0].roads[RELAY].strip("|").split("|"):
            tasks[int(number)].append(relay)
    if not tasks:
        return None
    roads, code = open_roads(settings), await page_code(session)
    link = f"{roads.base_url}/h5/relay" if roads.base_url else ""
    forms = ServiceForms(roads, code, at, settings.zone, link)
    names = {one.id: one.name for one in await groups(session, areas={r.targets[0].area_id for r in made.relays})}
    around = {node.id for r in made.relays for node in areas.up(r.targets[0].area_id)}
    plans = []
    for one in await people(session, areas=around, roles=ROLES):
        if mine := tasks.get(one.id):
            own = f"{link}?by={'wecom' if 'wecom_app' in one.addresses else 'oa'}" if link else ""
            said = _message(made, mine, [names[r.targets[0].id] for r in mine], own)
            plans.append(plan([_reader(one, mine)], _writer(said), lambda _: "", roads.of(Purpose.relay), forms))
    line = replace(sending, purpose=Purpose.relay, subject=f"relay:{broadcast.id}", code=code, asks="")
    return await write(session, merged(plans), line, by="system", at=at)


def _reader(one: Hearer, tasks: Iterable[PlannedBatch]) -> Target:
    """As loud as the loudest of the groups."""
    mode = min((task.mode for task in tasks), key=lambda m: m.rank, default=Mode.quiet)
    roads = {name: address for name, address in roads_of(one.addresses).items() if name in REACH}
    return Target("person", one.id, one.area_id, one.town_id, first_role(one.roles), one.language, mode, roads)


def _writer(parts: Sequence[str]) -> Write:
    def write(channel: str, role: str, language: str, limit: int) -> list[str]:
        return [piece for part in parts for piece in (numbered(part, limit) if len(part.encode()) > limit else [part])]

    return write


def _message(made: Plan, tasks: Iterable[PlannedBatch], names: Sequence[str], link: str) -> list[str]:
    """The line, and without a link each text that it speaks of, ready to be forwarded as it is."""
    texts = list(dict.fromkeys(task.text for task in tasks))
    head = made.texts[texts[0]].parts[0].partition("\n")[0]
    line = render("relay.txt", head=head, groups=names[:NAMES], count=len(names), link=link)
    return [line] if link else [line, *(part for text in texts for part in made.texts[text].parts)]
