"""Finds until when a Chinese text says that it holds: 有效期至12日8时, 未来6小时, 持续到明天上午8时."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from broadcasts.intake.readers.moments import MOMENT, readings
from broadcasts.intake.readers.numerals import Told, arabic
from broadcasts.intake.readers.times import CHINA

LONGEST = timedelta(days=10)  # what is further away is no end of a warning
HOURS = re.compile(r"(?:\d{1,3}\s*[-~～—至到]\s*)?(\d{1,3})\s*个?小时(?P<inside>之?内|以内)?")
COMING = re.compile(r"(?:未来|今后|接下来|往后|从现在起|预计)[^，。；\d]{0,6}$")
GONE = re.compile(r"(?:过去|近|前|此前|已|已经|持续了)[^，。；\d]{0,4}$")
LABEL = re.compile(r"(?:有效期|有效时间|有效至|失效时间|结束时间|时效)[^，。；]{0,24}$")
UNTO = re.compile(r"(?:(?<!截)至|(?<!截止)(?<!达)到|[—~～-])\s*$")
Found = tuple[datetime, int, int]


def end(text: str, sent: datetime) -> Found | None:
    """The end and its span: one labelled as such, else the first that the text names; hours count from `sent`."""
    told = arabic(text)
    labelled: list[Found] = []
    plain: list[Found] = []
    for at, start, stop in sorted((*_moments(told, sent), *_hours(told, sent)), key=lambda found: found[1]):
        if timedelta() < at - sent <= LONGEST:
            (labelled if LABEL.search(told.text[:start]) else plain).append((at, start, stop))
    chosen = next(iter([*labelled[-1:], *plain]), None)
    return (chosen[0], *told.span(*chosen[1:])) if chosen else None


def _hours(told: Told, sent: datetime) -> Iterator[Found]:
    """未来3到6小时 ends with the longer; 6小时内 alone counts too, 过去6小时内 does not."""
    for match in HOURS.finditer(told.text):
        before = told.text[max(0, match.start() - 12) : match.start()]
        coming = COMING.search(before) or (match["inside"] and not GONE.search(before))
        if coming and (hours := int(match[1])):
            yield sent + timedelta(hours=hours), match.start(), match.end()


def _moments(told: Told, sent: datetime) -> Iterator[Found]:
    here = sent.astimezone(CHINA)
    for match in MOMENT.finditer(told.text):
        before = told.text[max(0, match.start() - 24) : match.start()]
        if not UNTO.search(before) and not LABEL.search(before):
            continue
        later = [at for at in readings(match, here) if at > sent]
        if later:
            yield min(later), match.start(), match.end()
