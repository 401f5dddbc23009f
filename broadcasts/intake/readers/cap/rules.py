"""What the standard's prose asks beyond its schema. Real feeds break it, so it raises doubts; refused is only an area
of which nobody can say who is inside."""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from broadcasts.intake.message import Fault
from broadcasts.intake.readers import places, times, xml

RESTRICTION = "有 <restriction>，但 <scope> 不是 Restricted。按 <scope> 处理。"
UNRESTRICTED = "<scope> 是 Restricted，却没有 <restriction>。"
ADDRESSES = "<scope> 是 Private，却没有 <addresses>。"
TRIPLE = "<references> 里的“{}”不是“发送者,标识,时间”三项。能认出的部分已采用。"
ITSELF = "<references> 指向这条消息自己，没有意义。"
OPEN = "多边形没有闭合，或不足四对坐标。能闭合的已闭合。"
UNREAD = "多边形读不出（应为“纬度,经度 纬度,经度 …”，首尾相同），没有采用。请核对范围。"
CROSSED = "多边形自己相交或没有面积，没有采用，按这个范围的区划代码算。请核对范围。"
LOST = "多边形自己相交或没有面积，说不清哪些地方在里面，又没有区划代码可以依据。请改正多边形，或补上 <geocode>。"
LATER = "<references> 里的“{}”比这条消息还晚。仍按它指的处理，请核对先后。"
CIRCLE = "圆读不出（应为“纬度,经度 半径公里”），没有采用。请核对范围。"
CEILING = "有 <ceiling> 却没有 <altitude>，或上限低于下限。"


def doubts(alert: etree._Element) -> tuple[Fault, ...]:
    """Everything odd in a valid alert, for the officer to see beside it."""
    areas = (area for info in xml.children(alert, "info") for area in xml.children(info, "area"))
    found = chain(_scope(alert), _references(alert), (doubt for area in areas for doubt in _area(area)))
    return tuple(islice(found, xml.MOST))


def unusable(alert: etree._Element) -> tuple[Fault, ...]:
    """Polygons that cross themselves in an area that has no division code to go by: to leave such a one away would
    leave people out in silence."""
    areas = (area for info in xml.children(alert, "info") for area in xml.children(info, "area"))
    crossed = (one for area in areas if not _coded(area) for one in xml.children(area, "polygon") if _crosses(one))
    return tuple(xml.fault(polygon, LOST) for polygon in islice(crossed, xml.MOST))


def _coded(area: etree._Element) -> bool:
    pairs = ((xml.word(one, "valueName"), xml.word(one, "value")) for one in xml.children(area, "geocode"))
    return any(places.codes(*pair) for pair in pairs)


def _crosses(polygon: etree._Element) -> bool:
    ring = places.ring(polygon.text or "")
    return ring is not None and places.crosses(ring)


def _scope(alert: etree._Element) -> Iterator[Fault]:
    scope, restriction = xml.word(alert, "scope"), xml.child(alert, "restriction")
    if restriction is not None and scope != "Restricted":
        yield xml.fault(restriction, RESTRICTION)
    if scope == "Restricted" and not xml.word(alert, "restriction"):
        yield xml.fault(alert, UNRESTRICTED)
    if scope == "Private" and not xml.word(alert, "addresses"):
        yield xml.fault(alert, ADDRESSES)


def _references(alert: etree._Element) -> Iterator[Fault]:
    own, sent = [xml.word(alert, "sender"), xml.word(alert, "identifier")], times.cap(xml.word(alert, "sent"))
    for element in xml.children(alert, "references"):
        for parts in (text.split(",") for text in (element.text or "").split()):
            if len(parts) != 3 or not all(parts):
                yield xml.fault(element, TRIPLE.format(",".join(parts)))
            elif parts[:2] == own:
                yield xml.fault(element, ITSELF)
            elif sent and (named := times.cap(parts[2])) and named > sent:
                yield xml.fault(element, LATER.format(parts[1]))


def _area(area: etree._Element) -> Iterator[Fault]:
    for polygon in xml.children(area, "polygon"):
        text = polygon.text or ""
        if text.strip() and not places.ring(text):
            yield xml.fault(polygon, UNREAD)
        elif text.strip() and not places.is_closed(text):
            yield xml.fault(polygon, OPEN)
        elif text.strip() and _crosses(polygon):
            yield xml.fault(polygon, CROSSED)
    for circle in xml.children(area, "circle"):
        if (circle.text or "").strip() and not places.circle(circle.text or ""):
            yield xml.fault(circle, CIRCLE)
    yield from _heights(area)


def _heights(area: etree._Element) -> Iterator[Fault]:
    ceiling, altitude = (places.number(xml.word(area, name)) for name in ("ceiling", "altitude"))
    if ceiling is not None and (altitude is None or ceiling < altitude):
        yield xml.fault(area, CEILING)
