"""Who reads out and who types in: the keeper of each loudspeaker and of each screen that does not look for itself."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.models import Person
from bot.directory.outlets.models import OutletKind
from bot.directory.outlets.queries import Standing, outlets
from bot.directory.queries import Hearer, people
from broadcasts.audience.select import OUTLETS, RELAY, Target
from broadcasts.dispatch.byhand import asking
from broadcasts.dispatch.byhand.forwarders import named, tasks_of
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Purpose

ERRAND = asking.Errand(Purpose.keeper, "/h5/outlets", "keeper.txt")
BOTH = asking.Errand(Purpose.keeper, "/h5/byhand", "by_hand.txt")  # of who forwards as well
ALIVE = timedelta(minutes=5)  # a screen that looked at its page so lately will look again


def looks(outlet: Standing, at: datetime) -> bool:
    """Whether it is a screen whose page somebody's browser keeps asking for."""
    return outlet.kind is OutletKind.screen and outlet.seen_at is not None and at - outlet.seen_at <= ALIVE


async def kept(session: AsyncSession, targets: Sequence[Target], roads: Roads, at: datetime) -> list[Target]:
    """The targets again; a loudspeaker or a screen has its keeper as the address, a screen that looks for itself
    nobody, and one without a keeper whom a road reaches no road."""
    if not any(t.kind in OUTLETS for t in targets):
        return list(targets)
    known = {one.id: one for one in await outlets(session)}
    keepers = {one.keeper_id for one in known.values() if one.keeper_id}
    able = {one.id for one in await _people(session, keepers) if asking.able(one, roads.channels)}
    return [_with(t, known[t.id], able, at) if t.kind in OUTLETS else t for t in targets]


def _with(target: Target, outlet: Standing, able: Collection[int], at: datetime) -> Target:
    if target.kind not in target.roads:
        return target
    if looks(outlet, at):
        return replace(target, roads={target.kind: ""})
    keepers = [outlet.keeper_id] if outlet.keeper_id is not None and outlet.keeper_id in able else []
    return replace(target, roads={target.kind: asking.address(keepers)} if keepers else {})


async def ask(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, made: Plan, sending: Sending, at: datetime,
    head: str,
) -> Broadcast | None:  # fmt: skip
    """Tell the keepers, each by one message, of what they are to forward as well. None where there is nothing to
    play."""
    plays, relays = tasks_of(made, *OUTLETS), tasks_of(made, RELAY)
    if not plays:
        return None
    tasks = {number: [*relays.get(number, ()), *mine] for number, mine in plays.items()}
    seats = {one.targets[0].area_id for number in plays for one in relays.get(number, ())}
    names = {(one.kind.value, one.id): one.name for one in await outlets(session)} | await named(session, seats)
    readers = await _people(session, tasks.keys())
    instead = dict.fromkeys(plays.keys() & relays.keys(), BOTH)
    return await asking.ask(
        session, settings, ERRAND, tasks, readers, names, made, broadcast, sending, at, head, instead
    )


async def _people(session: AsyncSession, ids: Collection[int]) -> list[Hearer]:
    homes = sa.select(col(Person.area_id)).where(col(Person.id).in_(ids)).distinct()
    areas = set((await session.execute(homes)).scalars())
    return [one for one in await people(session, areas=areas) if one.id in ids] if areas else []
