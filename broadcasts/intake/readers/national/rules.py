"""What the platform's profile calls mandatory: this much is asked for, and no more."""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from broadcasts.intake.message import Fault
from broadcasts.intake.readers import places, times, xml

WORDS = {
    "status": ("Actual", "Exercise", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
}
ALERT = ("identifier", "sender", "senderCode", "sendTime", "status", "msgType", "scope", "info")
INFO = ("eventType", "severity", "effective", "senderName", "headline", "description", "area")
MISSING = "缺少 <{}>，或它是空的。请补上。"
PLACE = "范围里没有 <geocode>，也没有能读出的 <polygon> 或 <circle>。请补上行政区划代码。"
CROSSED = "多边形自己相交或没有面积，说不清哪些地方在里面，又没有行政区划代码可以依据。请改正多边形，或补上 <geocode>。"
TIME = "<sendTime> 的时间写法不对。请写成 2026-07-12 02:38:00+08:00 这样。"
WORD = "<{}> 的值“{}”不认得。请改成其中之一：{}。"


def faults(alert: etree._Element) -> tuple[Fault, ...]:
    """Mandatory fields that are missing, and those whose value says nothing. The profile gives urgency and certainty
    a default; which channels the platform used, and how large a file is, is no reason to lose a warning."""
    blocks = xml.children(alert, "info")
    areas = (area for info in blocks for area in xml.children(info, "area"))
    found = chain(
        _missing(alert, ALERT),
        _wrong(alert),
        (fault for info in blocks for fault in _missing(info, INFO)),
        (fault for area in areas for fault in _area(area)),
    )
    return tuple(islice(found, xml.MOST))


def known(alert: etree._Element, name: str) -> str:
    """The profile's spelling of a field's word, whatever its case; empty where it has none such."""
    said = xml.word(alert, name).lower()
    return next((word for word in WORDS[name] if word.lower() == said), "")


def _missing(element: etree._Element, names: tuple[str, ...]) -> Iterator[Fault]:
    for name in names:
        found = xml.child(element, name)
        if found is None or not (len(found) or (found.text or "").strip()):
            yield xml.fault(element if found is None else found, MISSING.format(name))


def _wrong(alert: etree._Element) -> Iterator[Fault]:
    for name, allowed in WORDS.items():
        said, found = xml.word(alert, name), xml.child(alert, name)
        if said and found is not None and not known(alert, name):
            yield xml.fault(found, WORD.format(name, said, "、".join(allowed)))
    sent = xml.child(alert, "sendTime")
    if sent is not None and xml.word(alert, "sendTime") and times.china(sent.text or "") is None:
        yield xml.fault(sent, TIME)


def _area(area: etree._Element) -> Iterator[Fault]:
    yield from _missing(area, ("areaDesc",))
    shapes = (*map(places.usable, xml.each(area, "polygon")), *map(places.circle, xml.each(area, "circle")))
    coded = any(map(places.is_division, places.BETWEEN.split(xml.word(area, "geocode"))))
    for polygon in () if coded else xml.children(area, "polygon"):
        ring = places.ring(polygon.text or "", turned=True)
        if ring and places.crosses(ring):
            yield xml.fault(polygon, CROSSED)
            return
    if not xml.word(area, "geocode") and not any(shapes):
        yield xml.fault(area, PLACE)
