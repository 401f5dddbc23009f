"""From a message to an alert's row: kind, hazard, colour, end and thread; no decision about sending."""

from datetime import datetime

from bot.ids import uuid7
from broadcasts.alerts.content import content
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.hazards import catalogue
from broadcasts.intake.message import Fault, Form, Message, Unreadable

LONGEST = 255  # characters of an identifier or a name
STATION = "416"  # the agency digits of the weather service in a national identifier


def adopt(message: Message, at: datetime) -> Alert:
    """An alert of its own thread, stored for now. `expires` not after `sent` counts as no end; the message keeps it. An
    all-clear has none: what is over stays over. Raises Unreadable for a name longer than any register holds."""
    info = message.main
    for path, text in (
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("senderName", info.sender_name),
    ):
        if len(text) > LONGEST:
            raise Unreadable(Fault(path, None, f"超过 {LONGEST} 个字。请让发来方改短。"))
    hazard = (
        catalogue.hazard(info.event_code, info.event)
        if info.event_code
        else catalogue.by_name(f"{info.event} {info.headline}")
    )
    uid = uuid7(at)
    return Alert(
        uid=uid,
        thread=uid,
        kind=kind(message, hazard.code if hazard else None),
        status=Status.stored,
        msg_type=message.msg_type,
        identifier=message.identifier,
        sender=message.sender,
        national=message.national,
        sender_name=info.sender_name or message.sender,
        sent=message.sent,
        expires=None if message.msg_type == "Cancel" else _ends(message),
        event=(hazard.name if hazard else info.event)[:64],
        event_code=hazard.code if hazard else info.event_code,
        grade=info.colour,
        headline=info.headline,
        content=content(message),
        typed_in=message.form is Form.paste,
        received_at=at,
    )


def kind(message: Message, event_code: str | None) -> Kind:
    """A weather station's message is a signal; everybody else's a warning of that authority; without a colour it is
    information."""
    if message.main.colour is None:
        return Kind.information
    station = message.national and message.identifier[6:9] == STATION
    named = "气象" in f"{message.sender}{message.main.sender_name}"
    weather = (event_code or "11B").startswith("11B")
    return Kind.signal if weather and (station or named) else Kind.warning


def _ends(message: Message) -> datetime | None:
    ends = message.main.expires
    return ends if ends and ends > message.sent else None


def not_for_us(message: Message, at: datetime, *, elsewhere: bool) -> str:
    """Why a message is kept and shown but never planned; empty where it is for us."""
    if message.status != "Actual":
        return f"status {message.status}"
    if message.scope != "Public":
        return f"scope {message.scope}"
    if message.msg_type not in {"Alert", "Update", "Cancel"}:
        return f"msgType {message.msg_type}"
    if elsewhere:
        return "elsewhere"
    ends = _ends(message)
    return "expired" if ends is not None and ends <= at else ""
