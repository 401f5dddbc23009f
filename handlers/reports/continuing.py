"""What a sentence goes on from, and who may: a number can be guessed, and figures are not for strangers."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from handlers.reports.daily.going_on import going_on
from handlers.reports.figures.asks import ask
from handlers.reports.models import Report, Stage
from handlers.reports.queries import newest_in, newest_of, of_number, thread
from handlers.reports.reading.read import Reading
from handlers.reports.reporter import Reporter

APART = "说是接着 {} 的，但说话的不是报的人，也不是当地的工作人员。请核对是不是同一件事，是就并入同一个事件。"
NOWHERE = "说是接着 {} 的，可是{}里没有这个编号，先单独记为一件。请问清楚是哪一件，是同一件就并入同一个事件。"
ROADS = {Road.live: "真的上报", Road.training: "演练"}
ALONE = "{} 不是本平台报的，先单独记为初报，值班员会核对是不是同一件事。"


async def earlier(session: AsyncSession, areas: Tree, who: Reporter, reading: Reading, at: datetime) -> Report | None:
    """What a 续报, 核报 or 零报告 follows: the number that it names, else the sender's newest. None: it stands alone,
    and `reading` says why."""
    if reading.stage is Stage.zero:
        return await _quiet(session, areas, who)
    if reading.stage not in {Stage.follow, Stage.final}:
        return None
    if not reading.number:
        found = await newest_of(session, who, at)
        if found is None:
            reading.asks.insert(0, ask("follows_what"))
            reading.stage = Stage.first
        return found
    named = await of_number(session, reading.number, who.road)
    if named is not None and await may_continue(session, areas, who, named):
        return named
    reading.stage, reading.apart = Stage.first, True
    if who.source == "api":  # it hears that here, people in their receipt
        reading.asks.insert(0, ALONE.format(reading.number))
    elif named is not None:
        reading.note = APART.format(reading.number)
    else:
        reading.note = NOWHERE.format(reading.number, ROADS[who.road])
    return None


async def may_continue(session: AsyncSession, areas: Tree, who: Reporter, report: Report) -> bool:
    """Whoever told of it before, staff of that place, or an officer at the desk, whose scope the desk looks at."""
    if who.source == "console":
        return True
    if any(_theirs(row, who) for row in await thread(session, report.thread)):
        return True
    return who.person is not None and serves(areas, who.person.area_id, report.area_id)


def serves(areas: Tree, own: int, place: int) -> bool:
    """Whether who works in `own` works for `place`: it lies in theirs, or theirs is a part of that village."""
    if own in {node.id for node in areas.up(place)}:
        return True
    village = areas.nodes[place].town_id not in {None, place}
    return village and place in {node.id for node in areas.up(own)}


def _theirs(row: Report, who: Reporter) -> bool:
    if who.person is not None:
        return row.person_id == who.person.id
    if who.follower is not None:
        return row.follower_id == who.follower.id
    if who.conversation_id is not None:
        return row.conversation_id == who.conversation_id
    return row.by == who.by


async def _quiet(session: AsyncSession, areas: Tree, who: Reporter) -> Report | None:
    """无新增 of staff goes on from the one thing that goes on where they work; of several it stands for all."""
    if who.person is None or who.road is not Road.live:
        return None
    threads = await going_on(session, areas, who.person.area_id)
    return await newest_in(session, threads[0].thread) if len(threads) == 1 else None
