"""What the machine API says of alerts, broadcasts and copies; the field names are public."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.directory.outlets.models import OutletKind
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.progress import Progress
from broadcasts.intake.take import Taken
from broadcasts.outlets.figures import OutletFigures


def moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    """RFC 3339 with the county's offset."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def taken(one: Taken) -> dict[str, str]:
    return {"id": one.alert.uid, "identifier": one.alert.identifier, "status": one.alert.status.value}


def alert(a: Alert, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": a.uid,
        "identifier": a.identifier,
        "sender": a.sender,
        "sender_name": a.sender_name,
        "status": a.status.value,
        "kind": a.kind.value,
        "msg_type": a.msg_type,
        "thread": a.thread,
        "event": a.event,
        "event_code": a.event_code,
        "grade": a.grade.value if a.grade else None,
        "headline": a.headline,
        "sent": moment(a.sent, zone),
        "expires": moment(a.expires, zone),
        "received_at": moment(a.received_at, zone),
        "ended_at": moment(a.ended_at, zone),
        "replaced_by": a.replaced_by,
        "typed_in": a.typed_in,
        "note": a.note,
        "content": a.content,
    }


def broadcast(
    p: Progress, outlets: Mapping[OutletKind, OutletFigures], alert_uid: str | None, zone: ZoneInfo
) -> dict[str, Any]:
    b: Broadcast = p.broadcast
    return {
        "id": b.id,
        "alert_id": alert_uid,
        "subject": b.subject,
        "purpose": b.purpose.value,
        "drill": b.drill,
        "road": b.road.value,
        "mode": b.mode.value,
        **p.total,
        "people": b.people,
        "answered": p.answered,
        "calls": b.calls,
        "by_channel": {name or "none": c for name, c in p.by_channel.items()},
        "by_area": p.by_area,
        "outlets": {
            kind.value: {"targets": len(f.lines), "done": f.done, "cannot": len(f.cannot)}
            for kind, f in outlets.items()
        },
        "started_at": moment(b.started_at, zone),
        "finished_at": moment(b.finished_at, zone),
    }
