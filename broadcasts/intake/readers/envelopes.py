"""Finds the alerts inside Atom, RSS and EDXL-DE, whether as elements or as escaped text, and what the envelope says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from broadcasts.intake.message import Fault, Unreadable
from broadcasts.intake.readers import xml

MOST: Final = 1000
MANY = f"一个信封里超过 {MOST} 条预警。请分几次发来。"
FEEDS: Final = {"feed", "rss", "RDF"}
ESCAPED = re.compile(r"<(?:\?xml\b.*?\?>\s*<)?(?:[\w.-]+:)?alert\b", re.DOTALL)
TEXTS = ("content", "summary", "description", "encoded", "contentData", "embeddedXMLContent", "keyXMLContent")


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert in an envelope, with its own bytes; `errors` where it was escaped and could not be parsed."""

    element: etree._Element
    raw: bytes
    errors: tuple[Fault, ...] = ()


def is_alert(element: etree._Element) -> bool:
    """Whether the element is a warning; in which form, or in none that we read, is seen later."""
    return xml.local(element) == "alert" and len(element) > 0


def is_feed(root: etree._Element) -> bool:
    return xml.local(root) in FEEDS


def entries(root: etree._Element) -> list[Entry]:
    """Every outermost alert in the order of the document. One that is escaped and no XML keeps its reason."""
    found = [element for element in _outermost(root) if is_alert(element) or _escaped(element)]
    if len(found) > MOST:
        raise Unreadable(xml.fault(root, MANY))
    return list(map(_entry, found))


def status(root: etree._Element) -> str:
    """EDXL's distributionStatus where it makes an exercise or a test of whatever it carries; else empty."""
    if xml.local(root).lower() != "edxldistribution":
        return ""
    said = {"".join(map(str, one.itertext())).strip() for one in root.iter("{*}distributionStatus")}
    return next((word for word in ("Exercise", "System", "Test") if word in said), "")


def _outermost(element: etree._Element) -> Iterator[etree._Element]:
    """Alerts and leaf texts, without looking into an alert."""
    for one in element:
        if is_alert(one) or not len(one):
            yield one
        else:
            yield from _outermost(one)


def _entry(element: etree._Element) -> Entry:
    if is_alert(element):
        return Entry(element, bytes(etree.tostring(element, encoding="utf-8", with_tail=False)))
    return _unescaped(element, _escaped(element))


def _escaped(element: etree._Element) -> bytes:
    """A text that begins as an alert does. HTML in a summary may speak of one, and is none."""
    text = (element.text or "").strip() if xml.local(element) in TEXTS else ""
    return text.encode() if ESCAPED.match(text) else b""


def _unescaped(element: etree._Element, raw: bytes) -> Entry:
    """The faults of an escaped document are told by the place where it stands."""
    try:
        return Entry(xml.parse(raw), raw)
    except Unreadable as error:
        return Entry(element, raw, tuple(xml.fault(element, fault.message) for fault in error.errors))
