"""Reads a pasted text as far as words tell, shows what came from where, and makes a message of what is confirmed."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from bot.letters import NARROW
from broadcasts.hazards.catalogue import Hazard, mention
from broadcasts.hazards.catalogue import hazard as by_code
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea, Reference
from broadcasts.intake.readers import ends, moments, regions, wording
from broadcasts.intake.readers.colour import spoken
from broadcasts.intake.readers.identity import is_national
from broadcasts.intake.readers.national.infos import severity

T = TypeVar("T")
LONGEST: Final = 4000  # letters looked at: no warning is longer, and patterns take time
PLAIN: Final = {**NARROW, 0x3000: 0x20}  # and the wide space
WARNING = re.compile(r"预警|警报|警戒")
STOP = re.compile(r"[。:\n]")


@dataclass(frozen=True, slots=True)
class Proposed(Generic[T]):
    """A value and the span of the letters that it was read from."""

    value: T
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a text seems to say. None: not found, the officer must say it. `msg_type` is CAP's word, its span 解除 …"""

    station: Proposed[str] | None = None
    hazard: Proposed[str] | None = None
    event_code: Proposed[str] | None = None
    colour: Proposed[Grade] | None = None
    sent: Proposed[datetime] | None = None
    msg_type: Proposed[str] | None = None
    areas: tuple[Proposed[str], ...] = ()
    expires: Proposed[datetime] | None = None


def propose(text: str, now: datetime, places: Collection[str] = ()) -> Proposal:
    """Read `text` as a station's warning. `places`: names of the county's own areas, which then alone count as such.
    Nothing is decided here: every value stands beside its words for the officer to confirm."""
    plain = text[:LONGEST].translate(PLAIN)
    sent = moments.issued(plain, now)
    timeless = _masked(plain, sent[1:]) if sent else plain
    expires = ends.end(timeless, sent[0] if sent else now)
    station = wording.station(timeless)
    rest = _masked(timeless, station) if station else timeless
    head = rest[: _head(rest)]
    named = mention(head) or _phrase(head) or mention(rest)
    coloured = spoken(head) or spoken(rest)
    verb = wording.verb(head) or wording.verb(rest)
    return Proposal(
        station=Proposed(text[slice(*station)], *station) if station else None,
        hazard=Proposed(named[0].name, *named[1:]) if named else None,
        event_code=Proposed(named[0].code, *named[1:]) if named and named[0].known else None,
        colour=Proposed(*coloured) if coloured else None,
        sent=Proposed(*sent) if sent else None,
        msg_type=Proposed(*verb) if verb else None,
        areas=_areas(rest, len(head), places) or _home(text, station),
        expires=Proposed(*expires) if expires else None,
    )


def to_message(
    text: str,
    *,
    station: str,
    sent: datetime,
    event: str,
    colour: Grade | None,
    msg_type: str = "Alert",
    event_code: str | None = None,
    areas: tuple[MessageArea, ...] = (),
    references: tuple[Reference, ...] = (),
    expires: datetime | None = None,
    identifier: str = "",
) -> Message:
    """The message of what the officer confirmed. The text goes in verbatim; without an identifier of its own it gets
    one that the same text always gets, so that pasting twice is one alert."""
    info = Info(
        language="zh-CN",
        event=event or by_code(event_code or "").name,
        event_code=event_code,
        colour=colour,
        severity=severity(colour),
        expires=expires,
        sender_name=station,
        headline=text[: _head(text[:LONGEST].translate(PLAIN))].strip(),
        description=text,
        areas=areas,
    )
    return Message(
        form=Form.paste,
        identifier=identifier or f"paste-{hashlib.sha256(text.strip().encode()).hexdigest()[:24]}",
        sender=station,
        sent=sent,
        infos=(info,),
        msg_type=msg_type,
        references=references,
        national=is_national(identifier),
        raw=text.encode(),
    )


def _head(plain: str) -> int:
    """Where a text's first statement ends: at the stop after 预警, else after the first line."""
    warned = WARNING.search(plain)
    stop = STOP.search(plain, warned.end() if warned else 0)
    return stop.start() if stop else len(plain)


def _phrase(head: str) -> tuple[Hazard, int, int] | None:
    """A danger that our table lacks: the words between the verb and the colour."""
    match = wording.PHRASE.search(head)
    return (by_code("", match[1]), *match.span(1)) if match else None


def _areas(rest: str, start: int, places: Collection[str]) -> tuple[Proposed[str], ...]:
    return tuple(Proposed(*found) for found in regions.places(_masked(rest, (0, start)), places))


def _home(text: str, station: tuple[int, int] | None) -> tuple[Proposed[str], ...]:
    """Where the text names no place, the one in the station's own name."""
    name = text[slice(*station)] if station else ""
    found = wording.region(name)
    return (Proposed(found, station[0], station[0] + len(found)),) if station and found != name else ()


def _masked(text: str, span: tuple[int, int]) -> str:
    """`text` with the span blanked, so that every other letter keeps its place."""
    return text[: span[0]] + " " * (span[1] - span[0]) + text[span[1] :]
