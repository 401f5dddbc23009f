"""What an update changes, in the few letters that a first line has for it."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import Alert
from broadcasts.audience.places import prefix
from broadcasts.dispatch.texts.spoken import spoken


class Change(NamedTuple):
    """`graded`: the words name the colours, so that the facts need not."""

    words: str
    graded: bool = False


def changed(old: Alert, new: Alert, at: datetime, zone: ZoneInfo) -> Change | None:
    """升级：橙色→红色, else 范围扩大, else 延长到今天上午9点: a first line has room for the gravest of them alone. None
    where none of these differs."""
    if old.grade and new.grade and old.grade is not new.grade:
        verb = "升级" if new.grade.rank < old.grade.rank else "降级"
        return Change(f"{verb}：{old.grade.zh}→{new.grade.zh}", graded=True)
    words = _where(codes(old), codes(new)) or _until(old.expires, new.expires, at, zone)
    return Change(words) if words else None


def codes(alert: Alert) -> frozenset[str]:
    """The division codes of all blocks, without filling zeros."""
    infos = alert.content.get("infos", [])
    return frozenset(prefix(code) for info in infos for area in info["areas"] for code in area["codes"])


def _where(old: frozenset[str], new: frozenset[str]) -> str:
    """A place within another adds nothing to it."""
    if not old or not new:
        return ""
    more = any(not _inside(code, old) for code in new)
    less = any(not _inside(code, new) for code in old)
    if more and less:
        return "范围改变"
    return "范围扩大" if more else "范围缩小" if less else ""


def _inside(code: str, around: frozenset[str]) -> bool:
    return any(code.startswith(one) for one in around)


def _until(old: datetime | None, new: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    if old is None or new is None or new == old:
        return ""
    return f"延长到{spoken(new, at, zone)}" if new > old else f"提前到{spoken(new, at, zone)}结束"
