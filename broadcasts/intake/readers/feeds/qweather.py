"""QWeather's alert v1 (`/weatheralert/v1/current/…`): nested objects, times to the minute, and what each supersedes."""

from typing import Any

from broadcasts.hazards.catalogue import by_qweather
from broadcasts.hazards.grades import BY_SEVERITY
from broadcasts.intake.message import Message, Reference
from broadcasts.intake.readers.colour import in_words, plain
from broadcasts.intake.readers.feeds.item import Heard, Item, message

TYPES = {"alert": "Alert", "update": "Update", "cancel": "Cancel"}  # another one follows from the headline
NAMELESS = "和风天气"  # senderName may be empty


def fits(item: dict[str, Any]) -> bool:
    return "issuedTime" in item and isinstance(item.get("eventType"), dict)


def read(item: Item, raw: bytes) -> Message:
    """One of `alerts`. It names no area of ours: whoever sets the feed up asks for the county's own coordinates."""
    identifier, title = item.need("id", "headline")
    event, kind, colour = item.inside("eventType"), item.inside("messageType"), item.inside("color")
    hazard = by_qweather(event.text("code"), event.text("name"))
    return message(
        Heard(
            identifier=identifier,
            title=title,
            sent=item.moment("issuedTime"),
            hazard=hazard,
            event=hazard.name if hazard else event.text("name"),
            colour=plain(colour.text("code")) or in_words(title) or BY_SEVERITY.get(item.text("severity").capitalize()),
            body=item.text("description"),
            instruction=item.text("instruction"),
            sender=item.text("senderName") or NAMELESS,
            msg_type=TYPES.get(kind.text("code"), ""),
            effective=item.time("effectiveTime"),
            onset=item.time("onsetTime"),
            expires=item.time("expireTime") or item.time("expiredTime"),
            references=tuple(Reference(one) for one in kind.texts("supersedes") if one != identifier),
        ),
        raw,
    )
