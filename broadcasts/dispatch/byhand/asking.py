"""Asking people for what only they can do: several tasks of one person in one message, with one link to all of them;
where the county has no public address with the texts themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.queries import Hearer
from broadcasts.audience.select import RELAY, Target, first_role, roads_of
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.drill_forms import DrillForms
from broadcasts.dispatch.texts.forms import ServiceForms, Write
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import numbered, render

NAMES = 12  # groups or places that a message names
REACH = frozenset({"wecom_app", "oa_template"})
Tasks = Mapping[int, Sequence[PlannedBatch]]  # by person


@dataclass(frozen=True)
class Errand:
    """`page` shows all tasks of whoever opens it, `template` is the message that leads there."""

    purpose: Purpose
    page: str
    template: str


async def ask(
    session: AsyncSession, settings: Settings, errand: Errand, tasks: Tasks, people: Iterable[Hearer],
    names: Mapping[tuple[str, int], str], made: Plan, broadcast: Broadcast, sending: Sending, at: datetime,
    head: str = "", instead: Mapping[int, Errand] | None = None,
) -> Broadcast | None:  # fmt: skip
    """Tell each of `people` what is theirs to do; `names` are of the targets, `head` is the first line, where the texts
    do not begin with it; `instead` are people with another errand. None where there is nothing to do."""
    if not tasks:
        return None
    roads, code = open_roads(settings), await page_code(session)
    plans = []
    for one in people:
        if mine := tasks.get(one.id):
            theirs = (instead or {}).get(one.id, errand)
            link = f"{roads.base_url}{theirs.page}" if roads.base_url else ""
            plainly = ServiceForms(roads, code, at, settings.zone, link)
            forms = DrillForms(plainly) if sending.drill else plainly
            own = f"{link}?by={'wecom' if 'wecom_app' in one.addresses else 'oa'}" if link else ""
            said = _message(theirs, made, mine, head, names, own, roads.speaks(one.language))
            plans.append(plan([_reader(one, mine)], _writer(said), lambda _: "", roads.of(errand.purpose), forms))
    line = replace(sending, purpose=errand.purpose, subject=f"{errand.purpose}:{broadcast.id}", code=code, asks="")
    return await write(session, merged(plans), line, by="system", at=at)


def able(one: Hearer, channels: frozenset[str]) -> bool:
    """Whether an open road leads to this person, by which the task can be shown."""
    return bool(roads_of(one.addresses).keys() & REACH & channels)


def address(people: Iterable[int]) -> str:
    """Of a copy: whose task it is."""
    return f"|{'|'.join(str(number) for number in people)}|"


def whose(target: Target, channel: str) -> list[int]:
    """The people of an address."""
    return [int(number) for number in target.roads[channel].strip("|").split("|") if number]


def _reader(one: Hearer, tasks: Iterable[PlannedBatch]) -> Target:
    """As loud as the loudest of the tasks."""
    mode = min((task.mode for task in tasks), key=lambda m: m.rank, default=Mode.quiet)
    roads = {name: address for name, address in roads_of(one.addresses).items() if name in REACH}
    return Target("person", one.id, one.area_id, one.town_id, first_role(one.roles), one.language, mode, roads)


def _writer(parts: Sequence[str]) -> Write:
    def write(channel: str, role: str, language: str, limit: int) -> list[str]:
        return [piece for part in parts for piece in (numbered(part, limit) if len(part.encode()) > limit else [part])]

    return write


def _message(
    errand: Errand, made: Plan, tasks: Sequence[PlannedBatch], head: str, names: Mapping[tuple[str, int], str],
    link: str, language: str,
) -> list[str]:  # fmt: skip
    """The line, and without a link each text that it speaks of, ready to be forwarded or read out as it is."""
    texts = list(dict.fromkeys(task.text for task in tasks))
    head = head or made.texts[texts[0]].parts[0].partition("\n")[0]
    whom = [names[t.kind, t.id] for task in tasks for t in task.targets]
    groups = [names[t.kind, t.id] for task in tasks if task.channel == RELAY for t in task.targets]
    line = render(
        errand.template, language=language, head=head, names=whom[:NAMES], count=len(whom), link=link, groups=groups,
        places=[name for name in whom if name not in groups], most=NAMES,
    )  # fmt: skip
    parts = [part for text in texts for part in made.texts[text].parts]
    return [line] if link else [line, *(part.removeprefix(MARK).removesuffix(MARK).strip() for part in parts)]
