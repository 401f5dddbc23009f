"""早间汇总: what waits for a target at the morning's moment becomes one message; what stands alone goes as it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from broadcasts.audience.select import Target
from broadcasts.dispatch.issue import DIGEST_HOUR, DIGEST_MINUTE, NO_END
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.morning.rows import Waiting, merge, waiting
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import numbered, render
from broadcasts.dispatch.texts.spoken import spoken

AHEAD = timedelta(seconds=10)  # before the moment: the worker claims at it
RANK = 3
GROUP = "wecom_robot"


@dataclass(frozen=True, slots=True)
class Item:
    """What a digest says of one broadcast; `until` is empty where no end is known."""

    line: str
    until: str


async def merge_due(session: AsyncSession, settings: Settings, at: datetime) -> list[Broadcast]:
    """Turn the copies that wait for today's moment into one digest for each target that has several. They carry no
    alert, and so are never merged themselves; a copy that is not theirs is left alone. One broadcast per road."""
    moment = _moment(settings, at)
    if moment > at + AHEAD:
        return []
    several = _several(await waiting(session, moment, over_by=max(moment, at)))
    made = []
    for road in Road:
        mine = {target: copies for target, copies in several.items() if target[0] is road}
        if mine:
            made.append(await _digest(session, settings, road, mine, max(moment, at), at))
    return made


def _moment(settings: Settings, at: datetime) -> datetime:
    """Today's, as broadcasts.dispatch.issue.due_times gives it to the copies."""
    local = (at + AHEAD).astimezone(settings.zone)
    return local.replace(hour=DIGEST_HOUR, minute=DIGEST_MINUTE, second=0, microsecond=0)


def _several(found: Sequence[Waiting]) -> dict[tuple[Road, str, int], list[Waiting]]:
    """By target, for those with copies of more than one broadcast: the most severe first, then the oldest."""
    by_target: defaultdict[tuple[Road, str, int], list[Waiting]] = defaultdict(list)
    for copy in sorted(found, key=lambda copy: (copy.severity, copy.broadcast_id)):
        by_target[copy.road, copy.kind, copy.target_id].append(copy)
    return {target: copies for target, copies in by_target.items() if len({c.broadcast_id for c in copies}) > 1}


async def _digest(
    session: AsyncSession,
    settings: Settings,
    road: Road,
    several: dict[tuple[Road, str, int], list[Waiting]],
    due: datetime,
    at: datetime,
) -> Broadcast:
    copies = [copy for mine in several.values() for copy in mine]
    code = await page_code(session)
    made = await _plan(session, settings, several, due, code)
    ends = max(copy.expires or at + NO_END for copy in copies)
    day = due.astimezone(settings.zone).date()
    subject = f"digest:{day}"
    sending = Sending(Purpose.digest, RANK, dict.fromkeys(Mode, due), ends, subject=subject, road=road, code=code)
    broadcast = await write(session, made, sending, by="system", at=at)
    await merge(session, copies, into=broadcast.id, at=at)
    return broadcast


async def _plan(
    session: AsyncSession,
    settings: Settings,
    several: dict[tuple[Road, str, int], list[Waiting]],
    due: datetime,
    code: str,
) -> Plan:
    """Targets with the same items share one text, and a call where the channel takes many."""
    zone, areas = settings.zone, await tree(session)
    phone = (await lines(session, areas, due)).county
    lists: dict[tuple[Item, ...], str] = {}
    tails: dict[tuple[str, int], str] = {}
    targets = []
    for (_, kind, target_id), copies in several.items():
        items = tuple(dict.fromkeys(Item(c.line, spoken(c.expires, due, zone) if c.expires else "") for c in copies))
        key, first = lists.setdefault(items, str(len(lists))), copies[0]
        tails[kind, target_id] = first.tail
        roads = {first.channel: first.address}
        targets.append(Target(kind, target_id, 0, first.town_id, key, "", Mode.digest, roads))
    items_of = {key: items for items, key in lists.items()}
    local = due.astimezone(zone)

    def text(channel: str, key: str, language: str, limit: int) -> list[str]:
        date, group = f"{local.month}月{local.day}日", channel == GROUP
        whole = render("digest.txt", date=date, items=items_of[key], group=group, phone=phone)
        return [whole] if len(whole.encode()) <= limit else numbered(whole, limit)

    open_ = open_roads(settings)
    forms = ServiceForms(open_, code, due, zone)
    made = plan(targets, text, lambda target: tails[target.kind, target.id], open_.of(Purpose.digest), forms)
    for one in made.texts:
        one.labels = [f"{len(items_of[one.labels[0]])}条"]
    return made
