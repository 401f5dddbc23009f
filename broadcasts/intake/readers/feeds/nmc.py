"""NMC's findAlarm list: title and picture, no body. The picture's name holds the code: p0007004 is 大风, blue."""

import re
from typing import Any

from broadcasts.hazards.catalogue import by_public_code
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Message
from broadcasts.intake.readers.colour import in_words
from broadcasts.intake.readers.feeds.item import Heard, Item, message

CODE = re.compile(r"p\d{4}00(\d)")
LEVELS = {"1": Grade.red, "2": Grade.orange, "3": Grade.yellow, "4": Grade.blue}
SITE = "http://www.nmc.cn"


def fits(item: dict[str, Any]) -> bool:
    return "alertid" in item and "issuetime" in item


def read(item: Item, raw: bytes) -> Message:
    identifier, title = item.need("alertid", "title")
    code = CODE.search(item.text("pic"))
    hazard = by_public_code(code[0]) if code else None
    url = item.text("url")
    return message(
        Heard(
            identifier=identifier,
            title=title,
            sent=item.moment("issuetime"),
            hazard=hazard,
            event=hazard.name if hazard else "",
            colour=in_words(title) or (LEVELS.get(code[1]) if code else None),
            web=SITE + url if url.startswith("/") else url,
        ),
        raw,
    )
