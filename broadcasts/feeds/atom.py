"""The index of the feed as Atom (RFC 4287), whose entries link to the CAP documents."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final
from urllib.parse import quote

from lxml import etree

from broadcasts.feeds.cap import UNSEEN
from broadcasts.feeds.listed import Entry

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/cap+xml"


def write(county: str, code: str, base_url: str, entries: Sequence[Entry], updated: datetime) -> bytes:
    """`base_url` may be empty: then links are relative to this machine."""
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    _add(feed, "id", f"urn:signaltree:{code}:cap")
    _add(feed, "title", f"{county}发布和转发的预警（CAP 1.2）")
    _add(feed, "updated", updated.isoformat(timespec="seconds"))
    author = etree.SubElement(feed, f"{{{NAMESPACE}}}author")
    _add(author, "name", f"{county}（消息树）")
    etree.SubElement(feed, f"{{{NAMESPACE}}}link", rel="self", href=f"{base_url}/feeds/cap.atom")
    for entry in entries:
        _entry(feed, base_url, entry, updated.tzinfo)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8"))


def path(identifier: str) -> str:
    return f"/feeds/cap/{quote(identifier, safe='')}.xml"


def _entry(feed: etree._Element, base_url: str, one: Entry, zone: tzinfo | None) -> None:
    alert = one.alert
    made = etree.SubElement(feed, f"{{{NAMESPACE}}}entry")
    _add(made, "id", f"urn:uuid:{alert.uid}")
    _add(made, "title", alert.headline or alert.event or alert.identifier)
    _add(made, "updated", alert.received_at.astimezone(zone).isoformat(timespec="seconds"))
    _add(made, "published", alert.sent.astimezone(zone).isoformat(timespec="seconds"))
    author = etree.SubElement(made, f"{{{NAMESPACE}}}author")
    _add(author, "name", alert.sender_name)
    href = f"{base_url}{path(one.identifier)}"
    etree.SubElement(made, f"{{{NAMESPACE}}}link", rel="alternate", type=MEDIA_TYPE, href=href)


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}").text = UNSEEN.sub("", text)
