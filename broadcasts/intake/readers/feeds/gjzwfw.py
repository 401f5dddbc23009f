"""The government service platform's JSON of CAP-like items: national fields, times without a zone."""

from typing import Any

from broadcasts.hazards.catalogue import hazard
from broadcasts.intake.message import Message
from broadcasts.intake.readers.colour import in_words, plain
from broadcasts.intake.readers.feeds.item import Heard, Item, message
from broadcasts.intake.readers.national.alert import references


def fits(item: dict[str, Any]) -> bool:
    return "eventType" in item and "headline" in item and "identifier" in item


def read(item: Item, raw: bytes) -> Message:
    identifier, title, code = item.need("identifier", "headline", "eventType")
    known = hazard(code, item.text("eventTypeCN"))
    return message(
        Heard(
            identifier=identifier,
            title=title,
            sent=item.moment("sendTime" if item.text("sendTime") else "effective"),
            hazard=known,
            event=known.name,
            colour=plain(item.text("severity")) or in_words(title),
            body=item.text("description"),
            sender=item.text("sender"),
            msg_type=item.text("msgType"),
            expires=item.time("expires"),
            references=references(item.text("referencesInfo"), identifier),
            note=item.text("note"),
        ),
        raw,
    )
