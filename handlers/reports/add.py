"""Something more about a report that waits: words, a picture, a place. Each makes a version; nothing said is lost."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.subscriptions.places import around
from handlers.reports.figures.asks import ask
from handlers.reports.figures.missing import ANSWERS, UNITS
from handlers.reports.figures.relations import doubts
from handlers.reports.file import LONGEST, kept, ring
from handlers.reports.limits.gravity import gravity
from handlers.reports.limits.limits import limits
from handlers.reports.models import Kind, Report, State
from handlers.reports.reading.amounts import amounts
from handlers.reports.reading.korean import chinese
from handlers.reports.reading.read import LOST, Reading, read
from handlers.reports.states import OPEN, still

NONE = frozenset({"没有", "没", "无", "零", "没得", "没有的"})
VERBS = {"casualties": "受伤", "evacuated": "转移", "houses": "倒塌", "crops": "淹"}


async def add_words(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    text: str,
    *,
    by: str,
    at: datetime,
    inbound_id: int | None = None,
    field: str = "",
) -> bool:
    """One more sentence; with `field` it answers that question. False where it does not answer it."""
    asked = _asked(field, text)
    reading = read(asked, areas, report.area_id, at, settings.zone)
    if field and not _answers(reading, field):
        return False
    if (await still(session, report)).state not in OPEN:
        return False
    first, grave = not report.words.strip(), await _grave(session, report, areas)
    report.words = "\n".join(filter(None, (report.words, text.strip())))[:LONGEST]
    told = {name: one | {"words": text.strip() if field else one["words"]} for name, one in reading.values.items()}
    report.values = {**report.values, **told}
    report.group = reading.place.group or report.group
    report.hazard = report.hazard or reading.hazard
    report.happened_at = report.happened_at or (None if reading.when.future else reading.when.at)
    if reading.place.area is not None:
        report.area_id = reading.place.area.id
    if first or (reading.kind is Kind.disaster and any(word in name for name in told for word in LOST)):
        report.kind = reading.kind
    report.asks = list(dict.fromkeys([*reading.asks, *doubts(report.values)]))
    returned = await _again(session, report, by, at, inbound_id)
    if returned or (not grave and await _grave(session, report, areas)):
        await ring(session, settings, areas, report, at)
    return True


async def add_picture(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    inbound_id: int,
    *,
    by: str,
    at: datetime,
) -> None:
    """A picture is news: the desk looks again, whether it waited, was taken or had sent the report back."""
    await still(session, report)
    await _again(session, report, by, at, inbound_id)
    if report.state in OPEN:
        await ring(session, settings, areas, report, at, more="（又来了图片）")


async def add_place(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    label: str,
    lon: float,
    lat: float,
    *,
    inbound_id: int | None = None,
    by: str,
    at: datetime,
) -> None:
    """Where it is on the map; a village that is known by its boundary is asked about where it is another."""
    await still(session, report)
    report.lon, report.lat, report.place = lon, lat, label[:120] or report.place
    here = around(areas, lon, lat)
    if here is not None and here.id not in {node.id for node in areas.up(report.area_id)} and here.id != report.area_id:
        report.asks = [*report.asks, ask("on_the_map", here=here.name, area=areas.nodes[report.area_id].name)]
    await _again(session, report, by, at, inbound_id)
    if report.state in OPEN:
        await ring(session, settings, areas, report, at, more="（又来了位置）")


async def _again(session: AsyncSession, report: Report, by: str, at: datetime, inbound_id: int | None) -> bool:
    """Another version. Whether it had come back: then it counts again from now."""
    returned = report.state is State.returned
    if returned:
        report.state, report.filed_at = State.filed, at
    report.version += 1
    await kept(session, report, by, at, inbound_id=inbound_id)
    return returned


async def _grave(session: AsyncSession, report: Report, areas: Tree) -> bool:
    return bool(gravity([report], report.words, areas, await limits(session)))


def _asked(field: str, text: str) -> str:
    """12 户 to the question how many were moved is 转移 12 户."""
    words = chinese(text).strip()
    if field in UNITS and words in NONE:
        return f"{VERBS[field]}0{UNITS[field]}"
    if field in VERBS and amounts(words) and not any(name for name in ANSWERS[field] if name in words):
        return (
            words
            if any(verb in words for verb in ("伤", "亡", "死", "转移", "倒", "塌", "淹", "裂"))
            else (f"{VERBS[field]}{words}")
        )
    return words


def _answers(reading: Reading, field: str) -> bool:
    if field == "place":
        return bool(reading.place.group or reading.place.area)
    if field == "words":
        return not reading.empty
    return any(name in reading.values for name in ANSWERS[field])
