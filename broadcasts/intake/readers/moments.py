"""Finds the time at which a Chinese text says that it was issued."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from broadcasts.intake.readers.numerals import arabic
from broadcasts.intake.readers.times import CHINA
from broadcasts.intake.readers.wording import ISSUED

PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间|晚"
MINUTE = r"(?:[时点]\s*(?:(?P<quarter>[13])刻|(?P<minute>\d{1,2})\s*分?|(?P<half>半)|整)?|:(?P<colon>\d\d)(?::\d\d)?)"
CLOCK = rf"(?P<part>{PART})?\s*(?P<hour>\d{{1,2}})\s*{MINUTE}"
DAY = r"(?:(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*)?(?P<day>\d{1,2})(?:\s*[日号][\sT]*|[\sT]+)"
MOMENT = re.compile(rf"(?<!\d)(?:{DAY}|(?P<near>今|昨|当|明)(?:天|日|晨|早|(?=晚))\s*)?{CLOCK}")
ELSEWHEN = re.compile(r"(?:预计|未来|截至|截止|截止到|过去|从|自|至|到|于此前)\s*$")
UNTIL = re.compile(r"\s*(?:至|到|前|内|以前|之前|起|[-—~～])")
STATED = re.compile(r"(?:时间|发布|签发)[^\d，。]{0,4}$")
AHEAD = timedelta(hours=1)
EVENING = {"下午", "傍晚", "晚上", "夜间", "晚"}


def issued(text: str, now: datetime) -> tuple[datetime, int, int] | None:
    """The time of issue and its span: the one before the verb or after 发布时间, else the first that is not a
    forecast's. What is left out (year, month, day) is what brings it nearest before `now`; +08:00 is meant."""
    told = arabic(text)
    found = [(at, match) for match in _moments(told.text) if (at := _resolve(match, now.astimezone(CHINA)))]
    near = ((at, match) for at, match in found if _is_issue(told.text, match))
    chosen = next(near, next(iter(found), None))
    return (chosen[0], *told.span(*chosen[1].span())) if chosen else None


def readings(match: re.Match[str], near: datetime) -> list[datetime]:
    """Every moment about `near` that the words can mean."""
    return [at for day in _days(match, near) if (at := _at(day, match))]


def _moments(text: str) -> Iterator[re.Match[str]]:
    for match in MOMENT.finditer(text):
        if (
            match["near"] != "明"
            and not ELSEWHEN.search(text[max(0, match.start() - 6) : match.start()])
            and not UNTIL.match(text, match.end())
        ):
            yield match


def _is_issue(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + 24].partition("。")[0]
    before = text[max(0, match.start() - 12) : match.start()]
    return bool(ISSUED.search(after) or STATED.search(before))


def _resolve(match: re.Match[str], now: datetime) -> datetime | None:
    """The latest reading that is not ahead of `now` (by more than a clock may be), else the nearest; None where the
    numbers make no date."""
    found = readings(match, now)
    return min(found, key=lambda at: (at > now + AHEAD, abs(at - now)), default=None)


def _days(match: re.Match[str], now: datetime) -> Iterator[datetime]:
    """Midnights of every day that the words can mean."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if not match["day"]:
        away = {"今": (0,), "当": (0,), "昨": (-1,), "明": (1,)}.get(match["near"] or "", (-1, 0, 1))
        yield from (today + timedelta(days=days) for days in away)
        return
    months = [today.year * 12 + today.month - 1 + away for away in (-1, 0, 1)]
    if match["month"]:
        years = [int(match["year"])] if match["year"] else [today.year + away for away in (-1, 0, 1)]
        months = [year * 12 + int(match["month"]) - 1 for year in years if 1 <= int(match["month"]) <= 12]
    for month in months:
        try:
            yield datetime(month // 12, month % 12 + 1, int(match["day"]), tzinfo=CHINA)
        except ValueError:
            continue


def _at(day: datetime, match: re.Match[str]) -> datetime | None:
    hour = int(match["hour"])
    minute = 30 if match["half"] else 15 * int(match["quarter"] or 0) or int(match["minute"] or match["colon"] or 0)
    part = match["part"] or ""
    if hour < 12 and (part in EVENING or (part == "中午" and hour < 3)):
        hour += 12
    if hour == 12 and part in {"凌晨", "晚上", "夜间", "晚"}:
        hour = 0 if part == "凌晨" else 24
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    try:
        return day + timedelta(hours=hour, minutes=minute)
    except OverflowError:
        return None
