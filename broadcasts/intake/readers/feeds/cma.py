"""weather.cma.cn's map of alarms: names and the national event code, no body."""

from typing import Any

from broadcasts.hazards.catalogue import by_public_code, hazard
from broadcasts.intake.message import Message
from broadcasts.intake.readers.colour import in_words, plain
from broadcasts.intake.readers.feeds.item import Heard, Item, message


def fits(item: dict[str, Any]) -> bool:
    return "id" in item and "signaltype" in item


def read(item: Item, raw: bytes) -> Message:
    identifier, title = item.need("id", "title")
    code, event = item.text("eventType"), item.text("signaltype")
    return message(
        Heard(
            identifier=identifier,
            title=title,
            sent=item.moment("effective"),
            hazard=hazard(code, event) if code else by_public_code(item.text("type")),
            event=event,
            colour=plain(item.text("signallevel")) or plain(item.text("severity")) or in_words(title),
            body=item.text("description"),
        ),
        raw,
    )
