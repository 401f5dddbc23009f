"""Reads the info blocks of a CAP alert, with their areas and resources."""

import re
from datetime import datetime

from lxml import etree

from broadcasts.intake.message import Info, MessageArea
from broadcasts.intake.readers import places, times, xml
from broadcasts.intake.readers.colour import colour
from broadcasts.intake.readers.resources import resource

Pairs = tuple[tuple[str, str], ...]
EVENT_CODE = re.compile(r"1[1-4][A-Z]\d\d", re.ASCII)


def read(info: etree._Element) -> Info:
    """One valid info block. The event code is taken from eventCode alone; the event's name is kept as it stands."""
    event, headline = xml.word(info, "event"), xml.words(info, "headline")
    parameters, codes = _pairs(info, "parameter"), _pairs(info, "eventCode")
    severity = xml.word(info, "severity")
    return Info(
        language=xml.word(info, "language") or "en-US",
        event=event,
        event_code=next((value for _, value in codes if EVENT_CODE.fullmatch(value)), None),
        colour=colour(parameters, (headline, event), severity),
        categories=xml.each(info, "category"),
        urgency=xml.word(info, "urgency"),
        severity=severity,
        certainty=xml.word(info, "certainty"),
        response_types=xml.each(info, "responseType"),
        audience=xml.word(info, "audience"),
        effective=_time(info, "effective"),
        onset=_time(info, "onset"),
        expires=_time(info, "expires"),
        sender_name=xml.word(info, "senderName"),
        headline=headline,
        description=xml.words(info, "description"),
        instruction=xml.words(info, "instruction"),
        web=xml.word(info, "web"),
        contact=xml.word(info, "contact"),
        parameters=parameters,
        event_codes=codes,
        resources=tuple(map(resource, xml.children(info, "resource"))),
        areas=tuple(map(_area, xml.children(info, "area"))),
    )


def _area(area: etree._Element) -> MessageArea:
    """A shape that cannot be read stays among the other codes, so that nothing is lost in silence."""
    codes, other = _geocodes(_pairs(area, "geocode"))
    rings = [(text, places.usable(text)) for text in xml.each(area, "polygon")]
    circles = [(text, places.circle(text)) for text in xml.each(area, "circle")]
    lost = [("polygon", text) for text, ring in rings if not ring]
    lost += [("circle", text) for text, circle in circles if not circle]
    return MessageArea(
        desc=xml.word(area, "areaDesc"),
        codes=codes,
        other_codes=(*other, *lost),
        polygons=tuple(ring for _, ring in rings if ring),
        circles=tuple(circle for _, circle in circles if circle),
        altitude=places.number(xml.word(area, "altitude")),
        ceiling=places.number(xml.word(area, "ceiling")),
    )


def _geocodes(pairs: Pairs) -> tuple[tuple[str, ...], Pairs]:
    """Division codes as given, and every code of another kind with its name."""
    read = [(pair, places.codes(*pair)) for pair in pairs]
    known = tuple(code for _, found in read for code in found)
    return known, tuple(pair for pair, found in read if not found)


def _pairs(element: etree._Element, name: str) -> Pairs:
    return tuple((xml.word(one, "valueName"), xml.word(one, "value")) for one in xml.children(element, name))


def _time(info: etree._Element, name: str) -> datetime | None:
    return times.cap(xml.word(info, name))
