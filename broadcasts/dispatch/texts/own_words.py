"""What the county itself says, in its own order: a local warning begins with what to do, a notice with what it is. No
colour stands in a notice, and neither is ever called a signal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import OWN, Alert, Kind
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.render import render, wording
from broadcasts.dispatch.texts.spoken import spoken

__all__ = ["OWN", "Said", "body", "by_whom", "corrects", "first_line", "said"]
ORDER, FORM, APPROVER = "order", "form", "approver"  # names of parameters
CORRECTION = "更正"


@dataclass(frozen=True)
class Said:
    """The parts of an own message as they were frozen. `steps` are what to do, each a line."""

    order: str
    form: str
    approver: str
    text: str
    steps: list[str]
    starts: datetime | None


def said(alert: Alert) -> Said:
    info = (alert.content.get("infos") or [{}])[0]
    named = dict(info.get("parameters") or [])
    starts = info.get("onset")
    steps = str(info.get("instruction") or "").splitlines()
    return Said(
        str(named.get(ORDER, "")),
        str(named.get(FORM, "")),
        str(named.get(APPROVER, "")),
        str(info.get("description") or alert.headline),
        [step.strip() for step in steps if step.strip()],
        datetime.fromisoformat(starts) if starts else None,
    )


def corrects(alert: Alert) -> bool:
    return alert.kind is Kind.notice and said(alert).form == CORRECTION


def first_line(alert: Alert, purpose: Purpose, change: str, place: str) -> str:
    """现在转移 柳湾村 山洪; 通知 明天停课 柳湾镇. An update says first what changed."""
    own, words = said(alert), wording("own.txt", "FIRST")
    if purpose is Purpose.all_clear:
        what = f"{place} {alert.event}" if alert.kind is Kind.local else f"{own.form} {alert.event} {place}"
        return f"{words['clear' if alert.kind is Kind.local else 'cancel']} {what}".strip()
    facts = f"{own.order} {place} {alert.event}" if alert.kind is Kind.local else f"{own.form} {alert.event} {place}"
    before = f"{change or words['update']} " if purpose is Purpose.update and own.form != CORRECTION else ""
    return f"{before}{facts}".strip()


def by_whom(alert: Alert, purpose: Purpose, when: str) -> str:
    """Who says so and when; of a notice also who approved it, of a local warning its own grade."""
    clear = purpose is Purpose.all_clear
    grade = alert.grade.zh if alert.grade else ""
    facts: dict[str, Any] = {"body": alert.sender_name, "when": when, "clear": clear, "local": alert.kind is Kind.local}
    own = said(alert)
    return render("own.txt", part="said", grade=grade, approver=own.approver, fixed=own.form == CORRECTION, **facts)


def body(alert: Alert, place: str, at: datetime, zone: ZoneInfo, *, steps: bool = True) -> str:
    """The whole of it below the first lines. A page shows the `steps` apart."""
    own = said(alert)
    return render(
        "own.txt",
        part="body",
        text=own.text,
        place=place,
        starts=spoken(own.starts, at, zone) if own.starts else "",
        steps=own.steps if steps else [],
        local=alert.kind is Kind.local and alert.msg_type != "Cancel",
    )
