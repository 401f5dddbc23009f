"""The birth of a drill's message: a drill from the first moment, with an identifier of our own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Node
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.content import content
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.alerts.recompute import alert_digest
from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import SEVERITIES, Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea

SENDER = "drill"
STATUS = "Exercise"  # CAP's word


@dataclass(frozen=True)
class Played:
    """What a drill's message says. `event_code` and `grade` are what is practised, `unit` who practises."""

    event_code: str
    grade: Grade | None
    unit: str
    text: str
    areas: Sequence[Node]
    expires: datetime


async def born(session: AsyncSession, played: Played, *, by: str, at: datetime) -> Alert:
    """An alert that can never be anything but a drill. It is not sent yet."""
    uid, danger = uuid7(at), hazard(played.event_code)
    info = Info(
        "zh-CN",
        danger.name,
        danger.code,
        played.grade,
        severity=SEVERITIES.get(played.grade, "Unknown") if played.grade else "Unknown",
        sender_name=played.unit,
        headline=f"{played.grade.zh if played.grade else ''}{danger.name}",
        description=played.text,
        expires=played.expires,
        areas=tuple(MessageArea(node.name, (node.code,)) for node in played.areas),
    )
    said = content(Message(Form.own, uid, SENDER, at, (info,), status=STATUS))
    alert = Alert(
        uid=uid,
        thread=uid,
        kind=Kind.drill,
        status=Status.stored,
        msg_type="Alert",
        identifier=uid,
        sender=SENDER,
        sender_name=played.unit,
        sent=at,
        expires=played.expires,
        event=danger.name[:64],
        event_code=danger.code,
        grade=played.grade,
        headline=info.headline,
        content=said,
        received_at=at,
    )
    session.add(alert)
    await session.flush()
    record(session, by, "alert.taken", uid, at, sha256=alert_digest(said), form=Form.own.value)
    return alert
