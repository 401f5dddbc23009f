"""The field sheet of an alert for a broadcast platform (应急广播消息, EBM): what somebody there types in. Without that
platform's certificates nothing is sent to it. data/ names the fields and where they were read."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.texts.alert_text import main_info
from broadcasts.dispatch.texts.marks import MARK, both_ends
from broadcasts.hazards.grades import Grade

REAL, CANCEL = 1, 2
DRILLS = {3: "平台演练", 4: "前端演练", 5: "终端演练"}
SEVERITIES = {Grade.red: 1, Grade.orange: 2, Grade.yellow: 3, Grade.blue: 4}
CODE = 12  # digits of a division


@dataclass(frozen=True)
class EbmField:
    """`value` is empty where the broadcast platform fills it in itself; `hint` says what may stand there."""

    path: str
    name: str
    zh: str
    value: str
    hint: str


@cache
def _table() -> tuple[dict[str, str], ...]:
    text = (files("broadcasts.outlets") / "data" / "emergency_broadcast_ebm_fields.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def sheet(
    alert: Alert, areas: Tree, hit: Iterable[int], text: str, at: datetime, zone: ZoneInfo, *, drill: int = 3
) -> list[EbmField]:
    """Of an alert that hits these areas. `text` is what loudspeakers read, the alert's own words where it is empty;
    `drill` is which kind of drill a drill is."""
    values = {
        "EBMVersion": "1",
        "MsgType": str(_type(alert, drill)),
        "SenderName": alert.sender_name,
        "SendTime": _moment(alert.sent, zone),
        "EventType": alert.event_code or "",
        "Severity": str(SEVERITIES.get(alert.grade, "")) if alert.grade else "",
        "StartTime": _moment(at, zone),
        "EndTime": _moment(alert.expires, zone) if alert.expires else "",
        "LanguageCode": "zho",
        "MsgTitle": _title(alert),
        "MsgDesc": text or _own(alert),
        "AreaCode": ",".join(codes(areas, hit)),
    }
    return [EbmField(r["path"], r["name"], r["zh"], values.get(r["name"], ""), r["values"]) for r in _table()]


def codes(areas: Tree, hit: Iterable[int]) -> list[str]:
    """Divisions by twelve digits; an area with a code of the county's own stands for the nearest one above it."""
    found = {_division(areas, area_id) for area_id in hit}
    return sorted(found - {""})


def _division(areas: Tree, area_id: int) -> str:
    own = (node.code for node in areas.up(area_id))
    return next((code.ljust(CODE, "0") for code in own if code.isdigit() and len(code) in {6, 9, CODE}), "")


def _type(alert: Alert, drill: int) -> int:
    if alert.kind is Kind.drill:
        return drill if drill in DRILLS else min(DRILLS)
    return CANCEL if alert.msg_type == "Cancel" else REAL


def _title(alert: Alert) -> str:
    return f"{MARK}{alert.headline}{MARK}" if alert.kind is Kind.drill else alert.headline


def _own(alert: Alert) -> str:
    words = str(main_info(alert).get("description") or alert.headline)
    return both_ends(words) if alert.kind is Kind.drill else words


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
