"""A message as CAP 1.2, for machines: in the schema's order, and with nothing that the schema refuses."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

from broadcasts.intake.message import Circle, Info, Message, MessageArea, Reference, Resource

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
FORBIDDEN = re.compile(r"[\s,<&]")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
CATEGORIES = frozenset(
    {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"}
)
RESPONSES = frozenset({"Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"})
URGENCIES = frozenset({"Immediate", "Expected", "Future", "Past", "Unknown"})
SEVERITIES = frozenset({"Extreme", "Severe", "Moderate", "Minor", "Unknown"})
CERTAINTIES = frozenset({"Observed", "Likely", "Possible", "Unlikely", "Unknown"})
STATUSES = frozenset({"Actual", "Exercise", "System", "Test", "Draft"})
TYPES = frozenset({"Alert", "Update", "Cancel", "Ack", "Error"})
SCOPES = frozenset({"Public", "Restricted", "Private"})
GEOCODE = "行政区划代码"
CODES = "国家突发事件类型编码"
LEVEL = "预警级别"


def write(message: Message, zone: ZoneInfo) -> bytes:
    """The whole document. What a source said in words of its own that CAP does not know becomes Unknown or Other."""
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(alert, "identifier", name(message.identifier))
    _add(alert, "sender", name(message.sender))
    _add(alert, "sent", moment(message.sent, zone))
    _add(alert, "status", _one(message.status, STATUSES, "System"))
    _add(alert, "msgType", _one(message.msg_type, TYPES, "Alert"))
    _add(alert, "source", message.source)
    _add(alert, "scope", _one(message.scope, SCOPES, "Public"))
    _add(alert, "restriction", message.restriction)
    _add(alert, "addresses", message.addresses)
    for code in message.codes:
        _add(alert, "code", code)
    _add(alert, "note", message.note)
    _add(alert, "references", " ".join(_reference(one, message, zone) for one in message.references))
    _add(alert, "incidents", message.incidents)
    for info in message.infos:
        _info(alert, info, zone)
    return bytes(etree.tostring(alert, xml_declaration=True, encoding="UTF-8"))


def name(text: str) -> str:
    """An identifier or a sender as CAP takes it: without blank, comma, < or &."""
    return FORBIDDEN.sub("_", UNSEEN.sub("", text)) or "_"


def moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _reference(one: Reference, message: Message, zone: ZoneInfo) -> str:
    """A source that names the identifier alone means its own message; CAP asks for all three."""
    sent = one.sent or message.sent
    return f"{name(one.sender or message.sender)},{name(one.identifier)},{moment(sent, zone)}"


def _info(alert: etree._Element, info: Info, zone: ZoneInfo) -> None:
    block = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(block, "language", info.language if LANGUAGE.fullmatch(info.language) else "")
    for category in [one for one in info.categories if one in CATEGORIES] or ["Other"]:
        _add(block, "category", category)
    _add(block, "event", info.event or info.headline or "-", always=True)
    for response in info.response_types:
        _add(block, "responseType", response if response in RESPONSES else "")
    _add(block, "urgency", _one(info.urgency, URGENCIES, "Unknown"))
    _add(block, "severity", _one(info.severity, SEVERITIES, "Unknown"))
    _add(block, "certainty", _one(info.certainty, CERTAINTIES, "Unknown"))
    _add(block, "audience", info.audience)
    codes = info.event_codes or (((CODES, info.event_code),) if info.event_code else ())
    _pairs(block, "eventCode", codes)
    for tag, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _add(block, tag, moment(at, zone) if at else "")
    for tag, text in (
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    ):
        _add(block, tag, text)
    level = ((LEVEL, info.colour.zh),) if info.colour and LEVEL not in dict(info.parameters) else ()
    _pairs(block, "parameter", (*level, *info.parameters))
    for resource in info.resources:
        _resource(block, resource)
    for area in info.areas:
        _area(block, area)


def _resource(block: etree._Element, one: Resource) -> None:
    made = etree.SubElement(block, f"{{{NAMESPACE}}}resource")
    _add(made, "resourceDesc", one.desc, always=True)
    _add(made, "mimeType", one.mime_type or "application/octet-stream")
    _add(made, "size", one.size if one.size.isascii() and one.size.isdigit() else "")
    _add(made, "uri", one.uri)
    _add(made, "digest", one.digest)


def _area(block: etree._Element, one: MessageArea) -> None:
    made = etree.SubElement(block, f"{{{NAMESPACE}}}area")
    _add(made, "areaDesc", one.desc or "、".join(one.codes) or "-", always=True)
    for ring in one.polygons:
        _add(made, "polygon", " ".join(f"{lat},{lon}" for lat, lon in ring))
    for circle in one.circles:
        _add(made, "circle", _circle(circle))
    _pairs(made, "geocode", (*((GEOCODE, code) for code in one.codes), *one.other_codes))
    _add(made, "altitude", "" if one.altitude is None else str(one.altitude))
    _add(made, "ceiling", "" if one.ceiling is None else str(one.ceiling))


def _circle(one: Circle) -> str:
    return f"{one.lat},{one.lon} {one.km}"


def _pairs(parent: etree._Element, tag: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for key, value in pairs:
        made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
        _add(made, "valueName", key, always=True)
        _add(made, "value", value, always=True)


def _add(parent: etree._Element, tag: str, text: str, *, always: bool = False) -> None:
    if text or always:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}").text = UNSEEN.sub("", text)


def _one(word: str, words: frozenset[str], otherwise: str) -> str:
    return word if word in words else otherwise
