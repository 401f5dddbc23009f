"""早间汇总: what waits for a target at the morning's moment becomes one message; what stands alone goes as it is."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.deps import Deps
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from bot.sweeps.each import each
from broadcasts.audience.select import Target
from broadcasts.dispatch.alert import DIGEST_HOUR, DIGEST_MINUTE, NO_END
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.morning.rows import Together, Waiting, languages, merge, together, waiting
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import CHINESE, numbered, render, wording
from broadcasts.dispatch.texts.spoken import spoken

AHEAD = timedelta(seconds=10)  # before the moment: the worker claims at it
RANK = 3
GROUP = "wecom_robot"


@dataclass(frozen=True, slots=True)
class Item:
    """What a digest says of one broadcast; `until` is empty where no end is known."""

    line: str
    until: str


async def merge_due(deps: Deps, at: datetime) -> int:
    """Turn the copies that wait for today's moment into one digest for each target that has several. They carry no
    alert, and so are never merged themselves; a copy that is not theirs is left alone. Those for whom the same wait
    are one subject and one broadcast: where theirs breaks they get the single copies, and the others their digest.
    How many broadcasts."""
    moment = _moment(deps.settings, at)
    if moment > at + AHEAD:
        return 0
    async with deps.read() as session:
        lists = await together(session, moment, over_by=max(moment, at))
    subjects = {f"{one.road}:{_short(one.broadcasts)}": one for one in lists}
    deal = partial(_merge, settings=deps.settings, lists=subjects, moment=moment, at=at)
    return await each(deps, "dispatch.digest", sorted(subjects), deal, at)


async def _merge(
    session: AsyncSession,
    subject: str,
    *,
    settings: Settings,
    lists: dict[str, Together],
    moment: datetime,
    at: datetime,
) -> int:
    one = lists[subject]
    found = _several(await waiting(session, moment, over_by=max(moment, at), batches=one.batches))
    mine = {target: copies for target, copies in found.items() if target in one.targets}
    if not mine:
        return 0
    await _digest(session, settings, one.road, mine, max(moment, at), at)
    return 1


def _short(broadcasts: Collection[str]) -> str:
    return hashlib.sha256(",".join(sorted(broadcasts)).encode()).hexdigest()[:32]


def _moment(settings: Settings, at: datetime) -> datetime:
    """Today's, as broadcasts.dispatch.alert.due_times gives it to the copies."""
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
    lists: dict[tuple[str, tuple[Item, ...]], str] = {}
    open_ = open_roads(settings)
    spoken_by = await languages(session, several) if len(open_.languages) > 1 else {}
    tails: dict[tuple[str, int], str] = {}
    targets = []
    for (_, kind, target_id), copies in several.items():
        language = open_.speaks(spoken_by.get((kind, target_id), CHINESE))
        ends = [(c.line, spoken(c.expires, due, zone, language) if c.expires else "") for c in copies]
        items = tuple(Item(line, until) for line, until in dict.fromkeys(ends))
        key, first = lists.setdefault((language, items), str(len(lists))), copies[0]
        tails[kind, target_id] = first.tail
        roads = {first.channel: first.address}
        targets.append(Target(kind, target_id, 0, first.town_id, key, language, Mode.digest, roads))
    items_of = {key: items for (_, items), key in lists.items()}
    local = due.astimezone(zone)

    def text(channel: str, key: str, language: str, limit: int) -> list[str]:
        month, day = wording("forms.txt", "WORDS", language)["date"].split("|")
        date, group = f"{local.month}{month}{local.day}{day}", channel == GROUP
        whole = render("digest.txt", language=language, date=date, items=items_of[key], group=group, phone=phone)
        return [whole] if len(whole.encode()) <= limit else numbered(whole, limit)

    forms = ServiceForms(open_, code, due, zone)
    made = plan(targets, text, lambda target: tails[target.kind, target.id], open_.of(Purpose.digest), forms)
    for one in made.texts:
        one.labels = [f"{len(items_of[one.labels[0]])}条"]
    return made
