"""Reads an index: an Atom or RSS feed whose entries only point to single CAP files. Fetches nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from broadcasts.intake.readers import envelopes, times, xml


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of an index. `url` as given, so perhaps relative to the feed; `identifier` is its guid or id."""

    url: str
    identifier: str = ""
    updated: datetime | None = None


def links(raw: bytes) -> tuple[Link, ...]:
    """The entries that carry no alert themselves, in the feed's order. Raises Unreadable as `read` does."""
    root = xml.parse(raw)
    if not envelopes.is_feed(root):
        return ()
    found = (_link(entry) for entry in root.iter("{*}entry", "{*}item") if not envelopes.entries(entry))
    return tuple(link for link in found if link)


def _link(entry: etree._Element) -> Link | None:
    url = next(_addresses(entry), "")
    return Link(url, _text(entry, "guid", "id"), _time(_text(entry, "updated", "pubDate", "date"))) if url else None


def _addresses(entry: etree._Element) -> Iterator[str]:
    """Addresses of an entry, the likeliest first: what says that it is CAP, Atom's alternate, RSS's link."""
    found = [one for one in entry if xml.local(one) in {"link", "enclosure"} and one.get("rel", "") != "self"]
    for one in sorted(found, key=lambda one: ("cap" not in one.get("type", ""), xml.local(one) == "enclosure")):
        if address := (one.get("href") or one.get("url") or one.text or "").strip():
            yield address


def _text(entry: etree._Element, *names: str) -> str:
    """The first of the named children that says anything, by local name: RSS has no namespace and its dates may."""
    texts = {xml.local(one): (one.text or "").strip() for one in reversed(entry)}
    return next((texts[name] for name in names if texts.get(name)), "")


def _time(text: str) -> datetime | None:
    """RFC 3339 or RFC 822; one without a zone counts as UTC there."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return times.placed(found if found.tzinfo else found.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            continue
    return None
