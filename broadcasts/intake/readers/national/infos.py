"""Reads the info blocks of the platform's XML: colours as severity, comma lists of divisions, metres."""

from collections.abc import Iterator

from lxml import etree

from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import SEVERITIES, Grade
from broadcasts.intake.message import Info, MessageArea
from broadcasts.intake.readers import places, times, wording, xml
from broadcasts.intake.readers.colour import plain
from broadcasts.intake.readers.resources import resource

Pairs = tuple[tuple[str, str], ...]
URGENCIES = {"Immediate", "Expected", "Future", "Past"}
CERTAINTIES = {"VeryLikely": "Likely", "Observed": "Observed", "Likely": "Likely", "Unlikely": "Unlikely"}


def read(alert: etree._Element) -> tuple[Info, ...]:
    """The info blocks, with what the platform says once for all of them: its channels and the phone to ask."""
    sender, phone, channels = xml.word(alert, "sender"), xml.word(alert, "phone"), tuple(_channels(alert))
    return tuple(_info(info, sender, phone, channels) for info in xml.children(alert, "info"))


def _info(info: etree._Element, sender: str, phone: str, channels: Pairs) -> Info:
    """One info block. Its senderName is the officer who signed, so the station's name is the alert's sender;
    `expires` stays as it is, also where it is not after the sending."""
    colour, code = plain(xml.word(info, "severity")), xml.word(info, "eventType")
    headline, urgency = xml.words(info, "headline"), xml.word(info, "urgency")
    return Info(
        language=xml.word(info, "language") or "zh-CN",
        event=hazard(code, wording.named(headline)).name,
        event_code=code,
        colour=colour,
        urgency=urgency if urgency in URGENCIES else "Unknown",
        severity=severity(colour),
        certainty=CERTAINTIES.get(xml.word(info, "certainty"), "Unknown"),
        effective=times.china(xml.word(info, "effective")),
        onset=times.china(xml.word(info, "onset")),
        expires=times.china(xml.word(info, "expires")),
        sender_name=sender,
        headline=headline,
        description=xml.words(info, "description"),
        instruction=xml.words(info, "instruction"),
        web=xml.word(info, "web"),
        contact=phone,
        parameters=(("senderName", xml.word(info, "senderName")), *channels),
        resources=tuple(map(resource, xml.children(info, "resource"))),
        areas=tuple(map(_area, xml.children(info, "area"))),
    )


def severity(colour: Grade | None) -> str:
    """CAP's word for a colour; white has none."""
    return SEVERITIES.get(colour, "Unknown") if colour else "Unknown"


def methods(alert: etree._Element) -> list[etree._Element]:
    """One element per channel that the platform itself used."""
    return [method for code in xml.children(alert, "code") for method in xml.children(code, "method")]


def _channels(alert: etree._Element) -> Iterator[tuple[str, str]]:
    """What the model has no field for: the text and the audience of each channel."""
    for method in methods(alert):
        for field in ("message", "audienceGrp", "audiencePrt"):
            if value := xml.words(method, field):
                yield f"{xml.word(method, 'methodName')}.{field}", value


def _area(area: etree._Element) -> MessageArea:
    """A shape that cannot be read stays among the other codes, so that nothing is lost in silence."""
    parts = [one for text in xml.each(area, "geocode") for one in places.BETWEEN.split(text) if one]
    rings = [(text, places.usable(text, turned=True)) for text in xml.each(area, "polygon")]
    circles = [(text, places.circle(text, metres=True, turned=True)) for text in xml.each(area, "circle")]
    return MessageArea(
        desc=xml.word(area, "areaDesc"),
        codes=tuple(part for part in parts if places.is_division(part)),
        other_codes=(
            *(("geocode", part) for part in parts if not places.is_division(part)),
            *(("polygon", text) for text, ring in rings if not ring),
            *(("circle", text) for text, circle in circles if not circle),
        ),
        polygons=tuple(ring for _, ring in rings if ring),
        circles=tuple(circle for _, circle in circles if circle),
    )
