"""With what a new notice begins, so that little is left to type: an update with all that holds, an all-clear with its
words ready."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.own_words import corrects
from broadcasts.dispatch.texts.render import wording
from broadcasts.notices.queries import of_alert
from broadcasts.notices.writing.content import Content
from broadcasts.notices.writing.write import NothingToEnd, current

TO = ("灾害信息员", "网格员", "村群")  # whom a new notice proposes


@dataclass(frozen=True)
class Begun:
    kind: Kind
    content: Content
    msg_type: str = "Alert"
    refers: str = ""


def first(kind: Kind, at: datetime, areas: Sequence[str]) -> Begun:
    """Empty but for what is nearly always so."""
    now = at.replace(second=0, microsecond=0)
    if kind is Kind.local:
        return Begun(kind, Content(order="现在转移", starts=now))
    return Begun(kind, Content(areas=tuple(areas), roles=TO, loud=False))


async def another(session: AsyncSession, alert: Alert) -> Begun:
    """An update: what holds, to be changed. Raises NothingToEnd."""
    return Begun(alert.kind, await _said(session, alert), "Update", alert.uid)


async def all_clear(session: AsyncSession, alert: Alert) -> Begun:
    """The all-clear, ready to be handed in. Raises NothingToEnd."""
    areas, words = await tree(session), wording("own.txt", "CLEAR")
    what = headline(alert, Purpose.first, None, place(areas, hit(message(alert.content), areas)))
    local = alert.kind is Kind.local
    content = replace(
        await _said(session, alert),
        text=words["text" if local else "cancelled"].format(what=what),
        measures=words["measures"] if local else "",
        ends=None,
        loud=False,
    )
    return Begun(alert.kind, content, "Cancel", alert.uid)


async def _said(session: AsyncSession, alert: Alert) -> Content:
    notice = await of_alert(session, alert.id)
    if notice is None or corrects(alert):
        raise NothingToEnd
    return await current(session, notice)
