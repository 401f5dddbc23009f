"""平台次数: what of each number that the platforms set is used up now."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from broadcasts.dispatch.planning.interfaces import interfaces
from broadcasts.dispatch.planning.quotas import Use, quotas
from broadcasts.dispatch.texts.render import wording

SHOWN = 10  # lines of interfaces: those that are called most
SPANS = {60: "一分钟内", 3600: "一小时内"}


class Line(NamedTuple):
    """`channel` or else `name` says what is counted. `most` is None where nobody has told us."""

    channel: str
    name: str
    span: str
    unit: str
    used: int
    most: int | None
    nearly: bool


async def lines(session: AsyncSession, settings: Settings, at: datetime) -> tuple[list[Line], list[Line]]:
    """Of the roads, and of WeCom's base interfaces."""
    names = wording("watch_names.txt", "INTERFACES")
    roads = [_line(use, use.subject, "") for use in await quotas(session, settings, at)]
    called = [_line(use, "", names.get(use.subject, use.subject)) for use in await interfaces(session, settings, at)]
    each, together = called[:-2], called[-2:]
    return roads, [*each[:SHOWN], *together]


def _line(use: Use, channel: str, name: str) -> Line:
    seconds, unit = use.quota.seconds, "人次" if use.quota.copies else "次"
    span = "今天" if use.quota.daily else SPANS.get(round(seconds), f"{seconds:.0f} 秒内")
    return Line(channel, name, span, unit, use.used, use.most, use.nearly)
