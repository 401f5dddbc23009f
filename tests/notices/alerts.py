"""An alert as values, for rules that look at a few of them."""

from typing import Any

from broadcasts.alerts.models import Alert, Kind, Status
from tests.world import NIGHT


def plain(**more: Any) -> Alert:
    facts: dict[str, Any] = {
        "uid": "u", "thread": "u", "kind": Kind.warning, "status": Status.issued, "msg_type": "Alert",
        "identifier": "i", "sender": "s", "sender_name": "s", "sent": NIGHT, "event": "暴雨", "headline": "",
        "content": {"infos": []}, "received_at": NIGHT,
    }  # fmt: skip
    return Alert(**{**facts, **more})
