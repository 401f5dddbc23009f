"""A pasted warning between the screens of the console: sealed as a whole, so that what was shown is what is sent."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise

from bot.access.guards import Caller
from bot.vault import Vault
from broadcasts.alerts.models import Alert
from broadcasts.hazards.catalogue import by_name
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Message, MessageArea, Reference
from broadcasts.intake.readers.paste import Proposal, to_message

NAMES = {
    "station": "台站",
    "hazard": "灾种",
    "colour": "颜色",
    "sent": "时间",
    "expires": "到什么时候",
    "msg_type": "种类",
}
PLACE = "地方"


@dataclass(frozen=True)
class Draft:
    """What was pasted, and from the third screen on what the officer says of it. `areas` are codes, `refers` a uid."""

    text: str
    station: str = ""
    event: str = ""
    colour: str = ""
    sent: str = ""
    expires: str = ""
    msg_type: str = "Alert"
    areas: tuple[str, ...] = ()
    refers: str = ""

    @property
    def grade(self) -> Grade | None:
        return Grade(self.colour) if self.colour else None


def sealed(vault: Vault, caller: Caller, draft: Draft) -> str:
    """The draft for a hidden field. It goes as base64, because forms rewrite the ends of lines, with an HMAC that
    covers the browser's session: nothing is kept on the server, and nothing in it can be changed on the way."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(draft), ensure_ascii=False).encode()).decode()
    return f"{body}.{_mac(vault, caller, body)}"


def opened(vault: Vault, caller: Caller, text: str) -> Draft | None:
    """The draft of a hidden field; None where it is not what this browser was given."""
    body, _, mac = text.rpartition(".")
    if not hmac.compare_digest(mac.encode(), _mac(vault, caller, body).encode()):
        return None
    try:
        facts = json.loads(base64.urlsafe_b64decode(body))
    except (binascii.Error, ValueError):
        return None
    return Draft(**{**facts, "areas": tuple(facts["areas"])})


def pasted(text: str) -> str:
    """The text as it was in the field: a browser sends its lines with CRLF, whatever was pasted."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def marked(text: str, found: Proposal) -> list[tuple[str, str]]:
    """The text in pieces, each with the names of what was read from it; joined they are the text again."""
    spans = [(part.start, part.end, NAMES[name]) for name in NAMES if (part := getattr(found, name))]
    spans += [(area.start, area.end, PLACE) for area in found.areas]
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    return [(text[a:b], _names(spans, a, b)) for a, b in pairwise(cuts)]


def said(found: Proposal, text: str) -> dict[str, str]:
    """Each proposed value's own words, empty where nothing was read."""
    parts = {name: getattr(found, name) for name in NAMES}
    words = {name: text[part.start : part.end] if part else "" for name, part in parts.items()}
    return {**words, "areas": "、".join(text[area.start : area.end] for area in found.areas)}


def message(draft: Draft, places: Iterable[tuple[str, str]], refers: Alert | None) -> Message:
    """What intake takes. `places` are names and codes."""
    known = by_name(draft.event)
    return to_message(
        draft.text,
        station=draft.station,
        sent=datetime.fromisoformat(draft.sent),
        event=known.name if known else draft.event,
        colour=draft.grade,
        msg_type=draft.msg_type,
        event_code=known.code if known else None,
        areas=tuple(MessageArea(name, (code,)) for name, code in places),
        expires=datetime.fromisoformat(draft.expires) if draft.expires else None,
        references=(Reference(refers.identifier, refers.sender, refers.sent),) if refers else (),
    )


def _names(spans: Iterable[tuple[int, int, str]], start: int, end: int) -> str:
    return "、".join(dict.fromkeys(name for a, b, name in spans if a <= start and end <= b))


def _mac(vault: Vault, caller: Caller, body: str) -> str:
    return hmac.new(vault.derive(b"paste"), f"{caller.csrf}\n{body}".encode(), hashlib.sha256).hexdigest()
