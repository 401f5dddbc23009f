"""When it happened, as people say it: 刚才, 凌晨三点, 昨晚8点半, 7月11日. Pure; when it was said is given."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.reports.reading.numbers import CHARS, number

N = rf"([0-9]{{1,2}}|[{CHARS}]{{1,3}})"
DAYS = {
    **{"大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨": -1},
    **{"今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今晨": 0, "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "后天": 2},
}
DAY = "|".join(sorted(DAYS, key=len, reverse=True))
PARTS = {
    **{"凌晨": 3, "清晨": 6, "早晨": 7, "早上": 7, "早": 7, "晨": 6, "上午": 10, "中午": 12, "下午": 15, "傍晚": 18},
    **{"晚上": 21, "夜里": 23, "半夜": 2, "晚": 21, "夜": 23},
}
PART = "|".join(sorted(PARTS, key=len, reverse=True))
LATE = {"下午", "傍晚", "晚上", "夜里", "晚"}
JUST = re.compile(r"刚才|刚刚|刚|现在|正在|眼下")
AGO = re.compile(rf"(半|{N[1:-1]}) ?个?(小时|钟头|分钟)(?:以?前|之前)")
DATED = re.compile(rf"(?:([0-9]{{4}})年)?{N}月{N}[日号]")
CLOCK = re.compile(
    rf"(?:({DAY}))?({PART})?{N}(?:点钟?|[:：时])(半|一刻|三刻|{N[1:-1]}(?=分|[^0-9{CHARS}户人间亩个组社队号]|$))?(?![亩户间])"
)
ONLY_DAY = re.compile(rf"({DAY})({PART})?")


@dataclass(frozen=True)
class When:
    """`at` None: nothing is said. `future`: it has not been yet, so that somebody has to be asked."""

    at: datetime | None = None
    words: str = ""
    future: bool = False


def when(text: str, said_at: datetime, zone: ZoneInfo) -> When:
    local = said_at.astimezone(zone)
    found = _ago(text, local) or _clock(text, local) or _day(text, local) or _just(text, local)
    if found is None:
        return When()
    at, words = found
    return When(at, words, at > local + timedelta(minutes=10))


def _ago(text: str, local: datetime) -> tuple[datetime, str] | None:
    found = AGO.search(text)
    many = number(found.group(1)) if found else None
    if found is None or many is None:
        return None
    minutes = many * (1 if found.group(2) == "分钟" else 60)
    return local - timedelta(minutes=minutes), found.group()


def _clock(text: str, local: datetime) -> tuple[datetime, str] | None:
    found = CLOCK.search(text)
    hour = number(found.group(3)) if found else None
    if found is None or hour is None or hour > 24:
        return None
    part, minute = found.group(2) or "", _minute(found.group(4))
    if hour < 12 and (part in LATE or (found.group(1) or "").endswith(("晚", "夜"))) and hour >= 4:
        hour += 12
    day, dated = _date(text, local)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if dated:
        start = day
    elif found.group(1):
        start += timedelta(days=DAYS[found.group(1)])
    at = start + timedelta(hours=hour, minutes=minute)
    if not dated and not found.group(1) and at > local + timedelta(hours=1):
        at -= timedelta(days=1)  # 晚上十点, said in the morning, was yesterday
    return at, found.group().strip()


def _minute(text: str | None) -> float:
    named = {"半": 30, "一刻": 15, "三刻": 45}
    found = named.get(text or "", number(text) if text else 0)
    return found if found is not None and found < 60 else 0


def _date(text: str, local: datetime) -> tuple[datetime, str]:
    found = DATED.search(text)
    if found is None:
        return local, ""
    month, day = number(found.group(2)), number(found.group(3))
    try:
        at = local.replace(
            year=int(found.group(1) or local.year), month=int(month or 0), day=int(day or 0),
            hour=0, minute=0, second=0, microsecond=0,
        )  # fmt: skip
    except ValueError:
        return local, ""
    return at, found.group()


def _day(text: str, local: datetime) -> tuple[datetime, str] | None:
    day, dated = _date(text, local)
    if dated:
        return min(day + timedelta(hours=12), local) if day <= local else day, dated
    found = ONLY_DAY.search(text)
    if found is None:
        return None
    part = found.group(2) or ("晚" if found.group(1).endswith(("晚", "夜")) else "")
    hours = PARTS.get(part, local.hour if not part else 12)
    at = local.replace(hour=hours, minute=0, second=0, microsecond=0) + timedelta(days=DAYS[found.group(1)])
    return (min(at, local) if DAYS[found.group(1)] <= 0 else at), found.group()


def _just(text: str, local: datetime) -> tuple[datetime, str] | None:
    found = JUST.search(text)
    return (local, found.group()) if found else None
