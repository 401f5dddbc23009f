"""Moments as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broadcasts.dispatch.texts.render import CHINESE, other

PARTS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def spoken(at: datetime, now: datetime, zone: ZoneInfo, language: str = CHINESE) -> str:
    """今天凌晨2:38, 明天下午3点, or 7月12日晚上8:05 where it could be another day; or by a language's own time.txt."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if theirs := other("time.txt", language):
        return str(theirs.module.spoken(local, (local.date() - today).days)).strip()  # type: ignore[attr-defined]
    part = next(name for until, name in PARTS if local.hour < until)
    hour = local.hour if local.hour <= 12 else local.hour - 12
    clock = f"{part}{hour}点" if local.minute == 0 else f"{part}{hour}:{local.minute:02d}"
    days = {today: "今天", today + timedelta(days=1): "明天", today - timedelta(days=1): "昨天"}
    return days.get(local.date(), f"{local.month}月{local.day}日") + clock
