"""One item of a public JSON feed, read field by field, and the message that is made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broadcasts.hazards.catalogue import Hazard
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Fault, Form, Info, Message, MessageArea, Reference, Unreadable
from broadcasts.intake.readers import identity, times, wording
from broadcasts.intake.readers.national.infos import severity

MISSING = "缺少“{}”，或它不是文字。请核对这个源的格式是否变了。"
TIME = "“{}”的时间写法不认得：{}。请核对这个源的格式是否变了。"


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON object and where it stands. A field that is absent or no text reads as empty."""

    fields: dict[str, Any]
    pointer: str

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        return value.strip() if isinstance(value, str) else ""

    def texts(self, key: str) -> list[str]:
        """The texts of a list; empty where the field is none."""
        value = self.fields.get(key)
        found = (one.strip() for one in value if isinstance(one, str)) if isinstance(value, list) else ()
        return [one for one in found if one]

    def inside(self, key: str) -> "Item":
        """The object in a field; one without fields where it is none."""
        value = self.fields.get(key)
        return Item(value if isinstance(value, dict) else {}, f"{self.pointer}/{key}")

    def need(self, *keys: str) -> list[str]:
        """The texts of fields that must be there. Raises Unreadable with every one that is not."""
        faults = [self.fault(key, MISSING.format(key)) for key in keys if not self.text(key)]
        if faults:
            raise Unreadable(*faults)
        return [self.text(key) for key in keys]

    def time(self, key: str) -> datetime | None:
        """A time, +08:00 where none is given; None where the field is empty or nonsense."""
        return times.china(self.text(key))

    def moment(self, key: str) -> datetime:
        """A time that must be there."""
        [said] = self.need(key)
        if (found := times.china(said)) is None:
            raise Unreadable(self.fault(key, TIME.format(key, said[:40])))
        return found

    def fault(self, key: str, message: str) -> Fault:
        return Fault(f"{self.pointer}/{key}", None, message)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a feed's item says, in the words of the inner model; what it leaves out follows from its title."""

    identifier: str
    title: str
    sent: datetime
    hazard: Hazard | None
    event: str
    colour: Grade | None
    body: str = ""
    sender: str = ""
    msg_type: str = ""
    instruction: str = ""
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    references: tuple[Reference, ...] = ()
    web: str = ""
    note: str = ""
    other_codes: tuple[tuple[str, str], ...] = ()


def message(heard: Heard, raw: bytes) -> Message:
    """Without a body the title is all there is to tell. A title's verb goes before a type that only says Alert."""
    sender = heard.sender or wording.speaker(heard.title)
    said = wording.msg_type(heard.title)
    return Message(
        form=Form.feed,
        identifier=heard.identifier,
        sender=sender,
        sent=heard.sent,
        infos=(_info(heard, sender),),
        msg_type=heard.msg_type if heard.msg_type in {"Update", "Cancel"} else said,
        note=heard.note,
        references=heard.references,
        national=identity.is_national(heard.identifier),
        raw=raw,
    )


def _info(heard: Heard, sender: str) -> Info:
    hazard = heard.hazard or wording.subject(heard.title)
    return Info(
        language="zh-CN",
        event=heard.event or (hazard.name if hazard else wording.named(heard.title)),
        event_code=hazard.code if hazard else None,
        colour=heard.colour,
        categories=("Met",) if hazard and hazard.code.startswith("11B") else (),
        severity=severity(heard.colour),
        effective=heard.effective,
        onset=heard.onset,
        expires=heard.expires,
        sender_name=sender,
        headline=heard.title,
        description=heard.body or heard.title,
        instruction=heard.instruction,
        web=heard.web,
        areas=(_area(heard, sender),),
    )


def _area(heard: Heard, sender: str) -> MessageArea:
    """A public item names no area: a station's warning is for the division that the station stands for."""
    return MessageArea(wording.region(sender), identity.issuer_division(heard.identifier), heard.other_codes)
