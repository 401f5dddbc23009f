"""weather.com.cn's single warnings. Its level digits run the other way than NMC's: 01 blue to 04 red."""

from typing import Any

from broadcasts.hazards.catalogue import by_name, by_public_code
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Message
from broadcasts.intake.readers import wording
from broadcasts.intake.readers.colour import in_words, plain
from broadcasts.intake.readers.feeds.item import Heard, Item, message
from broadcasts.intake.readers.national.alert import references

LEVELS = {"01": Grade.blue, "02": Grade.yellow, "03": Grade.orange, "04": Grade.red}


def fits(item: dict[str, Any]) -> bool:
    return "ISSUECONTENT" in item and "ISSUETIME" in item


def read(item: Item, raw: bytes) -> Message:
    """`EFFECT` is the site's own number of a place, nine digits and no division code."""
    title, body = item.need("head", "ISSUECONTENT")
    [identifier] = item.need("identifier" if item.text("identifier") else "ALERTID")
    event, span = item.text("SIGNALTYPE"), wording.station(body)
    return message(
        Heard(
            identifier=identifier,
            title=title,
            sent=item.moment("ISSUETIME"),
            hazard=by_name(event) or by_public_code(item.text("TYPECODE")),
            event=event,
            colour=plain(item.text("SIGNALLEVEL")) or in_words(title) or LEVELS.get(item.text("LEVELCODE")),
            body=body,
            sender=body[slice(*span)] if span else "",
            msg_type=item.text("msgType"),
            expires=item.time("RELIEVETIME"),
            references=references(item.text("references"), identifier),
            other_codes=(("weather.com.cn", place),) if (place := item.text("EFFECT")) else (),
        ),
        raw,
    )
